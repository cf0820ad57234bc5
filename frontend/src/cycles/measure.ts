import { t } from "@lingui/core/macro";

import type { Model } from "../api/client";

export type MeasureName = "accuracy" | "map";

/** What a task model is worth on the held-out images, 0..1. */
export interface Measure {
  value: number;
  name: MeasureName;
  /** Beside it, where there is one: the mean recall of classes. */
  balanced: number | null;
}

/** Accuracy, or mean average precision where images may have several classes; null if nothing was marked. */
export function measureOf({ metrics, set_metrics: sets }: Pick<Model, "metrics" | "set_metrics">): Measure | null {
  if (metrics) return { value: metrics.accuracy, name: "accuracy", balanced: metrics.balanced_accuracy };
  const value = sets?.mean_average_precision ?? null;
  return value === null ? null : { value, name: "map", balanced: null };
}

export function measureName(name: MeasureName): string {
  return name === "accuracy" ? t`accuracy` : t`mean average precision`;
}

/** A measure with its value as it is shown. */
export function measured({ name }: Pick<Measure, "name">, value: string): string {
  return name === "accuracy" ? t`${{ accuracy: value }} accuracy` : t`${{ precision: value }} mean average precision`;
}

export function measuredWith({ name }: Pick<Measure, "name">, value: string, labels: number): string {
  return name === "accuracy"
    ? t`${{ accuracy: value }} accuracy with ${{ labels }} labels`
    : t`${{ precision: value }} mean average precision with ${{ labels }} labels`;
}
