import { t } from "@lingui/core/macro";

/** Why an image is skipped: what is kept, whatever the language, by what is shown. */
export const DEFAULT_REASON = "skipped by annotator";
// eslint-disable-next-line lingui/no-unlocalized-strings -- what is kept
export const REASONS: readonly string[] = ["Blurred or too dark", "None of the classes", "Several classes at once", "Damaged file"];

/** Reasons that are answers where an image may have several classes, or none. */
// eslint-disable-next-line lingui/no-unlocalized-strings -- what is kept
const ANSWERS_OF_SETS: readonly string[] = ["None of the classes", "Several classes at once"];

export function reasonsFor(several: boolean): readonly string[] {
  return several ? REASONS.filter((reason) => !ANSWERS_OF_SETS.includes(reason)) : REASONS;
}

/** A reason as it is shown: one's own words as they are. */
export function reasonText(reason: string): string {
  const known: Readonly<Record<string, string>> = {
    [DEFAULT_REASON]: t`skipped by annotator`,
    "Blurred or too dark": t`Blurred or too dark`,
    "None of the classes": t`None of the classes`,
    "Several classes at once": t`Several classes at once`,
    "Damaged file": t`Damaged file`,
  };
  return known[reason] ?? reason;
}
