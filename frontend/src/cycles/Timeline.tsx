import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Badge, Button, Card, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";

import { api, type Cycle, ok } from "../api/client";
import { percent } from "../language/format";
import { rules } from "../plans/words";
import { balances } from "../projects/balance";
import { cycleState } from "../projects/states";
import { said } from "../said/said";
import { CloseCycle } from "./CloseCycle";
import { DownloadModel } from "./DownloadModel";
import { measured, measureOf } from "./measure";

const COLORS: Record<Cycle["state"], string> = {
  querying: "blue",
  labelling: "indigo",
  training: "orange",
  done: "green",
  failed: "red",
};

/** All cycles, the newest first. */
export function Timeline({ cycles, engineer }: { cycles: readonly Cycle[]; engineer: boolean }) {
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="xs">
        <Trans>Cycles</Trans>
      </Title>
      {cycles.length === 0 && (
        <Text c="dimmed" size="sm">
          <Trans>None yet.</Trans>
        </Text>
      )}
      <Stack gap="sm">
        {cycles.toReversed().map((cycle) => (
          <Entry key={cycle.id} cycle={cycle} engineer={engineer} />
        ))}
      </Stack>
    </Card>
  );
}

function Entry({ cycle, engineer }: { cycle: Cycle; engineer: boolean }) {
  const retry = useMutation({
    mutationFn: (job: string) => ok(api.POST("/api/v1/jobs/{job_id}/retry", { params: { path: { job_id: job } } })),
  });
  const failed = cycle.failed_in === "querying" ? cycle.query_job_id : cycle.training_job_id;
  const measure = cycle.model && measureOf(cycle.model);
  return (
    <div data-testid={`cycle-${cycle.number}`}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={600}><Trans>Cycle {{ number: cycle.number }}</Trans></Text>
          <Badge color={COLORS[cycle.state]} variant="light">
            {cycleState(cycle.state)}
          </Badge>
          <Text size="sm" c="dimmed">
            {whence(cycle)}
          </Text>
        </Group>
        <Group gap="xs">
          {measure && <Text size="sm">{measured(measure, percent(measure.value, 1))}</Text>}
          {engineer && cycle.model && <DownloadModel model={cycle.model} cycle={cycle.number} />}
          {engineer && cycle.state === "labelling" && <CloseCycle cycle={cycle} />}
        </Group>
      </Group>
      {cycle.queued > 0 && cycle.state !== "done" && (
        <Progress
          mt={4}
          size="sm"
          aria-label={t`Answered share of cycle ${{ number: cycle.number }}`}
          value={(100 * (cycle.answered + cycle.skipped)) / cycle.queued}
        />
      )}
      <Text size="xs" c="dimmed">
        {told(cycle).join(" · ")}
      </Text>
      {cycle.note && (
        <Text size="xs" fs="italic">
          {said(cycle.note, cycle.said.note)}
        </Text>
      )}
      {cycle.state === "failed" && (
        <Alert color="red" mt="xs" title={cycle.failed_in === "querying" ? t`It failed while querying` : t`It failed while training`}>
          {said(cycle.failure ?? "", cycle.said.failure)}
          {engineer && failed && (
            <Group gap="sm" mt="xs">
              <Button
                size="compact-sm"
                loading={retry.isPending}
                onClick={() => {
                  retry.mutate(failed);
                }}
              >
                <Trans>Try again</Trans>
              </Button>
              <Anchor component={Link} to={`/projects/${cycle.project_id}/jobs/${failed}`} size="sm">
                <Trans>Read the log</Trans>
              </Anchor>
            </Group>
          )}
        </Alert>
      )}
    </div>
  );
}

/** What became of a cycle's images, and how they were chosen. */
function told({ answered, queued, skipped, held_back: held, plan, strategy, model }: Cycle): string[] {
  const done = skipped > 0 ? t`${answered} of ${queued} answered, ${skipped} skipped` : t`${answered} of ${queued} answered`;
  return [
    done,
    ...(held > 0 ? [t`${held} near-duplicates wait`] : []),
    t`plan ${{ name: plan.name }}`,
    ...(strategy ? [t`chosen by ${{ rule: rules()[strategy].label }}`] : []),
    ...(model && model.balance !== "none" ? [t`classes balanced by ${{ way: balances()[model.balance].label.toLowerCase() }}`] : []),
  ];
}

/** The part of the pool that a cycle's images are of. */
function whence(cycle: Cycle): string {
  if (cycle.pool_batch) return t`pool batch ${{ number: cycle.pool_batch }}`;
  if (cycle.queued === 0) return "";
  return cycle.plan.scope === "pool" ? t`whole pool` : t`all that remains`;
}
