import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, ScrollArea, Table, Text, Title } from "@mantine/core";

import type { Model } from "../api/client";
import { percent } from "../language/format";
import { said } from "../said/said";

const share = (value: number | null) => (value === null ? "–" : percent(value));

/** The newest task model class by class, where images may have several. */
export function SetTable({ model }: { model: Model }) {
  const metrics = model.set_metrics;
  if (!metrics) return null;
  return (
    <Card withBorder data-testid="set-table">
      <Title order={2} size="h4"><Trans>Classes</Trans></Title>
      <Text size="sm" c="dimmed">
        {metrics.split === "test"
          ? t`${{ count: metrics.count }} test images`
          : t`${{ count: metrics.count }} validation images`}
        {" · "}
        <Trans>
          mean F1 {{ f1: share(metrics.f1) }} · precision {{ precision: share(metrics.precision) }} · recall
          {" "}{{ recall: share(metrics.recall) }} · all classes right for {{ exact: share(metrics.exact_match) }}
        </Trans>
      </Text>
      {model.calibration?.note && (
        <Text size="xs" c="dimmed">
          {said(model.calibration.note, model.calibration.said.note)}
        </Text>
      )}
      <ScrollArea>
        <Table verticalSpacing={4} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th><Trans>Class</Trans></Table.Th>
              <Table.Th><Trans>Average precision</Trans></Table.Th>
              <Table.Th><Trans>Precision</Trans></Table.Th>
              <Table.Th><Trans>Recall</Trans></Table.Th>
              <Table.Th><Trans>F1</Trans></Table.Th>
              <Table.Th><Trans>Told from</Trans></Table.Th>
              <Table.Th><Trans>Images</Trans></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {metrics.per_class.map((entry) => (
              <Table.Tr key={entry.name}>
                <Table.Td>{entry.name}</Table.Td>
                <Table.Td>{share(entry.average_precision)}</Table.Td>
                <Table.Td>{share(entry.precision)}</Table.Td>
                <Table.Td>{share(entry.recall)}</Table.Td>
                <Table.Td>{share(entry.f1)}</Table.Td>
                <Table.Td>{share(entry.threshold)}</Table.Td>
                <Table.Td>{entry.count}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Card>
  );
}
