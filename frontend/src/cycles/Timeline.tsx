import { Alert, Badge, Button, Card, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { api, type Cycle, ok } from "../api/client";
import { RULES } from "../plans/words";
import { CloseCycle } from "./CloseCycle";
import { DownloadModel } from "./DownloadModel";

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
      <Title order={4} mb="xs">
        Cycles
      </Title>
      {cycles.length === 0 && (
        <Text c="dimmed" size="sm">
          None yet.
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
  const accuracy = cycle.model?.metrics?.accuracy;
  return (
    <div data-testid={`cycle-${cycle.number}`}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={600}>Cycle {cycle.number}</Text>
          <Badge color={COLORS[cycle.state]} variant="light">
            {cycle.state}
          </Badge>
          <Text size="sm" c="dimmed">
            {whence(cycle)}
          </Text>
        </Group>
        <Group gap="xs">
          {accuracy !== undefined && <Text size="sm">{(100 * accuracy).toFixed(1)} % accuracy</Text>}
          {engineer && cycle.model && <DownloadModel model={cycle.model} cycle={cycle.number} />}
          {engineer && cycle.state === "labelling" && <CloseCycle cycle={cycle} />}
        </Group>
      </Group>
      {cycle.queued > 0 && cycle.state !== "done" && (
        <Progress
          mt={4}
          size="sm"
          aria-label={`Answered share of cycle ${cycle.number}`}
          value={(100 * (cycle.answered + cycle.skipped)) / cycle.queued}
        />
      )}
      <Text size="xs" c="dimmed">
        {cycle.answered} of {cycle.queued} answered
        {cycle.skipped > 0 && `, ${cycle.skipped} skipped`}
        {cycle.held_back > 0 && ` · ${cycle.held_back} near-duplicates wait`} · plan {cycle.plan.name}
        {cycle.strategy && ` · chosen by ${RULES[cycle.strategy].label}`}
        {cycle.model && cycle.model.balance !== "none" && ` · classes balanced by ${cycle.model.balance}`}
      </Text>
      {cycle.note && (
        <Text size="xs" fs="italic">
          {cycle.note}
        </Text>
      )}
      {cycle.state === "failed" && (
        <Alert color="red" mt="xs" title={`It failed while ${cycle.failed_in ?? "working"}`}>
          {cycle.failure}
          {engineer && failed && (
            <Button
              mt="xs"
              size="compact-sm"
              display="block"
              loading={retry.isPending}
              onClick={() => {
                retry.mutate(failed);
              }}
            >
              Try again
            </Button>
          )}
        </Alert>
      )}
    </div>
  );
}

/** The part of the pool that a cycle's images are of. */
function whence(cycle: Cycle): string {
  if (cycle.pool_batch) return `pool batch ${cycle.pool_batch}`;
  if (cycle.queued === 0) return "";
  return cycle.plan.scope === "pool" ? "whole pool" : "all that remains";
}
