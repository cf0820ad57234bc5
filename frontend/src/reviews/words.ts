import { t } from "@lingui/core/macro";

import type { LabelCheck } from "../api/client";
import { number, percent } from "../language/format";

/** Below this share of labels that models agree with, they know too little to contradict people. */
const TRUSTED = 0.5;

/** What a check found, in one sentence. */
export function found(check: LabelCheck): string {
  if (check.checked === null) return "";
  const checked = number(check.checked);
  const looked = check.left_out
    ? t`${checked} labels checked, ${{ rare: number(check.left_out) }} left out because their class has too few.`
    : t`${checked} labels checked.`;
  const wrong =
    check.suspects === 0
      ? t`None looks wrong.`
      : t`${{ suspects: number(check.suspects) }} may be wrong, ${{ settled: number(check.settled) }} of those settled.`;
  const agreed = check.agreement === null ? [] : [t`Models agree with ${{ share: percent(check.agreement) }} of them.`];
  return [looked, wrong, ...agreed].join(" ");
}

/** Why the suspects should not be believed, or null. */
export function doubt(check: LabelCheck): string | null {
  if (check.agreement === null || check.agreement >= TRUSTED) return null;
  return t`The models agree with only ${{ share: percent(check.agreement) }} of the labels: they have learnt too little, and their suspicions say little.`;
}
