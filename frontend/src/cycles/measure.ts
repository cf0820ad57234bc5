import type { Model } from "../api/client";

/** What a task model is worth on the held-out images, 0..1, and what that number is called. */
export interface Measure {
  value: number;
  name: string;
  /** Beside it, where there is one: the mean recall of classes. */
  balanced: number | null;
}

/** Accuracy, or mean average precision where images may have several classes; null if nothing was marked. */
export function measureOf({ metrics, set_metrics: sets }: Pick<Model, "metrics" | "set_metrics">): Measure | null {
  if (metrics) return { value: metrics.accuracy, name: "accuracy", balanced: metrics.balanced_accuracy };
  const value = sets?.mean_average_precision ?? null;
  return value === null ? null : { value, name: "mean average precision", balanced: null };
}
