import { Card, ScrollArea, Table, Text, Title } from "@mantine/core";

import type { Model } from "../api/client";

const percent = (value: number | null) => (value === null ? "–" : `${(100 * value).toFixed(0)} %`);

/** The newest task model class by class, where images may have several. */
export function SetTable({ model }: { model: Model }) {
  const metrics = model.set_metrics;
  if (!metrics) return null;
  return (
    <Card withBorder data-testid="set-table">
      <Title order={4}>Classes</Title>
      <Text size="sm" c="dimmed">
        {metrics.count} {metrics.split} images · mean F1 {percent(metrics.f1)} · precision {percent(metrics.precision)} ·
        recall {percent(metrics.recall)} · all classes right for {percent(metrics.exact_match)}
      </Text>
      {model.calibration?.note && (
        <Text size="xs" c="dimmed">
          {model.calibration.note}
        </Text>
      )}
      <ScrollArea>
        <Table verticalSpacing={4} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Class</Table.Th>
              <Table.Th>Average precision</Table.Th>
              <Table.Th>Precision</Table.Th>
              <Table.Th>Recall</Table.Th>
              <Table.Th>F1</Table.Th>
              <Table.Th>Told from</Table.Th>
              <Table.Th>Images</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {metrics.per_class.map((entry) => (
              <Table.Tr key={entry.name}>
                <Table.Td>{entry.name}</Table.Td>
                <Table.Td>{percent(entry.average_precision)}</Table.Td>
                <Table.Td>{percent(entry.precision)}</Table.Td>
                <Table.Td>{percent(entry.recall)}</Table.Td>
                <Table.Td>{percent(entry.f1)}</Table.Td>
                <Table.Td>{percent(entry.threshold)}</Table.Td>
                <Table.Td>{entry.count}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Card>
  );
}
