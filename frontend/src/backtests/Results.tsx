import { Alert, List, ScrollArea, Table, Text } from "@mantine/core";

import type { BacktestSummary } from "../api/client";
import { percent, scaleOf } from "./results";

/** What a backtest found: plans by their area under the budget curve. */
export function Results({ summary }: { summary: BacktestSummary }) {
  const scale = scaleOf(summary);
  const at = (value: number) => `${100 * scale(value)}%`;
  return (
    <>
      <ScrollArea type="auto">
        <Table verticalSpacing={6} fz="sm" miw={330} data-testid="areas">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Plan</Table.Th>
              <Table.Th ta="right">Area, %</Table.Th>
              <Table.Th visibleFrom="xs" aria-hidden />
              <Table.Th ta="right">First, %</Table.Th>
              <Table.Th ta="right">Last, %</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {summary.areas.map(({ plan, mean, std, first, last }) => (
              <Table.Tr key={plan}>
                <Table.Td fw={500}>{plan}</Table.Td>
                <Table.Td ta="right" className="figures">
                  {percent(mean)}
                  {std !== null && ` ± ${percent(std)}`}
                </Table.Td>
                <Table.Td visibleFrom="xs" aria-hidden w="40%" px="md">
                  <div className="span">
                    {std !== null && <i style={{ left: at(mean - std), right: `${100 - 100 * scale(mean + std)}%` }} />}
                    {summary.ceiling !== null && <s style={{ left: at(summary.ceiling) }} />}
                    <b style={{ left: at(mean) }} />
                  </div>
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {percent(first)}
                </Table.Td>
                <Table.Td ta="right" className="figures">
                  {percent(last)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Text size="xs" c="dimmed">
        Area under the budget curve: the mean test accuracy over all budgets, mean ± standard deviation over seeds. First
        and last: accuracy after the first and the last cycle.
        {summary.ceiling !== null && ` Ceiling, trained on all labels: ${percent(summary.ceiling)} %.`}
      </Text>
      {summary.warnings.length > 0 && (
        <Alert color="yellow" variant="light" title="To be read with care" p="sm">
          <List size="sm" spacing={2}>
            {summary.warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}
