import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Badge, Button, Card, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { IconDownload, IconExternalLink } from "@tabler/icons-react";

import type { Backtest, Job } from "../api/client";
import { when } from "../language/format";
import { CancelJob, RetryJob } from "../projects/JobButtons";
import { jobStatus } from "../projects/states";
import { said } from "../said/said";
import { Results } from "./Results";
import { asked, planNames } from "./results";
import { reportUrl } from "./useBacktests";

const COLORS: Record<Job["status"], string> = {
  queued: "gray",
  running: "blue",
  succeeded: "green",
  failed: "red",
  cancelled: "gray",
};

/** One backtest: its progress while it runs, then what it found. */
export function Entry({ backtest }: { backtest: Backtest }) {
  const { job, config, summary } = backtest;
  const live = job.status === "queued" || job.status === "running";
  return (
    <Card withBorder component="article" data-testid="backtest">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
          <Group gap="xs" style={{ rowGap: 4 }}>
            <Title order={3} size="h5">
              <time dateTime={backtest.created_at}>
                {when(backtest.created_at)}
              </time>
            </Title>
            <Badge color={COLORS[job.status]} variant="light">
              {jobStatus(job.status)}
            </Badge>
          </Group>
          {live && (
            <CancelJob project={backtest.project_id} job={job} />
          )}
          {(job.status === "failed" || job.status === "cancelled") && (
            <RetryJob project={backtest.project_id} job={job} />
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {asked(config)}
          {!summary && ` · ${planNames(config).join(", ")}`}
        </Text>
        {live && (
          <div aria-live="polite">
            <Progress value={100 * job.progress} aria-label={t`Progress of the backtest`} animated={job.status === "running"} />
            <Text size="xs" c="dimmed" mt={4}>
              {said(job.message, job.said.message) || (job.status === "queued" ? t`Waits for a worker` : t`Begins`)}
            </Text>
          </div>
        )}
        {job.status === "failed" && (
          <Alert color="red" title={t`It failed`}>
            {said(job.error ?? "", job.said.error)}
          </Alert>
        )}
        {job.status === "cancelled" && (
          <Text size="sm"><Trans>It was cancelled. What was trained is kept for a week: another try goes on from there.</Trans></Text>
        )}
        {summary && <Results summary={summary} />}
        {job.status === "succeeded" && (
          <Group gap="xs">
            <Button
              component="a"
              href={reportUrl(backtest.id, "html")}
              target="_blank"
              rel="noopener"
              variant="light"
              size="xs"
              leftSection={<IconExternalLink size={14} />}
            >
              <Trans>Open the report</Trans>
            </Button>
            <Button
              component="a"
              href={reportUrl(backtest.id, "json")}
              download={`backtest-${backtest.id}.json`}
              variant="default"
              size="xs"
              leftSection={<IconDownload size={14} />}
            >
              <Trans>Download JSON</Trans>
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
