import { t } from "@lingui/core/macro";

import type { TokenScope } from "../api/client";

/** What a token may be for, from the least on; each includes the ones before. */
export const scopeList = (): readonly { value: TokenScope; label: string; may: string }[] => [
  { value: "read", label: t`Read`, may: t`sees and downloads what you may see, and changes nothing` },
  { value: "annotate", label: t`Annotate`, may: t`also takes images, answers, skips and takes answers back` },
  { value: "manage", label: t`Manage`, may: t`does everything that you may do, new tokens included` },
];

export function scopeName(scope: TokenScope): string {
  return { read: t`Read`, annotate: t`Annotate`, manage: t`Manage` }[scope];
}
