import { Trans } from "@lingui/react/macro";
import { Anchor, Card, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";

import type { Job } from "../api/client";
import { JobProgress } from "../jobs/JobState";
import { isLive, jobKind } from "../jobs/words";
import { said } from "../said/said";
import { CancelJob } from "./JobButtons";
import { jobStatus } from "./states";

/** The jobs that run or wait; nothing when there are none. */
export function JobList({ jobs, engineer }: { jobs: readonly Job[]; engineer: boolean }) {
  const live = jobs.filter(isLive);
  if (live.length === 0) return null;
  return (
    <Card withBorder data-testid="jobs" aria-live="polite">
      <Stack gap="xs">
        {live.map((job) => (
          <div key={job.id}>
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm" fw={500}>
                {jobKind(job.kind)} <Text span c="dimmed" size="sm">{said(job.message, job.said.message) || jobStatus(job.status)}</Text>
              </Text>
              {engineer && (
                <Group gap="sm" wrap="nowrap">
                  <Anchor component={Link} to={`/projects/${job.project_id}/jobs/${job.id}`} size="sm">
                    <Trans>Log</Trans>
                  </Anchor>
                  <CancelJob project={job.project_id} job={job} />
                </Group>
              )}
            </Group>
            <JobProgress job={job} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
