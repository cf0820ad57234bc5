import { t } from "@lingui/core/macro";

import type { Class } from "../api/client";
import type { Command, Mode } from "./commands";
import { belongsToClasses, readable } from "./keystrokes";

/** A person's own keys, by command; a command that is not in it has its usual ones. */
export type OwnKeys = Readonly<Record<string, readonly string[]>>;

export function keysOf(command: Command, own: OwnKeys): readonly string[] {
  return own[command.id] ?? command.keys;
}

/** The command that a key stands for in a mode. */
export function commandOf(commands: readonly Command[], own: OwnKeys, mode: Mode, key: string): Command | undefined {
  return commands.find((command) => meets(command.mode, mode) && keysOf(command, own).includes(key));
}

/** Why a command cannot have a key, or null if it can. */
export function clash(commands: readonly Command[], own: OwnKeys, command: Command, key: string): string | null {
  if (belongsToClasses(key)) {
    return t`Letters and digits without Ctrl, Alt or Shift belong to the classes. Take another key, or one with Shift.`;
  }
  const other = commands.find(
    (one) => one.id !== command.id && meets(one.mode, command.mode) && keysOf(one, own).includes(key),
  );
  return other ? t`${{ key: readable(key) }} is the key of “${{ label: other.label }}”. Change that one first, or take another key.` : null;
}

/** Gives a command one key in place of its present ones. */
export function assigned(own: OwnKeys, command: Command, key: string): OwnKeys {
  return { ...own, [command.id]: [key] };
}

/** Gives a command its usual keys back; null if one of them has another owner now. */
export function restored(commands: readonly Command[], own: OwnKeys, command: Command): OwnKeys | null {
  const rest = Object.fromEntries(Object.entries(own).filter(([id]) => id !== command.id));
  return command.keys.some((key) => clash(commands, rest, command, key) && !belongsToClasses(key)) ? null : rest;
}

/** Classes that have no key are reached by search. */
export function needsSearch(classes: readonly Class[]): boolean {
  return classes.length > 20 || classes.some((entry) => entry.hotkey === null);
}

function meets(one: Mode | "both", other: Mode | "both"): boolean {
  return one === "both" || other === "both" || one === other;
}
