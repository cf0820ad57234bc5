import type { Mark } from "./session";

/** The words for an image without any of the project's classes. */
export const NONE_OF_THEM = "none of the classes";

/** What was answered for an image, as people read it; null without an answer. */
export function answerWords({ answer, set }: Mark): string | null {
  return answer ?? (set === undefined ? null : setWords(set));
}

export function setWords(names: readonly string[]): string {
  return names.length === 0 ? NONE_OF_THEM : names.join(", ");
}
