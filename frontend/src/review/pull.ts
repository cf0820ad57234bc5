import { t } from "@lingui/core/macro";

import type { components } from "../api/schema";
import { number } from "../language/format";

type Report = Pick<components["schemas"]["SuggestionReport"], "shown" | "hidden" | "difference">;

/** What the comparison says, in words. */
export function pull({ shown, hidden, difference }: Report): string {
  if (shown.agreed.total === 0) return t`Nobody has answered beside a suggestion yet. The settings turn them on.`;
  if (hidden.agreed.total === 0 || !difference) {
    return t`Nobody has answered without a suggestion yet, so there is nothing to compare with.`;
  }
  const [points, low, high] = [inPoints(difference.difference), inPoints(difference.low), inPoints(difference.high)];
  if (difference.low > 0) {
    return t`People follow the model more often when they see what it says: by ${points} points (95 % interval ${low} to ${high}). Some of these labels are the model's, not theirs.`;
  }
  if (difference.high < 0) {
    return t`People follow the model less often when they see what it says: by ${points} points (95 % interval ${low} to ${high}).`;
  }
  return t`No pull can be told from chance: ${points} points (95 % interval ${low} to ${high}).`;
}

function inPoints(part: number): string {
  return number(100 * part, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
}
