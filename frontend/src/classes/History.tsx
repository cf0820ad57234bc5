import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Card, Group, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";

import type { SchemaChange } from "../api/client";
import { Failed } from "../app/States";
import { when } from "../language/format";
import { said } from "../said/said";
import { useSchemaChanges, useUnmergeClass } from "./useClasses";
import { gathered, story } from "./words";

/** Who changed the classes, when and how, newest first. */
export function History({ project, editable }: { project: string; editable: boolean }) {
  const changes = useSchemaChanges(project);
  const unmerge = useUnmergeClass(project);
  const entries = changes.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card withBorder data-testid="history">
      <Title order={3} size="h4" mb="xs">
        <Trans>History</Trans>
      </Title>
      {changes.error && <Failed error={changes.error} onRetry={() => void changes.refetch()} />}
      {changes.isPending && <Skeleton h={80} />}
      {changes.data && entries.length === 0 && (
        <Text size="sm" c="dimmed">
          <Trans>Changes of the classes will be listed here.</Trans>
        </Text>
      )}
      <Stack gap={8}>
        {gathered(entries).map((changes) => (
          <Entry
            key={changes[0].id}
            changes={changes}
            onUndo={
              editable
                ? () => {
                    unmerge.mutate(changes[0].class_id);
                  }
                : null
            }
            pending={unmerge.isPending}
          />
        ))}
      </Stack>
      {changes.hasNextPage && (
        <Button mt="sm" size="compact-sm" variant="default" loading={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
          <Trans>Show earlier changes</Trans>
        </Button>
      )}
    </Card>
  );
}

interface EntryProps {
  changes: readonly [SchemaChange, ...SchemaChange[]];
  onUndo: (() => void) | null;
  pending: boolean;
}

function Entry({ changes, onUndo, pending }: EntryProps) {
  const [change] = changes;
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
      <div>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          <Text span fw={500} size="sm">
            {change.user?.name ?? t`An import`}
          </Text>{" "}
          {story(changes)}
        </Text>
        <Text size="xs" c="dimmed">
          {when(change.created_at)}
        </Text>
      </div>
      {onUndo && change.undoable && (
        <Button size="compact-sm" variant="default" loading={pending} onClick={onUndo}>
          <Trans>Undo</Trans>
        </Button>
      )}
      {onUndo && change.undo_blocked && (
        <Tooltip label={said(change.undo_blocked, change.said.undo_blocked)} multiline w={240} withArrow>
          <Text size="xs" c="dimmed" tabIndex={0} style={{ whiteSpace: "nowrap" }}>
            <Trans>cannot be undone</Trans>
          </Text>
        </Tooltip>
      )}
    </Group>
  );
}
