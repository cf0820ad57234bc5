import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Card, Group, Modal, Skeleton, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import type { Plan, PretextRun, Project } from "../api/client";
import { NoRun } from "../cycles/NoRun";
import type { WantedRun } from "../cycles/StartRun";
import { ChangePlan } from "./ChangePlan";
import { missing } from "./forecast";
import { PlanWords } from "./PlanWords";
import { shippedSummary } from "./summaries";
import { planOf } from "./usePlans";

interface Props {
  project: Project;
  plans: readonly Plan[] | undefined;
  run: PretextRun | null | undefined;
  /** Whether this person may change the plan. */
  engineer: boolean;
  /** A pretext run is going on: then there is none to ask for. */
  ranking: boolean;
  onRun: (wanted: WantedRun) => void;
}

/** The plan that a project follows, in words. */
export function PlanCard({ project, plans, run, engineer, ranking, onRun }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const plan = planOf(project, plans);
  // A project without any pretext run is told so by the next step already.
  const problem = plan && run && !ranking ? missing(plan, run) : null;
  return (
    <Card withBorder data-testid="plan">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs">
          <Title order={2} size="h4"><Trans>Plan</Trans></Title>
          {plan && (
            <Badge variant="light" tt="none">
              {plan.name}
            </Badge>
          )}
        </Group>
        {engineer && plans && (
          <Button size="compact-sm" variant="default" onClick={open}>
            <Trans>Change plan</Trans>
          </Button>
        )}
      </Group>
      {!plan && <Skeleton h={120} mt="xs" />}
      {plan && (
        <>
          <Text size="sm" c="dimmed" mb="xs">
            {typeof project.settings.plan === "string" ? shippedSummary(plan) : plan.summary}
          </Text>
          <PlanWords plan={plan} />
        </>
      )}
      {plan && problem && engineer && (
        <div style={{ marginTop: "var(--mantine-spacing-sm)" }}>
          <NoRun message={problem} wanted={{ task: plan.pretext_task, order: plan.order }} onStart={onRun} />
        </div>
      )}
      <Modal opened={opened} onClose={close} title={t`Change the plan`}>
        {plans && <ChangePlan project={project} plans={plans} onDone={close} />}
      </Modal>
    </Card>
  );
}
