import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Skeleton, Table, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";
import { Failed } from "../app/States";
import { size } from "../language/format";

/** How many bytes the project's files take, by what they are. */
export function Storage({ project }: { project: string }) {
  const storage = useQuery({
    queryKey: keys.storage(project),
    queryFn: () => ok(api.GET("/api/v1/projects/{project_id}/storage", { params: { path: { project_id: project } } })),
  });
  const taken = storage.data;
  const rows: [string, number][] = taken
    ? [
        [t`Images`, taken.images],
        [t`Task models`, taken.models],
        [t`Pretext runs`, taken.pretext_runs],
        [t`Features`, taken.features],
        [t`Exports`, taken.exports],
        [t`Maps`, taken.maps],
        [t`Backtests`, taken.backtests],
      ]
    : [];
  const all = rows.reduce((sum, [, bytes]) => sum + bytes, 0);
  return (
    <Card withBorder data-testid="storage">
      <Title order={3} size="h4" mb="xs">
        <Trans>Storage</Trans>
      </Title>
      {storage.error && <Failed error={storage.error} onRetry={() => void storage.refetch()} />}
      {storage.isPending && <Skeleton h={120} />}
      {taken && (
        <Table verticalSpacing={4} maw={360}>
          <Table.Tbody>
            {[...rows.filter(([, bytes]) => bytes > 0), [t`Together`, all] as const].map(([name, bytes]) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{size(bytes)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}
