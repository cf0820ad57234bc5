import { plural, t } from "@lingui/core/macro";

import type { BacktestSummary } from "../api/client";
import { number } from "../language/format";

/** What was asked for, in a line. */
export function asked(config: Readonly<Record<string, unknown>>): string {
  const count = (key: string, words: (value: number) => string) => {
    const value = config[key];
    return typeof value === "number" ? [words(value)] : [];
  };
  return [
    ...count("budget", (budget) => t`budget ${budget}`),
    ...count("cycles", (cycles) => plural(cycles, { one: "# cycle", other: "# cycles" })),
    ...count("seeds", (seeds) => plural(seeds, { one: "# seed", other: "# seeds" })),
  ].join(" · ");
}

/** Names of the plans that were asked for. */
export function planNames(config: Readonly<Record<string, unknown>>): string[] {
  const plans = Array.isArray(config.plans) ? (config.plans as unknown[]) : [];
  return plans.flatMap((plan) => {
    if (typeof plan === "string") return [plan];
    if (typeof plan === "object" && plan !== null && "name" in plan) return [String(plan.name)];
    return [];
  });
}

/** Where a value lies between the lowest and the highest of a summary, from 0 to 1. */
export function scaleOf(summary: BacktestSummary): (value: number) => number {
  const ends = summary.areas.flatMap(({ mean, std }) => [mean - (std ?? 0), mean + (std ?? 0)]);
  const all = summary.ceiling === null ? ends : [...ends, summary.ceiling];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return (value) => (high > low ? (value - low) / (high - low) : 0.5);
}

/** An accuracy in percent, with one digit. */
export function percent(value: number): string {
  return number(100 * value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
