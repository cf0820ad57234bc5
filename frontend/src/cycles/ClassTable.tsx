import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, ScrollArea, Table, Text, Title } from "@mantine/core";

import type { Model } from "../api/client";
import { splitNames } from "../classes/words";
import { percent } from "../language/format";
import { said } from "../said/said";

/** The newest task model class by class, and what it takes for what. */
export function ClassTable({ model }: { model: Model }) {
  const metrics = model.metrics;
  if (!metrics) return null;
  return (
    <Card withBorder>
      <Title order={2} size="h4"><Trans>Classes</Trans></Title>
      <Text size="sm" c="dimmed">
        <Trans>
          {{ count: metrics.count }} images ({{ split: splitNames()[metrics.split] ?? metrics.split }}) · balanced accuracy{" "}
          {{ balanced: percent(metrics.balanced_accuracy, 1) }} · log loss {{ loss: metrics.log_loss.toFixed(3) }}
        </Trans>
      </Text>
      <Text size="sm" c="dimmed" data-testid="calibration">
        {calibration(model)}
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
              <Table.Th><Trans>Recall</Trans></Table.Th>
              <Table.Th><Trans>Images</Trans></Table.Th>
              <Table.Th><Trans>Most often taken for</Trans></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {metrics.per_class.map((entry, row) => (
              <Table.Tr key={entry.name}>
                <Table.Td>{entry.name}</Table.Td>
                <Table.Td>{entry.recall === null ? "–" : percent(entry.recall)}</Table.Td>
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
  const error = metrics?.expected_calibration_error.toFixed(3) ?? t`unknown`;
  if (!found?.temperature) return t`Calibration error ${error}`;
  const temperature = found.temperature.toFixed(2);
  const after = metrics?.calibrated?.expected_calibration_error.toFixed(3);
  return after === undefined
    ? t`Calibration error ${error} (temperature ${temperature})`
    : t`Calibration error ${error}, ${after} once calibrated (temperature ${temperature})`;
}

/** The class that most images of class `row` are wrongly taken for, with their number. */
function mistakes(counts: readonly number[], row: number, names: readonly string[]): string {
  const wrong = counts.map((count, column) => (column === row ? 0 : count));
  const most = Math.max(...wrong);
  return most > 0 ? `${names[wrong.indexOf(most)] ?? ""} (${most})` : "–";
}
