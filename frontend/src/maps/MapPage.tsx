import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link, useParams } from "react-router";

import type { ImageMap, Job, Project } from "../api/client";
import { messageOf } from "../api/errors";
import { useProjectEvents } from "../api/events";
import { Failed, NotAllowed } from "../app/States";
import { JobProgress } from "../jobs/JobState";
import { isLive, jobNews } from "../jobs/words";
import { number, when } from "../language/format";
import { asRole } from "../members/roles";
import { tasks } from "../plans/words";
import { CancelJob } from "../projects/JobButtons";
import { covers, useJobs, useProject, useRanking } from "../projects/useProject";
import { withJobs } from "../projects/withJobs";
import { Explorer } from "./Explorer";
import { useDraw, useMapPoints, useMaps } from "./useMaps";
import "./maps.css";

/** The pool as a pretext run sees it: images that look alike to it lie close together. */
export default function MapPage() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const project = useProject(id);
  const allowed = project.data !== undefined && covers(project.data.role, "engineer");
  const maps = useMaps(id, allowed);
  const jobs = useJobs(id);
  const ranking = useRanking(id, false);
  const draw = useDraw(id);
  if (project.error) return <Failed error={project.error} onRetry={() => void project.refetch()} />;
  if (!project.data) return <Skeleton h={200} />;
  const { name, role } = project.data;
  const known = withJobs(maps.data ?? [], jobs.data ?? []);
  const newest = known[0];
  const drawn = known.find((map) => map.points !== null);
  const live = newest !== undefined && isLive(newest.job);
  return (
    <Stack>
      <title>{t`Map · ${name} · Nextbatch`}</title>
      <div>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h3"><Trans>Map</Trans></Title>
          {allowed && maps.data && ranking.data && (
            <Button
              variant={drawn && !drawn.outdated ? "default" : "filled"}
              disabled={live}
              loading={draw.isPending}
              onClick={() => {
                draw.mutate();
              }}
            >
              {drawn ? t`Draw again` : t`Draw the map`}
            </Button>
          )}
        </Group>
        <Text size="sm" c="dimmed" mt={4} maw={680}>
          <Trans>
            Every image of the last pretext run is a point. Images that look alike to its network lie close together; the
            axes themselves mean nothing.
          </Trans>
        </Text>
      </div>
      {!allowed && (
        <NotAllowed title={t`The map is for engineers and owners`}>
          {t`You are ${{ role: asRole(role) }} of this project. An owner can give you the role of an engineer.`}
        </NotAllowed>
      )}
      {draw.error && <Alert color="red">{messageOf(draw.error)}</Alert>}
      {maps.error && <Failed error={maps.error} onRetry={() => void maps.refetch()} />}
      {allowed && maps.isPending && <Skeleton h={420} />}
      {newest && <Drawing job={newest.job} />}
      {maps.data && !drawn && !live && !ranking.isPending && (
        <Card withBorder>
          <Title order={3} size="h4"><Trans>None yet</Trans></Title>
          <Text size="sm" c="dimmed" mt={4}>
            {ranking.data
              ? t`A worker draws it in some seconds to minutes, by the number of images.`
              : t`A map is made of what a pretext run learned. Start one on the overview.`}
          </Text>
        </Card>
      )}
      {drawn && <Drawn key={drawn.id} project={project.data} map={drawn} />}
    </Stack>
  );
}

/** The job of the newest map while it has not succeeded. */
function Drawing({ job }: { job: Job }) {
  if (job.status === "succeeded") return null;
  return (
    <Card withBorder data-testid="drawing" aria-live="polite">
      <Group justify="space-between" wrap="nowrap" mb={isLive(job) ? 6 : 0}>
        <Text size="sm">
          {isLive(job) ? t`The map is being drawn` : t`The last map was not drawn`}{" "}
          <Text span size="sm" c="dimmed">{jobNews(job)}</Text>
        </Text>
        <Group gap="sm" wrap="nowrap">
          <Anchor component={Link} to={`/projects/${job.project_id}/jobs/${job.id}`} size="sm"><Trans>Log</Trans></Anchor>
          {isLive(job) && <CancelJob project={job.project_id} job={job} />}
        </Group>
      </Group>
      <JobProgress job={job} />
    </Card>
  );
}

function Drawn({ project, map }: { project: Project; map: ImageMap }) {
  const { data: points, error, refetch } = useMapPoints(map);
  const [shown, all] = [number(map.points ?? 0), number(map.images ?? 0)];
  const facts = [
    map.points === map.images ? t`${all} images` : t`${shown} of ${all} images, drawn by chance`,
    t`features of ${{ task: tasks()[map.task].label }}`,
    ...(map.model_cycle === null ? [] : [t`confidences of the model of cycle ${{ number: map.model_cycle }}`]),
    when(map.created_at),
  ];
  return (
    <>
      <Text size="xs" c="dimmed">{facts.join(" · ")}</Text>
      {map.outdated && (
        <Text size="sm" data-testid="outdated">
          <Trans>There is a newer pretext run or task model: draw the map again to see it. Classes and cycles are those of now.</Trans>
        </Text>
      )}
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!points && !error && <Skeleton h={420} />}
      {points && <Explorer project={project} points={points} />}
    </>
  );
}
