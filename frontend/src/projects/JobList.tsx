import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Card, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, type Job, ok } from "../api/client";
import { jobStatus } from "./states";

const kinds = (): Record<Job["kind"], string> => ({
  import: t`Import`,
  pretext: t`Pretext run`,
  query: t`Query`,
  training: t`Training`,
  export: t`Export`,
  backtest: t`Backtest`,
  label_check: t`Label check`,
});

/** The jobs that run or wait; nothing when there are none. */
export function JobList({ jobs, mayCancel }: { jobs: readonly Job[]; mayCancel: boolean }) {
  const live = jobs.filter((job) => job.status === "running" || job.status === "queued");
  const cancel = useMutation({
    mutationFn: (id: string) =>
      ok(api.POST("/api/v1/jobs/{job_id}/cancellation", { params: { path: { job_id: id } } })),
  });
  if (live.length === 0) return null;
  return (
    <Card withBorder data-testid="jobs" aria-live="polite">
      <Stack gap="xs">
        {live.map((job) => (
          <div key={job.id}>
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm" fw={500}>
                {kinds()[job.kind]} <Text span c="dimmed" size="sm">{job.message || jobStatus(job.status)}</Text>
              </Text>
              {mayCancel && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  disabled={job.cancel_requested}
                  onClick={() => {
                    cancel.mutate(job.id);
                  }}
                >
                  <Trans>Cancel</Trans>
                </Button>
              )}
            </Group>
            <Progress value={100 * job.progress} aria-label={t`${{ job: kinds()[job.kind] }} progress`} animated />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
