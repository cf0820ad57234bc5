import { t } from "@lingui/core/macro";
import { Card, Group, Progress, Stack, Text } from "@mantine/core";

import type { Job } from "../api/client";
import { said } from "../said/said";
import { CancelJob } from "./JobButtons";
import { jobStatus } from "./states";

const kinds = (): Record<Job["kind"], string> => ({
  import: t`Import`,
  pretext: t`Pretext run`,
  query: t`Query`,
  training: t`Training`,
  export: t`Export`,
  backtest: t`Backtest`,
  label_check: t`Label check`,
  import_preview: t`Preview of an import`,
});

/** The jobs that run or wait; nothing when there are none. */
export function JobList({ jobs, mayCancel }: { jobs: readonly Job[]; mayCancel: boolean }) {
  const live = jobs.filter((job) => job.status === "running" || job.status === "queued");
  if (live.length === 0) return null;
  return (
    <Card withBorder data-testid="jobs" aria-live="polite">
      <Stack gap="xs">
        {live.map((job) => (
          <div key={job.id}>
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm" fw={500}>
                {kinds()[job.kind]} <Text span c="dimmed" size="sm">{said(job.message, job.said.message) || jobStatus(job.status)}</Text>
              </Text>
              {mayCancel && <CancelJob project={job.project_id} job={job} />}
            </Group>
            <Progress value={100 * job.progress} aria-label={t`${{ job: kinds()[job.kind] }} progress`} animated />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
