import { t } from "@lingui/core/macro";

/** A class as it is edited; an empty hotkey is chosen by the server. */
export interface DraftClass {
  name: string;
  color: string;
  hotkey: string;
}

export const COLORS = [
  "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#7a5195",
  "#ef5675", "#2f9e44", "#1098ad", "#f76707", "#ae3ec9", "#4263eb", "#74b816", "#868e96",
];
const RESERVED = "zs"; // undo and skip on the annotator's page
const HOTKEYS = "123456789abcdefghijklmnopqrstuvwxyz0";

/** The first colour and hotkey that no class has. */
export function newClass(name: string, others: readonly DraftClass[]): DraftClass {
  const free = (choices: Iterable<string>, taken: readonly string[]) =>
    [...choices].find((choice) => !taken.includes(choice) && !RESERVED.includes(choice));
  return {
    name,
    color: free(COLORS, others.map((other) => other.color)) ?? "#868e96",
    hotkey: free(HOTKEYS, others.map((other) => other.hotkey)) ?? "",
  };
}

/** What is wrong with the class at `place`, or null. */
export function problem(classes: readonly DraftClass[], place: number): string | null {
  const own = classes[place];
  if (!own) return null;
  if (!own.name.trim()) return t`A class needs a name`;
  if (own.hotkey && !/^[0-9a-z]$/.test(own.hotkey)) return t`A hotkey is one digit or small letter`;
  if (own.hotkey && RESERVED.includes(own.hotkey)) return t`z and s are undo and skip`;
  const others = classes.filter((_, index) => index !== place);
  if (others.some((other) => other.name.trim() === own.name.trim())) return t`Two classes have this name`;
  if (own.hotkey && others.some((other) => other.hotkey === own.hotkey)) return t`Two classes have this hotkey`;
  return null;
}
