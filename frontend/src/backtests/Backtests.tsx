import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, Modal, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useParams } from "react-router";

import { messageOf } from "../api/errors";
import { useProjectEvents } from "../api/events";
import { asRole } from "../members/roles";
import { usePlans } from "../plans/usePlans";
import { covers, useJobs, useProject } from "../projects/useProject";
import { withJobs } from "../projects/withJobs";
import { Entry } from "./Entry";
import { StartBacktest } from "./StartBacktest";
import { useBacktests } from "./useBacktests";

/** A project's backtests, and the way to start one. */
export default function Backtests() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const project = useProject(id);
  const allowed = project.data !== undefined && covers(project.data.role, "engineer");
  const backtests = useBacktests(id, allowed);
  const jobs = useJobs(id);
  const plans = usePlans();
  const [opened, { open, close }] = useDisclosure();
  if (project.error) return <Alert color="red">{messageOf(project.error)}</Alert>;
  if (!project.data) return <Skeleton h={200} />;
  const shown = withJobs(backtests.data ?? [], jobs.data ?? []);

  return (
    <Stack maw={900}>
      <title>{t`Backtests · ${{ name: project.data.name }} · Nextbatch`}</title>
      <div>
        <Group justify="space-between">
          <Title order={2}><Trans>Backtests</Trans></Title>
          {allowed && plans.data && <Button onClick={open}><Trans>Start a backtest</Trans></Button>}
        </Group>
        <Text size="sm" c="dimmed" mt="xs" maw={680}>
          <Trans>
            A backtest replays labels this project already has, as if people gave them cycle by cycle, once for every plan
            and seed. It shows which plan would have brought the most accuracy for the same number of labels.
          </Trans>
        </Text>
      </div>
      {!allowed && (
        <Card withBorder data-testid="not-allowed">
          <Title order={4}><Trans>Backtests are for engineers and owners</Trans></Title>
          <Text size="sm" c="dimmed" mt={4}>
            {t`You are ${{ role: asRole(project.data.role) }} of this project. An owner can give you the role of an engineer.`}
          </Text>
        </Card>
      )}
      {plans.error && <Alert color="red"><Trans>The plans cannot be read.</Trans> {messageOf(plans.error)}</Alert>}
      {backtests.error && <Alert color="red">{messageOf(backtests.error)}</Alert>}
      {allowed && backtests.isPending && <Skeleton h={160} />}
      {backtests.data?.length === 0 && (
        <Card withBorder>
          <Title order={4}><Trans>None yet</Trans></Title>
          <Text size="sm" c="dimmed" mt={4}>
            {project.data.counts.labelled > 1
              ? t`${{ labelled: project.data.counts.labelled }} labelled pool images can be replayed.`
              : t`There are no labels to replay yet: label some images, or import images whose folders are labels.`}
          </Text>
        </Card>
      )}
      {shown.map((backtest) => (
        <Entry key={backtest.id} backtest={backtest} />
      ))}
      <Modal opened={opened} onClose={close} title={t`Start a backtest`} size="lg">
        {plans.data && <StartBacktest project={project.data} plans={plans.data} onDone={close} />}
      </Modal>
    </Stack>
  );
}
