import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Group, List, Text } from "@mantine/core";

import type { Stopping } from "../api/client";
import { saidEach } from "../said/said";
import { gainWords, states } from "./advice";
import type { MeasureName } from "./measure";

/** Whether more labels still bring much: a word of advice; nothing stops by itself. */
export function StoppingAdvice({ advice, measure }: { advice: Stopping; measure: MeasureName }) {
  const { state, reasons, next_gain: gain } = advice;
  const known = state === "too_early" ? null : states()[state];
  return (
    <div data-testid="stopping">
      <Group gap="xs" mt="xs">
        {known && (
          <Badge color={known.color} variant="light">
            {known.label}
          </Badge>
        )}
        <Text size="sm" c={known ? "var(--mantine-color-text)" : "dimmed"}>
          {known ? known.says : t`It is too early to tell whether more labels still bring much.`}{" "}
          {gain && state === "improving" && gainWords(gain, measure)}
        </Text>
      </Group>
      <details className="more quiet">
        <summary><Trans>Why</Trans></summary>
        <List size="xs" c="dimmed" spacing={2} mt={4}>
          {saidEach(reasons, advice.said.reasons).map((reason) => (
            <List.Item key={reason}>{reason}</List.Item>
          ))}
          {gain && state !== "improving" && <List.Item>{gainWords(gain, measure)}</List.Item>}
          {known && <List.Item><Trans>This is advice: cycles go on until somebody ends them.</Trans></List.Item>}
        </List>
      </details>
    </div>
  );
}
