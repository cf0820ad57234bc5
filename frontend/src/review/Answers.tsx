import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Card, Group, Stack, Text } from "@mantine/core";

import type { Class, Said } from "../api/client";
import { reasonText } from "../bench/reasons";
import { when } from "../language/format";
import { saidWords, took } from "./words";

/** All that people said about an image. */
export function Answers({ answers, classes }: { answers: readonly Said[]; classes: readonly Class[] }) {
  if (answers.length === 0) return <Text size="sm" c="dimmed"><Trans>Nobody answered: the label was imported.</Trans></Text>;
  return (
    <Stack gap={6} role="list" aria-label={t`Answers`}>
      {answers.map((said) => (
        <Card key={said.assignment_id} withBorder padding="xs" role="listitem">
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm" fw={600}>
              {said.class === null ? (
                saidWords(said) ?? t`Skipped`
              ) : (
                <>
                  <span className="dot" style={{ background: colorOf(classes, said.class) }} aria-hidden /> {said.class}
                </>
              )}
            </Text>
            {said.flagged && <Badge size="sm" color="yellow" variant="light"><Trans>Flagged</Trans></Badge>}
          </Group>
          {(said.note ?? said.skipped) && <Text size="sm" mt={2}>{said.note ?? (said.skipped && reasonText(said.skipped))}</Text>}
          <Text size="xs" c="dimmed" mt={2}>
            {said.name}
            {said.said_at && ` · ${when(said.said_at)}`}
            {said.elapsed_ms !== null && ` · ${took(said.elapsed_ms)}`}
            {!said.counts && ` · ${t`came too late to count`}`}
          </Text>
        </Card>
      ))}
    </Stack>
  );
}

function colorOf(classes: readonly Class[], name: string): string {
  return classes.find((one) => one.name === name)?.color ?? "transparent";
}
