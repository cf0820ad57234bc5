import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Grid, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useParams } from "react-router";

import { messageOf } from "../api/errors";
import { useProjectEvents } from "../api/events";
import { ClassTable } from "../cycles/ClassTable";
import { EstimateLine } from "../cycles/EstimateLine";
import { LearningCurve } from "../cycles/LearningCurve";
import { PoolBatches } from "../cycles/PoolBatches";
import { RunCharts } from "../cycles/RunCharts";
import { SetTable } from "../cycles/SetTable";
import { StartCycle } from "../cycles/StartCycle";
import { StartRun, type WantedRun } from "../cycles/StartRun";
import { Timeline } from "../cycles/Timeline";
import { ExportPanel } from "../exports/ExportPanel";
import { ImportPanel } from "../imports/ImportPanel";
import { OverlapCard } from "../review/OverlapCard";
import { ConfusionCard } from "../measures/ConfusionCard";
import { Examples } from "../measures/Examples";
import { RecallCurves } from "../measures/RecallCurves";
import { PeopleCard } from "../people/PeopleCard";
import { PlanCard } from "../plans/PlanCard";
import { planOf, usePlans } from "../plans/usePlans";
import { size } from "../language/format";
import { isBlind } from "./blind";
import { JobList } from "./JobList";
import { nextStep } from "./nextStep";
import { TrainingCard } from "./TrainingCard";
import { covers, useCycles, useJobs, useProject, useQueue, useRanking } from "./useProject";

export default function Overview() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const project = useProject(id);
  const queue = useQueue(id);
  const cycles = useCycles(id);
  const open = queue.data ? queue.data.queued - queue.data.answered - queue.data.skipped : 0;
  const ranking = useRanking(id, open > 0);
  const jobs = useJobs(id);
  const plans = usePlans();
  const [dialog, setDialog] = useState<"run" | "cycle" | null>(null);
  const [wanted, setWanted] = useState<WantedRun | null>(null);
  if (project.error) return <Alert color="red">{messageOf(project.error)}</Alert>;
  if (!project.data) return <Skeleton h={200} />;
  const { name, counts, role } = project.data;
  const engineer = covers(role, "engineer");
  const plan = planOf(project.data, plans.data);
  const known = { cycles: cycles.data ?? [], jobs: jobs.data ?? [], run: ranking.data ?? null };
  const step = nextStep(project.data, plan, known.run, known.cycles, known.jobs, open);
  const model = known.cycles.findLast((cycle) => cycle.model)?.model ?? null;
  const running = known.jobs.some((job) => job.kind === "pretext" && ["queued", "running"].includes(job.status));
  const close = () => {
    setDialog(null);
  };
  const askRun = (which: WantedRun) => {
    setWanted(which);
    setDialog("run");
  };

  return (
    <Stack>
      <title>{t`${name} · Nextbatch`}</title>
      <Group justify="space-between">
        <Text c="dimmed" size="sm">
          <Trans>{{ pool: counts.pool }} pool · {{ labelled: counts.labelled }} labelled · {{ validation: counts.validation }} validation · {{ test: counts.test }} test</Trans>
          {counts.bytes > 0 && ` · ${size(counts.bytes)}`}
        </Text>
        <Group gap="xs">
          {engineer && (
            <>
              <Button
                variant="default"
                disabled={!plan || counts.pool === counts.labelled}
                onClick={() => {
                  if (plan) askRun({ task: plan.pretext_task, order: plan.order });
                }}
              >
                <Trans>Start a pretext run</Trans>
              </Button>
              <Button
                variant="default"
                disabled={!plans.data || !cycles.data || ranking.isPending}
                onClick={() => {
                  setDialog("cycle");
                }}
              >
                <Trans>Start a cycle</Trans>
              </Button>
            </>
          )}
          <Button
            component={Link}
            to={`/projects/${id}/label`}
            leftSection={<IconPencil size={16} />}
            variant={open > 0 ? "filled" : "default"}
          >
            <Trans>Label images</Trans>
            {open > 0 && ` (${open})`}
          </Button>
        </Group>
      </Group>
      {step && (
        <Alert color="indigo" variant="light" title={t`Next step`}>
          {step}
        </Alert>
      )}
      {plans.error && <Alert color="red"><Trans>The plans cannot be read.</Trans> {messageOf(plans.error)}</Alert>}
      <EstimateLine project={id} />
      <JobList jobs={known.jobs} engineer={engineer} />
      <PoolBatches project={project.data} plan={plan} run={known.run} cycles={known.cycles} open={open} />
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <LearningCurve cycles={known.cycles} />
            <Timeline cycles={known.cycles} engineer={engineer} />
            <RecallCurves project={project.data} cycles={known.cycles} />
            <ConfusionCard project={id} cycles={known.cycles} />
            {model && <ClassTable model={model} />}
            {model && <SetTable model={model} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            {engineer && <ImportPanel project={id} />}
            {engineer && <ExportPanel project={project.data} />}
            <PlanCard
              project={project.data}
              plans={plans.data}
              run={ranking.data}
              engineer={engineer}
              ranking={running}
              onRun={askRun}
            />
            <TrainingCard project={project.data} engineer={engineer} />
            <OverlapCard project={project.data} engineer={engineer} />
            {covers(role, "reviewer") && <PeopleCard project={id} />}
            {known.run && <RunCharts run={known.run} />}
            {known.run && !isBlind(project.data) && <Examples run={known.run} />}
          </Stack>
        </Grid.Col>
      </Grid>
      <Modal opened={dialog === "cycle"} onClose={close} title={t`Start a cycle`}>
        {plans.data && (
          <StartCycle
            project={project.data}
            plans={plans.data}
            cycles={known.cycles}
            run={known.run}
            ranking={running}
            onDone={close}
            onRun={askRun}
          />
        )}
      </Modal>
      <Modal opened={dialog === "run"} onClose={close} title={t`Start a pretext run`}>
        {wanted && <StartRun project={project.data} wanted={wanted} onDone={close} />}
      </Modal>
    </Stack>
  );
}
