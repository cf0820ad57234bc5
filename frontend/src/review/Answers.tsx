import { Badge, Card, Group, Stack, Text } from "@mantine/core";

import type { Class, Said } from "../api/client";
import { saidWords, took } from "./words";

/** All that people said about an image. */
export function Answers({ answers, classes }: { answers: readonly Said[]; classes: readonly Class[] }) {
  if (answers.length === 0) return <Text size="sm" c="dimmed">Nobody answered: the label was imported.</Text>;
  return (
    <Stack gap={6} role="list" aria-label="Answers">
      {answers.map((said) => (
        <Card key={said.assignment_id} withBorder padding="xs" role="listitem" opacity={said.counts ? 1 : 0.6}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm" fw={600}>
              {said.class === null ? (
                saidWords(said) ?? "Skipped"
              ) : (
                <>
                  <span className="dot" style={{ background: colorOf(classes, said.class) }} aria-hidden /> {said.class}
                </>
              )}
            </Text>
            {said.flagged && <Badge size="sm" color="yellow" variant="light">Flagged</Badge>}
          </Group>
          {(said.note ?? said.skipped) && <Text size="sm" mt={2}>{said.note ?? said.skipped}</Text>}
          <Text size="xs" c="dimmed" mt={2}>
            {said.name}
            {said.said_at && ` · ${new Date(said.said_at).toLocaleString()}`}
            {said.elapsed_ms !== null && ` · ${took(said.elapsed_ms)}`}
            {!said.counts && " · came too late to count"}
          </Text>
        </Card>
      ))}
    </Stack>
  );
}

function colorOf(classes: readonly Class[], name: string): string {
  return classes.find((one) => one.name === name)?.color ?? "transparent";
}
