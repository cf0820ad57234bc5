import { Trans } from "@lingui/react/macro";
import { Skeleton, Table, Text, Title } from "@mantine/core";

import { useMe } from "../account/useMe";
import { Failed } from "../app/States";
import { number } from "../language/format";
import { useLeaderboard } from "./usePeople";

const MOST = 10;

/** Who answered how much, the most of today first; of many people the first ones, and oneself. */
export default function Leaderboard({ project }: { project: string }) {
  const me = useMe();
  const board = useLeaderboard(project);
  if (board.error) return <Failed error={board.error} onRetry={() => void board.refetch()} />;
  if (!board.data) return <Skeleton h={120} w="100%" />;
  const mine = me.data?.user.id;
  const shown = board.data
    .map((one, place) => ({ ...one, place: place + 1 }))
    .filter((one) => one.place <= MOST || one.user_id === mine);
  return (
    <section data-testid="leaderboard" style={{ width: "100%" }}>
      <Title order={3} size="h5" mb={4}><Trans>Leaderboard</Trans></Title>
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed"><Trans>Nobody has answered yet.</Trans></Text>
      ) : (
        <Table verticalSpacing={4} className="figures">
          <Table.Thead>
            <Table.Tr>
              <Table.Th><Trans>Person</Trans></Table.Th>
              <Table.Th ta="right"><Trans>Today</Trans></Table.Th>
              <Table.Th ta="right"><Trans>Altogether</Trans></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((one) => (
              <Table.Tr key={one.user_id} fw={one.user_id === mine ? 600 : undefined}>
                <Table.Td>{one.place}. {one.name}</Table.Td>
                <Table.Td ta="right">{number(one.today)}</Table.Td>
                <Table.Td ta="right">{number(one.answers)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
