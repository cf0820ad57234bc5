import { Badge, Card, Group, Progress, Stack, Text, Title } from "@mantine/core";

import type { Cycle, PretextRun } from "../api/client";
import { runWords } from "../plans/words";

/** The pool in its parts, in the order of the run, and how much of each is labelled. */
export function PoolBatches({ run, cycles }: { run: PretextRun | null; cycles: readonly Cycle[] }) {
  const open = cycles.find((cycle) => cycle.state !== "done" && cycle.pretext_run_id === run?.id);
  return (
    <Card withBorder data-testid="pool-batches">
      <Title order={4}>Pool batches</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {run ? `By pretext loss: ${runWords(run.task, run.order)}` : "A pretext run ranks the pool and cuts it into parts."}
      </Text>
      <Stack gap={6}>
        {run?.batches.map((batch) => (
          <div key={batch.number}>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Text size="xs">
                {batch.number} {open?.pool_batch === batch.number && <Badge size="xs">cycle {open.number}</Badge>}
              </Text>
              <Text size="xs" c="dimmed">
                {batch.labelled} of {batch.size} labelled · loss {batch.lowest_loss?.toPrecision(2)} to{" "}
                {batch.highest_loss?.toPrecision(2)}
              </Text>
            </Group>
            <Progress
              size="sm"
              aria-label={`Labelled share of pool batch ${batch.number}`}
              value={(100 * batch.labelled) / Math.max(1, batch.size)}
            />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
