import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Group, Text, Title } from "@mantine/core";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

import type { Cycle, Project } from "../api/client";
import { useChartColors } from "../app/useChartColors";
import { percent } from "../language/format";
import { recallsOf } from "./recalls";

/** The recall of each class over cycles: which classes more labels helped, and which still wait. */
export function RecallCurves({ project, cycles }: { project: Project; cycles: readonly Cycle[] }) {
  const { ink, paper, line } = useChartColors();
  const { points, names, hidden } = recallsOf(cycles);
  if (points.length < 2 || names.length === 0) return null;
  const color = (name: string) => project.classes.find((one) => one.name === name)?.color ?? line;
  return (
    <Card withBorder data-testid="recall-curves">
      <Title order={2} size="h4"><Trans>Recall by class</Trans></Title>
      <Text size="sm" c="dimmed">
        <Trans>The share of each class's held-out images that the task model recognises, by cycle.</Trans>
        {hidden > 0 && ` ${plural(hidden, { one: "# class with a higher recall is not shown.", other: "# classes with a higher recall are not shown." })}`}
      </Text>
      <ResponsiveContainer width="100%" height={220}>
        <LineChart data={points} margin={{ top: 12, right: 16, bottom: 16, left: 0 }}>
          <CartesianGrid stroke={ink} strokeOpacity={0.25} />
          <XAxis
            dataKey="cycle"
            type="number"
            domain={["dataMin", "dataMax"]}
            ticks={points.map((point) => point.cycle)}
            stroke={ink}
            label={{ value: t`cycle`, position: "insideBottom", offset: -8, fill: ink }}
          />
          <YAxis domain={[0, 100]} unit="%" stroke={ink} width={56} />
          <Tooltip
            formatter={(value, name) => [percent(Number(value) / 100), name]}
            labelFormatter={(number) => t`Cycle ${{ number: Number(number) }}`}
            contentStyle={{ background: paper, borderRadius: 6 }}
          />
          {names.map((name, place) => (
            <Line
              key={name}
              name={name}
              dataKey={(point: (typeof points)[number]) => point.recalls[place]}
              stroke={color(name)}
              strokeWidth={2}
              dot={{ r: 2.5 }}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
      <Group gap="sm" mt={4}>
        {names.map((name) => (
          <Text key={name} size="xs">
            <span className="dot" style={{ background: color(name) }} aria-hidden /> {name}
          </Text>
        ))}
      </Group>
    </Card>
  );
}
