import { t } from "@lingui/core/macro";

import type { Balance, Project } from "../api/client";

/** What a training can do for classes with few labels, in words. */
export const balances = (): Record<Balance, { label: string; does: string }> => ({
  none: { label: t`None`, does: t`Every labelled image counts the same.` },
  loss: { label: t`Loss`, does: t`Images of classes with few labels count more.` },
  sampling: { label: t`Sampling`, does: t`All classes are shown equally often; images of small classes recur.` },
});

export const BALANCE_NAMES = Object.keys(balances()) as Balance[];

/** Those that a project's kind has: an image with frequent and rare classes cannot be sampled to a balance. */
export function balancesOf({ task }: Pick<Project, "task">): readonly Balance[] {
  return task === "multi_label_classification" ? BALANCE_NAMES.filter((name) => name !== "sampling") : BALANCE_NAMES;
}
