import { plural, t } from "@lingui/core/macro";

import type { Estimate } from "../api/client";
import { number } from "../language/format";

const MINUTE = 60;
const HOUR = 3600;
/** Below so many answers a pace is hardly one. */
const FEW = 20;

export interface EstimateWords {
  ends: string;
  why: string;
}

/** When the cycle ends, in words; null when there is nothing to tell: nobody labels, or nothing is known. */
export function estimateWords({ state, number: cycle, labelling, open_answers: open, training_seconds: training }: Estimate): EstimateWords | null {
  if (cycle === null) return null;
  if (state === "training" && training !== null) {
    return { ends: t`Cycle ${cycle} ends in ${{ time: about(training) }}.`, why: t`All answers are in; it trains.` };
  }
  if (!labelling) return null;
  const range = span(labelling.low, labelling.high);
  const answers = plural(open, { one: "# answer is open", other: "# answers are open" });
  const pace =
    labelling.answers < FEW
      ? t`a first guess, from ${{ count: labelling.answers }} answers: ${range}`
      : t`${range} at the pace of ${{ time: lastTime(labelling.measured_seconds) }}`;
  const after = training === null ? t`the training comes after it` : t`the training takes ${{ time: about(training) }}`;
  return {
    ends: t`Cycle ${cycle} ends in ${{ time: about(labelling.seconds + (training ?? 0)) }}.`,
    why: `${answers}: ${pace}; ${after}.`,
  };
}

/** A time as one says it who does not know it to the second. */
export function about(seconds: number): string {
  if (seconds < 1.5 * MINUTE) return t`about a minute`;
  if (seconds < 55 * MINUTE) return t`about ${{ minutes: unit(rounded(seconds), "minute") }}`;
  if (seconds < 20 * HOUR) return t`about ${{ hours: unit(halves(seconds), "hour") }}`;
  return t`about ${{ days: unit(Math.max(1, Math.round(seconds / 24 / HOUR)), "day") }}`;
}

/** An interval, in one unit; both ends may be the same. */
function span(low: number, high: number): string {
  const [name, of] = high < 55 * MINUTE ? (["minute", rounded] as const) : (["hour", halves] as const);
  const most = unit(of(high), name);
  return of(low) === of(high) ? most : t`${{ least: number(of(low)) }} to ${most}`;
}

/** Minutes, in fives from ten on. */
function rounded(seconds: number): number {
  const minutes = seconds / MINUTE;
  return minutes < 10 ? Math.max(1, Math.round(minutes)) : 5 * Math.round(minutes / 5);
}

/** Hours, in halves, and at least a half. */
function halves(seconds: number): number {
  return Math.max(0.5, Math.round((2 * seconds) / HOUR) / 2);
}

function unit(value: number, name: "minute" | "hour" | "day"): string {
  return number(value, { style: "unit", unit: name, unitDisplay: "long" });
}

function lastTime(seconds: number): string {
  if (seconds >= 25 * MINUTE) return t`the last half hour`;
  return seconds < 1.5 * MINUTE ? t`the last minute` : t`the last ${{ minutes: unit(rounded(seconds), "minute") }}`;
}
