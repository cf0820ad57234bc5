import type { Cycle, Gain, Stopping } from "../api/client";

type Known = Exclude<Stopping["state"], "too_early">;

/** What to call a state, and what it means for whoever decides. */
export const STATES: Record<Known, { label: string; color: string; says: string }> = {
  improving: { label: "improving", color: "indigo", says: "More labels may still help." },
  flattening: { label: "flattening", color: "yellow", says: "More labels bring little now." },
  stable: { label: "stable", color: "teal", says: "More labels would hardly change the model." },
};

/** The advice that came with the newest task model; null if none has any. */
export function latestAdvice(cycles: readonly Cycle[]): Stopping | null {
  return cycles.findLast((cycle) => cycle.model)?.model?.stopping ?? null;
}

/** What the next labels should bring, with an interval. */
export function gainWords({ labels, guess, low, high }: Gain, measure = "accuracy"): string {
  return `${labels} more labels: about ${points(guess, true)} points of ${measure} (${points(low)} to ${points(high)}).`;
}

function points(part: number, signed = false): string {
  const tenths = Math.round(1000 * part) / 10 || 0; // never minus nothing
  const text = Math.abs(tenths).toFixed(1);
  if (tenths < 0) return `−${text}`;
  return signed && tenths > 0 ? `+${text}` : text;
}
