import { t } from "@lingui/core/macro";
import { Bar, BarChart, Tooltip, XAxis, YAxis } from "recharts";

import { useChartColors } from "../app/useChartColors";
import { day, number } from "../language/format";

const WIDTH = 112; // pixels

interface Props {
  /** Answers of each day, today last. */
  days: readonly number[];
  /** The highest bar of all people. */
  most: number;
  name: string;
}

/** One person's answers a day, small. */
export function DayBars({ days, most, name }: Props) {
  const { ink, paper, line } = useChartColors();
  const data = days.map((answers, place) => ({ day: days.length - 1 - place, answers }));
  return (
    <figure
      style={{ margin: 0, flex: "none", width: WIDTH }}
      aria-label={t`Answers of ${name} a day, from two weeks ago to today: ${{ days: days.map((count) => number(count)).join(", ") }}`}
    >
      <BarChart data={data} width={WIDTH} height={36} margin={{ top: 0, right: 0, bottom: 0, left: 0 }} barCategoryGap={1} accessibilityLayer={false}>
        <XAxis dataKey="day" height={1} tick={false} tickLine={false} axisLine={{ stroke: ink, strokeOpacity: 0.6 }} />
        <YAxis hide domain={[0, most]} />
        <Tooltip
          cursor={{ fill: ink, fillOpacity: 0.15 }}
          formatter={(value) => [number(Number(value)), t`answers`]}
          labelFormatter={(ago) => daysAgo(Number(ago))}
          contentStyle={{ background: paper, borderRadius: 6, fontSize: 12, padding: 6 }}
        />
        <Bar dataKey="answers" fill={line} isAnimationActive={false} />
      </BarChart>
    </figure>
  );
}

function daysAgo(days: number): string {
  if (days === 0) return t`Today`;
  const date = new Date();
  date.setDate(date.getDate() - days);
  return day(date);
}
