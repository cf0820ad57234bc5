import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Card, Group, Progress, Stack, Text, Title } from "@mantine/core";

import type { Cycle, PretextRun } from "../api/client";
import { runWords } from "../plans/words";

/** The pool in its parts, in the order of the run, and how much of each is labelled. */
export function PoolBatches({ run, cycles }: { run: PretextRun | null; cycles: readonly Cycle[] }) {
  const open = cycles.find((cycle) => cycle.state !== "done" && cycle.pretext_run_id === run?.id);
  return (
    <Card withBorder data-testid="pool-batches">
      <Title order={4}><Trans>Pool batches</Trans></Title>
      <Text size="sm" c="dimmed" mb="xs">
        {run ? t`By pretext loss: ${{ run: runWords(run.task, run.order) }}` : t`A pretext run ranks the pool and cuts it into parts.`}
      </Text>
      <Stack gap={6}>
        {run?.batches.map((batch) => (
          <div key={batch.number}>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Text size="xs">
                {batch.number} {open?.pool_batch === batch.number && <Badge size="xs"><Trans>cycle {{ number: open.number }}</Trans></Badge>}
              </Text>
              <Text size="xs" c="dimmed">
                <Trans>
                  {{ labelled: batch.labelled }} of {{ size: batch.size }} labelled · loss {{ lowest: short(batch.lowest_loss) }} to{" "}
                  {{ highest: short(batch.highest_loss) }}
                </Trans>
              </Text>
            </Group>
            <Progress
              size="sm"
              aria-label={t`Labelled share of pool batch ${{ number: batch.number }}`}
              value={(100 * batch.labelled) / Math.max(1, batch.size)}
            />
          </div>
        ))}
      </Stack>
    </Card>
  );
}

function short(loss: number | null): string {
  return loss === null ? "–" : loss.toPrecision(2);
}
