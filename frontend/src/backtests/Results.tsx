import { Trans } from "@lingui/react/macro";
import { Box, Group, List, Table, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { BacktestSummary } from "../api/client";
import { saidEach } from "../said/said";
import { percent, scaleOf } from "./results";

/** What a backtest found: plans by their area under the budget curve. */
export function Results({ summary }: { summary: BacktestSummary }) {
  const scale = scaleOf(summary);
  const at = (value: number) => `${100 * scale(value)}%`;
  return (
    <>
      <Box style={{ overflowX: "auto" }}>
        <Table verticalSpacing={6} horizontalSpacing={6} fz="sm" data-testid="areas">
          <Table.Thead>
            <Table.Tr>
              <Table.Th><Trans>Plan</Trans></Table.Th>
              <Table.Th ta="right"><Trans>Area</Trans></Table.Th>
              <Table.Th visibleFrom="xs" aria-hidden />
              <Table.Th ta="right"><Trans>First</Trans></Table.Th>
              <Table.Th ta="right"><Trans>Last</Trans></Table.Th>
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
                <Table.Td visibleFrom="xs" aria-hidden w="45%" px="lg">
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
      </Box>
      <Text size="xs" c="dimmed">
        <Trans>
          Test accuracy in percent. Area under the budget curve: its mean over all budgets, mean ± standard deviation over
          seeds. First and last: after the first and the last cycle.
        </Trans>{" "}
        {summary.ceiling !== null && (
          <Trans>
            Ceiling, trained on all labels: {{ ceiling: percent(summary.ceiling) }}
            <WhereWide>, the upright mark</WhereWide>.
          </Trans>
        )}
      </Text>
      {summary.warnings.length > 0 && (
        <div>
          <Group gap={6} c="orange">
            <IconAlertTriangle size={16} aria-hidden />
            <Text size="sm" fw={600} c="var(--mantine-color-text)">
              <Trans>To be read with care</Trans>
            </Text>
          </Group>
          <List size="sm" spacing={2}>
            {saidEach(summary.warnings, summary.said.warnings).map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </div>
      )}
    </>
  );
}

function WhereWide({ children }: { children?: ReactNode }) {
  return (
    <Text span inherit visibleFrom="xs">
      {children}
    </Text>
  );
}
