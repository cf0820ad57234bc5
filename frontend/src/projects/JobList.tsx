import { Button, Card, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, type Job, ok } from "../api/client";

const NAMES: Record<Job["kind"], string> = {
  import: "Import",
  pretext: "Pretext run",
  query: "Query",
  training: "Training",
  export: "Export",
  backtest: "Backtest",
  label_check: "Label check",
};

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
                {NAMES[job.kind]} <Text span c="dimmed" size="sm">{job.message || job.status}</Text>
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
                  Cancel
                </Button>
              )}
            </Group>
            <Progress value={100 * job.progress} aria-label={`${NAMES[job.kind]} progress`} animated />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
