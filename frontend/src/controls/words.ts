import { t } from "@lingui/core/macro";

import type { Share } from "../api/client";
import { setWords } from "../bench/answerWords";
import { percent } from "../language/format";

/** A class, or the classes, that somebody named; a dash where the class was removed. */
export function named(one: string | null, several: readonly string[] | null): string {
  return one ?? (several ? setWords(several) : "–");
}

/** A share of the answers, with what it is of. */
export function rightWords({ share, count, total }: Share): string {
  if (share === null) return "–";
  const part = percent(share);
  return t`${part} (${count} of ${total})`;
}

/** Between which shares the true one lies, with 95 % confidence. */
export function intervalWords({ low, high }: Share): string {
  if (low === null || high === null) return "–";
  const [from, to] = [percent(low), percent(high)];
  return t`${from} to ${to}`;
}
