import { Card, Group, Progress, Stack, Text } from "@mantine/core";

import type { Job } from "../api/client";
import { CancelJob } from "./JobButtons";

const NAMES: Record<Job["kind"], string> = {
  import: "Import",
  pretext: "Pretext run",
  query: "Query",
  training: "Training",
  export: "Export",
  backtest: "Backtest",
  label_check: "Label check",
  import_preview: "Preview of an import",
};

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
                {NAMES[job.kind]} <Text span c="dimmed" size="sm">{job.message || job.status}</Text>
              </Text>
              {mayCancel && <CancelJob project={job.project_id} job={job} />}
            </Group>
            <Progress value={100 * job.progress} aria-label={`${NAMES[job.kind]} progress`} animated />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
