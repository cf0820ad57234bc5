import { Card, ScrollArea, Table, Text, Title } from "@mantine/core";

import type { Model } from "../api/client";

const percent = (value: number | null) => (value === null ? "–" : `${(100 * value).toFixed(0)} %`);

/** The newest task model class by class, and what it takes for what. */
export function ClassTable({ model }: { model: Model }) {
  const metrics = model.metrics;
  if (!metrics) return null;
  return (
    <Card withBorder>
      <Title order={4}>Classes</Title>
      <Text size="sm" c="dimmed">
        {metrics.count} {metrics.split} images · balanced accuracy {(100 * metrics.balanced_accuracy).toFixed(1)} % · log
        loss {metrics.log_loss.toFixed(3)}
      </Text>
      <Text size="sm" c="dimmed" data-testid="calibration">
        {calibration(model)}
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
              <Table.Th>Recall</Table.Th>
              <Table.Th>Images</Table.Th>
              <Table.Th>Most often taken for</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {metrics.per_class.map((entry, row) => (
              <Table.Tr key={entry.name}>
                <Table.Td>{entry.name}</Table.Td>
                <Table.Td>{percent(entry.recall)}</Table.Td>
                <Table.Td>{entry.count}</Table.Td>
                <Table.Td>{mistakes(metrics.confusion[row] ?? [], row, model.classes)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Card>
  );
}

/** How far confidences are from the truth, before and after calibration. */
function calibration({ metrics, calibration: found }: Model): string {
  const plain = `Calibration error ${metrics?.expected_calibration_error.toFixed(3) ?? "unknown"}`;
  if (!found?.temperature) return plain;
  const after = metrics?.calibrated ? `, ${metrics.calibrated.expected_calibration_error.toFixed(3)} once calibrated` : "";
  return `${plain}${after} (temperature ${found.temperature.toFixed(2)})`;
}

/** The class that most images of class `row` are wrongly taken for, with their number. */
function mistakes(counts: readonly number[], row: number, names: readonly string[]): string {
  const wrong = counts.map((count, column) => (column === row ? 0 : count));
  const most = Math.max(...wrong);
  return most > 0 ? `${names[wrong.indexOf(most)] ?? ""} (${most})` : "–";
}
