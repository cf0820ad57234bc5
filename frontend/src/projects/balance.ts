import type { Balance, Project } from "../api/client";

/** What a training can do for classes with few labels, in words. */
export const BALANCES: Record<Balance, { label: string; does: string }> = {
  none: { label: "None", does: "Every labelled image counts the same." },
  loss: { label: "Loss", does: "Images of classes with few labels count more." },
  sampling: { label: "Sampling", does: "All classes are shown equally often; images of small classes recur." },
};

export const BALANCE_NAMES = Object.keys(BALANCES) as Balance[];

/** Those that a project's kind has: an image with frequent and rare classes cannot be sampled to a balance. */
export function balancesOf({ task }: Pick<Project, "task">): readonly Balance[] {
  return task === "multi_label_classification" ? BALANCE_NAMES.filter((name) => name !== "sampling") : BALANCE_NAMES;
}
