import type { ClassDetail, SchemaChange } from "../api/client";

type Split = "pool" | "validation" | "test";
const SPLITS: readonly Split[] = ["pool", "validation", "test"];

/** A number with its noun. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function labelCount(entry: ClassDetail): number {
  return SPLITS.reduce((sum, split) => sum + (entry.labels[split] ?? 0), 0);
}

/** The labels of a class by split, as far as there are any outside the pool. */
export function labelWords(entry: ClassDetail): string {
  const parts = SPLITS.filter((split) => entry.labels[split]).map((split) => `${entry.labels[split] ?? 0} ${split}`);
  return parts.length > 0 ? parts.join(", ") : "no labels yet";
}

/** What a merge will do, in numbers. */
export function consequences(source: ClassDetail, target: ClassDetail): readonly string[] {
  const labels = labelCount(source);
  const found = [
    labels > 0
      ? `${counted(labels, "label")} of ${source.name} (${labelWords(source)}) will count as ${target.name}, which then has ${labels + labelCount(target)}.`
      : `${source.name} has no labels; ${target.name} keeps its ${labelCount(target)}.`,
  ];
  if (source.annotations > 0) {
    found.push(`${counted(source.annotations, "answer")} will go on saying ${source.name}: what people said is kept.`);
  }
  if (source.models > 0) {
    found.push(
      `${counted(source.models, "task model")} ${source.models === 1 ? "knows" : "know"} ${source.name}; what they suggest of it is shown as ${target.name}.`,
    );
  }
  if (source.hotkey) found.push(`The hotkey ${source.hotkey} becomes free.`);
  return found;
}

const AT_ONCE_MS = 60_000;
const MOST_NAMES = 12;

/** Entries of the history, newest first; classes that were added together are one. */
export function gathered(changes: readonly SchemaChange[]): readonly (readonly [SchemaChange, ...SchemaChange[]])[] {
  const found: [SchemaChange, ...SchemaChange[]][] = [];
  for (const change of changes) {
    const last = found.at(-1);
    if (last && change.kind === "added" && last[0].kind === "added" && together(last[0], change)) last.push(change);
    else found.push([change]);
  }
  return found;
}

function together(one: SchemaChange, other: SchemaChange): boolean {
  const apart = Math.abs(Date.parse(one.created_at) - Date.parse(other.created_at));
  return one.user?.id === other.user?.id && apart < AT_ONCE_MS;
}

/** What happened together as a sentence without its subject. */
export function story(changes: readonly [SchemaChange, ...SchemaChange[]]): string {
  if (changes.length === 1) return describe(changes[0]);
  const names = changes.toReversed().map((change) => text(change.after.name));
  const more = names.length - MOST_NAMES;
  return `added ${names.slice(0, MOST_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** One entry of the history as a sentence without its subject. */
export function describe(change: SchemaChange): string {
  const { before, after } = change;
  switch (change.kind) {
    case "added":
      return `added ${text(after.name)}`;
    case "removed":
      return `removed ${text(before.name)}`;
    case "merged":
      return `merged ${text(before.name)} into ${text(after.into_name)}: ${counted(Number(after.labels ?? 0), "label")} moved`;
    case "unmerged":
      return `took ${text(after.name)} out of ${text(before.into_name)} again: ${counted(Number(after.labels ?? 0), "label")} moved back`;
    case "changed":
      return changes(change).join(", ");
  }
}

function changes({ name, before, after }: SchemaChange): string[] {
  const own = text(after.name ?? name);
  const found: string[] = [];
  if ("name" in after) found.push(`renamed ${text(before.name)} to ${text(after.name)}`);
  if ("hotkey" in after) found.push(`changed the hotkey of ${own} from ${text(before.hotkey)} to ${text(after.hotkey)}`);
  if ("color" in after) found.push(`changed the colour of ${own}`);
  if ("guideline" in after) found.push(`changed the guideline of ${own}`);
  if ("position" in after) found.push(`moved ${own} to place ${Number(after.position) + 1}`);
  return found;
}

function text(value: unknown): string {
  return typeof value === "string" && value ? value : "none";
}
