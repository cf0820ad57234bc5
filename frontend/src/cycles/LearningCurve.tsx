import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Text, Title } from "@mantine/core";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

import type { Cycle } from "../api/client";
import { useChartColors } from "../app/useChartColors";
import { percent } from "../language/format";
import { latestAdvice } from "./advice";
import { measuredWith, measureName, measureOf } from "./measure";
import { StoppingAdvice } from "./StoppingAdvice";

/** Accuracy, or mean average precision, on the held-out split over the number of labels, and whether more of them still bring much. */
export function LearningCurve({ cycles }: { cycles: readonly Cycle[] }) {
  const { ink, paper, line } = useChartColors();
  const points = cycles.flatMap(({ number, model }) => {
    const measure = model && measureOf(model);
    return measure ? [{ ...measure, number, labels: model.label_count, percent: 100 * measure.value }] : [];
  });
  const last = points.at(-1);
  const advice = latestAdvice(cycles);
  return (
    <Card withBorder data-testid="learning-curve">
      <Title order={2} size="h4"><Trans>Learning curve</Trans></Title>
      {!last && (
        <Text c="dimmed" size="sm">
          <Trans>It begins when the first cycle is trained, if test images are held out.</Trans>
        </Text>
      )}
      {last && (
        <>
          <Text size="sm" c="dimmed">
            {measuredWith(last, percent(last.value, 1), last.labels)}
          </Text>
          <ResponsiveContainer width="100%" height={240}>
            <LineChart data={points} margin={{ top: 12, right: 16, bottom: 16, left: 0 }}>
              <CartesianGrid stroke={ink} strokeOpacity={0.25} />
              <XAxis
                dataKey="labels"
                type="number"
                domain={[0, "dataMax"]}
                stroke={ink}
                label={{ value: t`labels`, position: "insideBottom", offset: -8, fill: ink }}
              />
              <YAxis domain={[0, 100]} unit="%" stroke={ink} width={56} />
              <Tooltip
                formatter={(value, _name, { payload }) => {
                  const { name, balanced } = payload as (typeof points)[number];
                  const shown = percent(Number(value) / 100, 1);
                  if (balanced === null) return [shown, measureName(name)];
                  return [t`${{ accuracy: shown }} (balanced ${{ balanced: percent(balanced, 1) }})`, measureName(name)];
                }}
                labelFormatter={(labels) => t`${{ labels: Number(labels) }} labels`}
                contentStyle={{ background: paper, borderRadius: 6 }}
              />
              <Line dataKey="percent" stroke={line} strokeWidth={2.5} dot={{ r: 4 }} isAnimationActive={false} />
            </LineChart>
          </ResponsiveContainer>
        </>
      )}
      {advice && <StoppingAdvice advice={advice} measure={last?.name ?? "accuracy"} />}
    </Card>
  );
}
