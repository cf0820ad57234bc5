import { t } from "@lingui/core/macro";

import type { Cycle, Gain, Stopping } from "../api/client";
import type { MeasureName } from "./measure";

type Known = Exclude<Stopping["state"], "too_early">;

/** What to call a state, and what it means for whoever decides. */
export const states = (): Record<Known, { label: string; color: string; says: string }> => ({
  improving: { label: t`improving`, color: "indigo", says: t`More labels may still help.` },
  flattening: { label: t`flattening`, color: "yellow", says: t`More labels bring little now.` },
  stable: { label: t`stable`, color: "teal", says: t`More labels would hardly change the model.` },
});

/** The advice that came with the newest task model; null if none has any. */
export function latestAdvice(cycles: readonly Cycle[]): Stopping | null {
  return cycles.findLast((cycle) => cycle.model)?.model?.stopping ?? null;
}

/** What the next labels should bring, with an interval. */
export function gainWords({ labels, guess, low, high }: Gain, measure: MeasureName = "accuracy"): string {
  const [more, least, most] = [points(guess, true), points(low), points(high)];
  return measure === "accuracy"
    ? t`${labels} more labels: about ${{ guess: more }} points of accuracy (${{ low: least }} to ${{ high: most }}).`
    : t`${labels} more labels: about ${{ guess: more }} points of mean average precision (${{ low: least }} to ${{ high: most }}).`;
}

function points(part: number, signed = false): string {
  const tenths = Math.round(1000 * part) / 10 || 0; // never minus nothing
  const text = Math.abs(tenths).toFixed(1);
  if (tenths < 0) return `−${text}`;
  return signed && tenths > 0 ? `+${text}` : text;
}
