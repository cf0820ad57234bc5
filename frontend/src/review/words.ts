import { t } from "@lingui/core/macro";

import type { LabelRule, Project, ReviewItem, ReviewReason, Said } from "../api/client";
import { setWords } from "../bench/answerWords";
import { number } from "../language/format";

/** Why an image waits for a reviewer, in words. */
export const reasons = (): Record<ReviewReason, { label: string; color: string }> => ({
  unsettled: { label: t`No label follows`, color: "red" },
  disagreement: { label: t`People disagree`, color: "orange" },
  flagged: { label: t`Flagged`, color: "yellow" },
  suspect: { label: t`Models contradict`, color: "grape" },
  skipped: { label: t`Skipped`, color: "gray" },
});

export const labelRules = (): Record<LabelRule, { label: string; does: string }> => ({
  majority: { label: t`Majority`, does: t`The answer that most people gave is the label. A tie waits for a reviewer.` },
  reviewer: { label: t`Reviewer`, does: t`No answer is a label before a reviewer says so, and the cycle waits for that.` },
  dawid_skene: {
    label: t`Reliability`,
    does: t`People count by how reliable they turn out to be (Dawid and Skene). Until a cycle closes, the majority decides. It needs three people an image.`,
  },
});

/** The rules that a project may follow: people are weighed only where images have one class each. */
export function rulesOf({ task }: Pick<Project, "task">): readonly LabelRule[] {
  return task === "multi_label_classification" ? ["majority", "reviewer"] : ["majority", "dawid_skene", "reviewer"];
}

/** What somebody said about an image; null for a skip. */
export function saidWords({ class: one, classes }: Pick<Said, "class" | "classes">): string | null {
  return one ?? (classes && setWords(classes));
}

/** How long an answer took, for people. */
export function took(ms: number): string {
  return ms < 60_000
    ? number(ms / 1000, { style: "unit", unit: "second", minimumFractionDigits: 1, maximumFractionDigits: 1 })
    : number(Math.round(ms / 60_000), { style: "unit", unit: "minute" });
}

/** A coefficient with two digits, or a dash where it has no meaning. */
export function coefficient(value: number | null): string {
  return value === null ? "–" : number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** The key that sends back: `b`, unless a class has it. */
export function returnKey(hotkeys: readonly (string | null)[]): string {
  return hotkeys.includes("b") ? "B" : "b";
}

/** The images still to be looked at: what was settled or put aside here is left out before the server knows. */
export function remaining(items: readonly ReviewItem[], done: readonly string[]): readonly ReviewItem[] {
  return items.filter((item) => !done.includes(item.image.id));
}
