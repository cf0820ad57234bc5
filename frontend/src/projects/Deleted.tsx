import { t } from "@lingui/core/macro";
import { Plural, Trans } from "@lingui/react/macro";
import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import type { Project } from "../api/client";
import { daysUntil } from "./daysUntil";
import { useDeleted, useRestore } from "./useDeleted";

/** What was deleted lately and can be brought back; nothing where there is nothing. */
export function Deleted() {
  const deleted = useDeleted();
  if (!deleted.data || deleted.data.length === 0) return null;
  return (
    <Stack gap="xs" mt="lg" data-testid="deleted">
      <Title order={2} size="h4">
        <Trans>Recently deleted</Trans>
      </Title>
      <Card withBorder>
        <Stack gap="sm" role="list" aria-label={t`Recently deleted`}>
          {deleted.data.map((project) => (
            <Entry key={project.id} project={project} now={deleted.dataUpdatedAt} />
          ))}
        </Stack>
      </Card>
    </Stack>
  );
}

function Entry({ project, now }: { project: Project; now: number }) {
  const restore = useRestore();
  const back = useMutation({ mutationFn: () => restore(project) });
  const days = daysUntil(project.removed_at ?? "", now);
  return (
    <Group justify="space-between" wrap="nowrap" role="listitem">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={500} truncate>
          {project.name}
        </Text>
        <Text size="xs" c="dimmed">
          <Plural value={project.counts.images} one="# image" other="# images" />
          {" · "}
          <Plural value={days} _0="goes for good within a day" one="# day left" other="# days left" />
        </Text>
      </div>
      <Button
        size="compact-sm"
        variant="default"
        style={{ flex: "none" }}
        aria-label={t`Restore ${{ name: project.name }}`}
        loading={back.isPending}
        onClick={() => {
          back.mutate();
        }}
      >
        <Trans>Restore</Trans>
      </Button>
    </Group>
  );
}
