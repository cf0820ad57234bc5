import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Skeleton, Table, Text, Title } from "@mantine/core";

import type { components } from "../api/schema";
import { Failed } from "../app/States";
import { number, percent } from "../language/format";
import { useSuggestionReport } from "./useReview";
import { pull } from "./pull";

type Groups = Pick<components["schemas"]["ConfidenceBin"], "shown" | "hidden">;

/** How often people say what the model says, with and without seeing it. */
export function SuggestionCard({ project }: { project: string }) {
  const found = useSuggestionReport(project);
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={120} />;
  const { shown, hidden, bins } = found.data;
  const rows: [string, Groups][] = [
    [t`All`, found.data],
    ...bins
      .filter((bin) => bin.shown.agreed.total + bin.hidden.agreed.total > 0)
      .map((bin): [string, Groups] => [sureness(bin), bin]),
  ];
  return (
    <Card withBorder data-testid="suggestion-report">
      <Title order={3} size="h4">
        <Trans>The pull of suggestions</Trans>
      </Title>
      <Text size="sm" c="dimmed" mt={4}>
        {pull(found.data)}
      </Text>
      {shown.agreed.total + hidden.agreed.total > 0 && (
        <Table.ScrollContainer minWidth={560} mt="sm">
          <Table verticalSpacing={4} className="figures">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>
                  <Trans>Said what the model says</Trans>
                </Table.Th>
                <Table.Th ta="right">
                  <Trans>Suggestion seen</Trans>
                </Table.Th>
                <Table.Th ta="right">
                  <Trans>Hidden</Trans>
                </Table.Th>
                <Table.Th ta="right">
                  <Trans>Seconds, seen</Trans>
                </Table.Th>
                <Table.Th ta="right">
                  <Trans>Seconds, hidden</Trans>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(([name, groups]) => (
                <Table.Tr key={name}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td ta="right">{agreed(groups.shown)}</Table.Td>
                  <Table.Td ta="right">{agreed(groups.hidden)}</Table.Td>
                  <Table.Td ta="right">{seconds(groups.shown)}</Table.Td>
                  <Table.Td ta="right">{seconds(groups.hidden)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

function sureness(bin: { low: number; high: number }): string {
  const [low, high] = [percent(bin.low), percent(bin.high)];
  return t`Model ${low} to ${high} sure`;
}

function agreed({ agreed: { share, count, total } }: Groups["shown"]): string {
  if (share === null) return "–";
  const part = percent(share);
  return t`${part} (${count} of ${total})`;
}

function seconds({ median_ms }: Groups["shown"]): string {
  return median_ms === null ? "–" : number(median_ms / 1000, { maximumFractionDigits: 1 });
}
