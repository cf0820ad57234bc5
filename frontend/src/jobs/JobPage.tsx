import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link, useParams } from "react-router";

import type { JobListed } from "../api/client";
import { Failed, NotAllowed } from "../app/States";
import { duration, when } from "../language/format";
import { asRole } from "../members/roles";
import { CancelJob, RetryJob } from "../projects/JobButtons";
import { covers, useProject } from "../projects/useProject";
import { said } from "../said/said";
import { JobBadge, JobProgress } from "./JobState";
import { Log } from "./Log";
import { useJob } from "./useJobList";
import { useNow } from "./useNow";
import { isLive, jobKind, secondsOf } from "./words";
import "./jobs.css";

/** One job: what is known of it, and its log. */
export default function JobPage() {
  const { id = "", job: jobId = "" } = useParams();
  const project = useProject(id);
  const allowed = project.data !== undefined && covers(project.data.role, "engineer");
  const { data: job, error, refetch } = useJob(id, jobId, allowed);
  if (project.error) return <Failed error={project.error} onRetry={() => void project.refetch()} />;
  if (!project.data) return <Skeleton h={200} />;
  const { name, role } = project.data;
  return (
    <Stack maw={1100}>
      <title>{job ? t`${{ job: jobKind(job.kind) }} · ${name} · Nextbatch` : t`Jobs · ${name} · Nextbatch`}</title>
      {!allowed && (
        <NotAllowed title={t`Jobs are for engineers and owners`}>
          {t`You are ${{ role: asRole(role) }} of this project. An owner can give you the role of an engineer.`}
        </NotAllowed>
      )}
      {allowed && (
        <Anchor component={Link} to={`/projects/${id}/jobs`} size="sm">
          <Trans>All jobs</Trans>
        </Anchor>
      )}
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {allowed && !job && !error && <Skeleton h={240} />}
      {job && <Told project={id} job={job} />}
    </Stack>
  );
}

function Told({ project, job }: { project: string; job: JobListed }) {
  const took = secondsOf(job, useNow(job.status === "running"));
  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs">
          <Title order={2} size="h3">{jobKind(job.kind)}</Title>
          <JobBadge job={job} />
        </Group>
        {isLive(job) && <CancelJob project={project} job={job} />}
        {(job.status === "failed" || job.status === "cancelled") && <RetryJob project={project} job={job} />}
      </Group>
      {isLive(job) && (
        <div>
          <JobProgress job={job} />
          <Text size="xs" c="dimmed" mt={4}>{said(job.message, job.said.message) || (job.status === "queued" ? t`waits for a worker` : t`begins`)}</Text>
        </div>
      )}
      {job.error && (
        <Alert color="red" title={t`It failed`} className="job-error-text">
          {said(job.error, job.said.error)}
        </Alert>
      )}
      <Card withBorder>
        <dl className="job-words">
          <Fact name={t`Asked by`}>{job.asked_by ?? t`nobody: it began by itself`}</Fact>
          <Fact name={t`Asked`}>{when(job.created_at)}</Fact>
          {job.started_at && <Fact name={t`Begun`}>{when(job.started_at)}</Fact>}
          {job.finished_at && <Fact name={t`Ended`}>{when(job.finished_at)}</Fact>}
          {took !== null && <Fact name={t`Took`}>{duration(took)}</Fact>}
          {job.attempts > 1 && <Fact name={t`Attempts`}>{job.attempts}</Fact>}
        </dl>
      </Card>
      <Log project={project} job={job} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: string | number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
