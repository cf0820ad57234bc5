import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Card, Group, Progress, Text } from "@mantine/core";

import type { Job } from "../api/client";
import { CancelJob, RetryJob } from "../projects/JobButtons";
import { said } from "../said/said";

/** The job of the newest check while it has not succeeded; nothing afterwards. */
export function CheckState({ project, job, engineer }: { project: string; job: Job; engineer: boolean }) {
  if (job.status === "succeeded") return null;
  const live = job.status === "queued" || job.status === "running";
  const again = engineer && (
    <RetryJob project={project} job={job} />
  );
  return (
    <Card withBorder data-testid="check-state" aria-live="polite">
      {live && (
        <>
          <Group justify="space-between" wrap="nowrap" mb={6}>
            <Text size="sm">
              <Trans>Checking labels</Trans>{" "}
              <Text span size="sm" c="dimmed">
                {said(job.message, job.said.message) || (job.status === "queued" ? t`waits for a worker` : t`begins`)}
              </Text>
            </Text>
            {engineer && (
              <CancelJob project={project} job={job} />
            )}
          </Group>
          <Progress value={100 * job.progress} aria-label={t`Progress of the label check`} animated={job.status === "running"} />
        </>
      )}
      {job.status === "cancelled" && (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm"><Trans>The last check was cancelled. What was trained is kept: another try goes on from there.</Trans></Text>
          {again}
        </Group>
      )}
      {job.status === "failed" && (
        <Alert color="red" title={t`The last check failed`}>
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{said(job.error ?? "", job.said.error)}</Text>
            {again}
          </Group>
        </Alert>
      )}
    </Card>
  );
}
