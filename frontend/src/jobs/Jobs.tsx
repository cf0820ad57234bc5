import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Card, Center, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link, useParams } from "react-router";

import type { JobListed } from "../api/client";
import { useProjectEvents } from "../api/events";
import { Failed, NotAllowed } from "../app/States";
import { duration, when } from "../language/format";
import { asRole } from "../members/roles";
import { CancelJob, RetryJob } from "../projects/JobButtons";
import { covers, useProject } from "../projects/useProject";
import { JobBadge, JobProgress } from "./JobState";
import { useJobList } from "./useJobList";
import { useNow } from "./useNow";
import { isLive, jobKind, jobNews, secondsOf } from "./words";
import "./jobs.css";

/** Everything that workers did and do for a project. */
export default function Jobs() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const project = useProject(id);
  const allowed = project.data !== undefined && covers(project.data.role, "engineer");
  const list = useJobList(id, allowed);
  const now = useNow(list.jobs.some((job) => job.status === "running"));
  if (project.error) return <Failed error={project.error} onRetry={() => void project.refetch()} />;
  if (!project.data) return <Skeleton h={200} />;
  const { name, role } = project.data;
  return (
    <Stack maw={900}>
      <title>{t`Jobs · ${name} · Nextbatch`}</title>
      <div>
        <Title order={2} size="h3"><Trans>Jobs</Trans></Title>
        <Text size="sm" c="dimmed" mt={4} maw={680}>
          <Trans>What workers do for this project, the newest first. Each job opens to its log.</Trans>
        </Text>
      </div>
      {!allowed && (
        <NotAllowed title={t`Jobs are for engineers and owners`}>
          {t`You are ${{ role: asRole(role) }} of this project. An owner can give you the role of an engineer.`}
        </NotAllowed>
      )}
      {list.error && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {allowed && list.isPending && <Skeleton h={240} />}
      {list.data && list.jobs.length === 0 && (
        <Card withBorder>
          <Title order={3} size="h4"><Trans>None yet</Trans></Title>
          <Text size="sm" c="dimmed" mt={4}>
            <Trans>Imports, pretext runs, queries and trainings appear here as soon as somebody asks for them.</Trans>
          </Text>
        </Card>
      )}
      {list.jobs.length > 0 && (
        <Card withBorder p={0} component="ul" className="jobs" data-testid="job-list">
          {list.jobs.map((job) => (
            <Row key={job.id} project={id} job={job} now={now} />
          ))}
        </Card>
      )}
      {list.hasNextPage && (
        <Center>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function Row({ project, job, now }: { project: string; job: JobListed; now: number }) {
  const took = secondsOf(job, now);
  const news = jobNews(job);
  const facts = [
    job.asked_by ?? t`by itself`,
    when(job.created_at),
    ...(took === null ? [] : [duration(took)]),
  ];
  return (
    <li>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <div className="job-what">
          <Group gap="xs">
            <Anchor component={Link} to={`/projects/${project}/jobs/${job.id}`} fw={600} size="sm">
              {jobKind(job.kind)}
            </Anchor>
            <JobBadge job={job} />
          </Group>
          <Text size="xs" c="dimmed" className="job-facts">{facts.join(" · ")}</Text>
        </div>
        {isLive(job) && <CancelJob project={project} job={job} />}
        {(job.status === "failed" || job.status === "cancelled") && <RetryJob project={project} job={job} />}
      </Group>
      {news && (
        <Text size="xs" lineClamp={2} className={job.status === "failed" ? "job-error" : undefined}>
          {news}
        </Text>
      )}
      <JobProgress job={job} />
    </li>
  );
}
