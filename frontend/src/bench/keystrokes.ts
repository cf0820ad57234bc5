/** The part of a keyboard event that says which key it is. */
export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const MODIFIERS = new Set(["control", "shift", "alt", "meta", "altgraph", "capslock", "dead", "process", "unidentified"]);
const LETTER = /^\p{L}$/u;

/**
 * A key as it is written down: `z`, `shift+z`, `mod+a`, `arrowleft`, `?`. `mod` is Ctrl, or Cmd. Shift
 * counts with letters and named keys only: which signs need it differs between keyboards.
 */
export function keystroke(press: Press): string | null {
  const key = press.key === " " ? "space" : press.key.toLowerCase();
  if (MODIFIERS.has(key)) return null;
  const sign = key.length === 1 && !LETTER.test(key);
  const altGr = sign && press.ctrlKey && press.altKey;
  return [
    (press.ctrlKey || press.metaKey) && !altGr ? "mod+" : "",
    press.altKey && !altGr ? "alt+" : "",
    press.shiftKey && !sign ? "shift+" : "",
    key,
  ].join("");
}

// What stands on the keys.
/* eslint-disable lingui/no-unlocalized-strings */
const NAMES: Record<string, string> = {
  mod: "Ctrl", alt: "Alt", shift: "Shift", space: "Space", arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓",
  pageup: "Page ↑", pagedown: "Page ↓", backspace: "⌫", escape: "Esc", delete: "Del", enter: "Enter", home: "Home", end: "End",
};
/* eslint-enable lingui/no-unlocalized-strings */

/** A key as people read it: `Shift Z`, `Ctrl A`, `←`. */
export function readable(key: string): string {
  return key
    .split(/(?<=[^+])\+(?=.)/)
    .map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)))
    .join(" ");
}

/** A key where there is little room: `⇧Z`. */
export function brief(key: string): string {
  return readable(key).replace("Shift ", "⇧").replace("Page ", "Pg");
}

/** Letters and digits without modifiers: they belong to the classes, but for those kept from them. */
export function belongsToClasses(key: string): boolean {
  return /^[0-9a-z]$/.test(key) && !"zs".includes(key);
}
