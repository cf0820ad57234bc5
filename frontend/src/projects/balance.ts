import type { Balance } from "../api/client";

/** What a training can do for classes with few labels, in words. */
export const BALANCES: Record<Balance, { label: string; does: string }> = {
  none: { label: "None", does: "Every labelled image counts the same." },
  loss: { label: "Loss", does: "Images of classes with few labels count more." },
  sampling: { label: "Sampling", does: "All classes are shown equally often; images of small classes recur." },
};

export const BALANCE_NAMES = Object.keys(BALANCES) as Balance[];
