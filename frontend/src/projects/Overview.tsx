import { Alert, Button, Grid, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { Link, useParams } from "react-router";

import { messageOf } from "../api/errors";
import { useProjectEvents } from "../api/events";
import { ClassTable } from "../cycles/ClassTable";
import { LearningCurve } from "../cycles/LearningCurve";
import { PoolBatches } from "../cycles/PoolBatches";
import { StartCycle, StartRun } from "../cycles/StartButtons";
import { Timeline } from "../cycles/Timeline";
import { ImportPanel } from "../imports/ImportPanel";
import { JobList } from "./JobList";
import { nextStep } from "./nextStep";
import { covers, useCycles, useJobs, useProject, useQueue, useRanking } from "./useProject";

export default function Overview() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const project = useProject(id);
  const queue = useQueue(id);
  const cycles = useCycles(id);
  const ranking = useRanking(id);
  const jobs = useJobs(id);
  if (project.error) return <Alert color="red">{messageOf(project.error)}</Alert>;
  if (!project.data) return <Skeleton h={200} />;
  const { name, counts, role } = project.data;
  const engineer = covers(role, "engineer");
  const open = queue.data ? queue.data.queued - queue.data.answered - queue.data.skipped : 0;
  const step = nextStep(project.data, ranking.data ?? null, cycles.data ?? [], jobs.data ?? [], open);
  const model = cycles.data?.findLast((cycle) => cycle.model)?.model ?? null;

  return (
    <Stack maw={1300} mx="auto">
      <title>{`${name} · Nextbatch`}</title>
      <Group justify="space-between">
        <div>
          <Title order={2}>{name}</Title>
          <Text c="dimmed" size="sm">
            {counts.pool} pool · {counts.labelled} labelled · {counts.validation} validation · {counts.test} test
          </Text>
        </div>
        <Group>
          {engineer && <StartRun project={project.data} />}
          {engineer && <StartCycle project={project.data} />}
          <Button
            component={Link}
            to={`/projects/${id}/label`}
            leftSection={<IconPencil size={16} />}
            variant={open > 0 ? "filled" : "default"}
          >
            Label images{open > 0 ? ` (${open})` : ""}
          </Button>
        </Group>
      </Group>
      {step && (
        <Alert color="indigo" variant="light" title="Next step">
          {step}
        </Alert>
      )}
      <JobList jobs={jobs.data ?? []} mayCancel={engineer} />
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <LearningCurve cycles={cycles.data ?? []} />
            <Timeline cycles={cycles.data ?? []} engineer={engineer} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            {engineer && <ImportPanel project={id} />}
            <PoolBatches run={ranking.data ?? null} cycles={cycles.data ?? []} />
            {model && <ClassTable model={model} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
