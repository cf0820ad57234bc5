import { Trans } from "@lingui/react/macro";
import { Button, Card, Skeleton, Table, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { api, type AuditEvent, ok } from "../api/client";
import { keys } from "../api/keys";
import { Failed } from "../app/States";
import { when } from "../language/format";
import { actionWords, fieldWords } from "./changeWords";

/** Who changed what of the project, newest first. */
export function Changes({ project }: { project: string }) {
  const events = useInfiniteQuery({
    queryKey: keys.auditEvents(project),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const params = { path: { project_id: project }, query: { limit: 20, cursor: pageParam } };
      return ok(api.GET("/api/v1/projects/{project_id}/audit-events", { params }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });
  return (
    <Card withBorder data-testid="changes">
      <Title order={3} size="h4" mb="xs">
        <Trans>History of changes</Trans>
      </Title>
      {events.error && <Failed error={events.error} onRetry={() => void events.refetch()} />}
      {events.isPending && <Skeleton h={120} />}
      {events.data && (
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th><Trans>When</Trans></Table.Th>
              <Table.Th><Trans>Who</Trans></Table.Th>
              <Table.Th><Trans>What</Trans></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {events.data.pages.flatMap((page) => page.items).map((event) => (
              <Entry key={event.id} event={event} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {events.hasNextPage && (
        <Button mt="sm" size="compact-sm" variant="default" loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
          <Trans>Show earlier changes</Trans>
        </Button>
      )}
    </Card>
  );
}

function Entry({ event }: { event: AuditEvent }) {
  const { name } = event.details;
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Td>{when(event.at)}</Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>{event.user ?? <Trans>The service</Trans>}</Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>
        {actionWords(event.action)}
        {typeof name === "string" && ` · ${name}`}
        {fieldWords(event).map((words) => (
          <Text key={words} size="xs" c="dimmed">
            {words}
          </Text>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
