import { t } from "@lingui/core/macro";

import type { Assignment } from "../api/client";
import type { Mark } from "./session";

/** What was answered for an image, as people read it; null without an answer. */
export function answerWords({ answer, set }: Mark): string | null {
  return answer ?? (set === undefined ? null : setWords(set));
}

/** What the model takes an image for. */
export function suggestionWords({ class: name, classes }: NonNullable<Assignment["suggestion"]>): string {
  return name ?? setWords(classes ?? []);
}

/** The names of an image's classes, or the words for none. */
export function setWords(names: readonly string[]): string {
  return names.length === 0 ? t`none of the classes` : names.join(", ");
}
