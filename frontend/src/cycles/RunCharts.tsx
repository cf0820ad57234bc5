import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, SimpleGrid, Text, Title } from "@mantine/core";
import type { ReactElement } from "react";
import { Bar, BarChart, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

import type { PretextRun } from "../api/client";
import { useChartColors } from "../app/useChartColors";
import { tasks } from "../plans/words";
import { type Bin, lossBins, lossCurve, lossScale } from "./history";

const axis = { height: 20, fontSize: 11, tickLine: false };
const short = (value: number) => String(Number(value.toPrecision(2)));
const magnitude = (value: number) => (value > 0 && value < 0.01 ? value.toExponential(0) : short(value));

/** How the last pretext run was trained, and how the losses it gave are spread. */
export function RunCharts({ run }: { run: PretextRun }) {
  const curve = lossCurve(run.history);
  const bins = lossBins(run.history);
  return (
    <Card withBorder data-testid="pretext-run">
      <Title order={4}><Trans>Pretext run</Trans></Title>
      <Text size="sm" c="dimmed" mb="xs">
        {[
          t`${{ task: tasks()[run.task].label }} on ${{ images: run.image_count ?? 0 }} images`,
          plural(curve.length, { one: "# epoch", other: "# epochs" }),
          t`seed ${{ seed: run.seed }}`,
        ].join(" · ")}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: bins.length > 0 ? 2 : 1 }}>
        {curve.length > 0 && <TrainingLoss curve={curve} />}
        {bins.length > 0 && <Spread bins={bins} log={lossScale(run.history) === "log"} />}
      </SimpleGrid>
    </Card>
  );
}

function TrainingLoss({ curve }: { curve: readonly { epoch: number; loss: number }[] }) {
  const { ink, paper, line } = useChartColors();
  const [first, last] = [curve[0]?.loss ?? 0, curve.at(-1)?.loss ?? 0];
  return (
    <Figure title={t`Training loss by epoch`} says={t`Training loss, from ${{ first: short(first) }} to ${{ last: short(last) }}`}>
      <LineChart data={[...curve]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
        <XAxis
          dataKey="epoch"
          type="number"
          domain={[1, "dataMax"]}
          ticks={[1, curve.length]}
          {...axis}
          stroke={ink}
        />
        <YAxis width={36} tickCount={3} tickFormatter={short} stroke={ink} fontSize={11} domain={["auto", "auto"]} />
        <Tooltip
          formatter={(value) => [Number(value).toFixed(3), t`loss`]}
          labelFormatter={(epoch) => t`Epoch ${{ epoch: Number(epoch) }}`}
          contentStyle={{ background: paper, borderRadius: 6 }}
        />
        <Line dataKey="loss" stroke={line} strokeWidth={2} dot={curve.length === 1} isAnimationActive={false} />
      </LineChart>
    </Figure>
  );
}

function Spread({ bins, log }: { bins: readonly Bin[]; log: boolean }) {
  const { ink, paper, line } = useChartColors();
  const [low, high] = [bins[0]?.low ?? 0, bins.at(-1)?.high ?? 0];
  return (
    <Figure
      title={log ? t`Images by pretext loss, logarithmic` : t`Images by pretext loss`}
      says={
        log
          ? t`Pretext losses of images, from ${{ low: short(low) }} to ${{ high: short(high) }}, on a logarithmic axis`
          : t`Pretext losses of images, from ${{ low: short(low) }} to ${{ high: short(high) }}`
      }
    >
      <BarChart data={[...bins]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} barCategoryGap={0}>
        <XAxis dataKey="low" tickFormatter={log ? magnitude : short} interval="preserveStartEnd" minTickGap={40} {...axis} stroke={ink} />
        <YAxis width={36} tickCount={3} allowDecimals={false} stroke={ink} fontSize={11} />
        <Tooltip
          cursor={{ fill: ink, fillOpacity: 0.15 }}
          formatter={(value) => [Number(value), t`images`]}
          labelFormatter={(_, [entry]) => range((entry as { payload?: Bin } | undefined)?.payload)}
          contentStyle={{ background: paper, borderRadius: 6 }}
        />
        <Bar dataKey="count" fill={line} fillOpacity={0.6} isAnimationActive={false} />
      </BarChart>
    </Figure>
  );
}

function range(bin: Bin | undefined): string {
  return bin ? t`Loss ${{ low: bin.low.toPrecision(3) }} to ${{ high: bin.high.toPrecision(3) }}` : "";
}

function Figure({ title, says, children }: { title: string; says: string; children: ReactElement }) {
  return (
    <figure aria-label={says} style={{ margin: 0, minWidth: 0 }}>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <ResponsiveContainer width="100%" height={104}>
        {children}
      </ResponsiveContainer>
    </figure>
  );
}
