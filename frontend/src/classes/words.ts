import { plural, t } from "@lingui/core/macro";

import type { ClassDetail, SchemaChange } from "../api/client";

type Split = "pool" | "validation" | "test";
const SPLITS: readonly Split[] = ["pool", "validation", "test"];

export function labelCount(entry: ClassDetail): number {
  return SPLITS.reduce((sum, split) => sum + (entry.labels[split] ?? 0), 0);
}

export const splitNames = (): Readonly<Record<string, string>> => ({
  pool: t({ message: "pool", context: "a split" }),
  validation: t({ message: "validation", context: "a split" }),
  test: t({ message: "test", context: "a split" }),
});

/** The labels of a class by split, as far as there are any outside the pool. */
export function labelWords(entry: ClassDetail): string {
  const names = splitNames();
  const parts = SPLITS.filter((split) => entry.labels[split]).map((split) => `${entry.labels[split] ?? 0} ${names[split] ?? split}`);
  return parts.length > 0 ? parts.join(", ") : t`no labels yet`;
}

/** What a merge will do, in numbers. */
export function consequences(source: ClassDetail, target: ClassDetail): readonly string[] {
  const labels = labelCount(source);
  const [name, into] = [source.name, target.name];
  const found = [
    labels > 0
      ? t`${plural(labels, { one: "# label", other: "# labels" })} of ${name} (${{ bySplit: labelWords(source) }}) will count as ${into}, which then has ${{ total: labels + labelCount(target) }}.`
      : t`${name} has no labels; ${into} keeps its ${{ total: labelCount(target) }}.`,
  ];
  if (source.annotations > 0) {
    found.push(t`${plural(source.annotations, { one: "# answer", other: "# answers" })} will go on saying ${name}: what people said is kept.`);
  }
  if (source.models > 0) {
    found.push(
      t`${plural(source.models, { one: "# task model knows", other: "# task models know" })} ${name}; what they suggest of it is shown as ${into}.`,
    );
  }
  if (source.hotkey) found.push(t`The hotkey ${{ hotkey: source.hotkey }} becomes free.`);
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
  const list = names.slice(0, MOST_NAMES).join(", ");
  return more > 0 ? t`added ${list} and ${more} more` : t`added ${{ name: list }}`;
}

/** One entry of the history as a sentence without its subject. */
export function describe(change: SchemaChange): string {
  const { before, after } = change;
  switch (change.kind) {
    case "added":
      return t`added ${{ name: text(after.name) }}`;
    case "removed":
      return t`removed ${{ name: text(before.name) }}`;
    case "merged":
      return t`merged ${{ name: text(before.name) }} into ${{ into: text(after.into_name) }}: ${plural(Number(after.labels ?? 0), { one: "# label", other: "# labels" })} moved`;
    case "unmerged":
      return t`took ${{ name: text(after.name) }} out of ${{ into: text(before.into_name) }} again: ${plural(Number(after.labels ?? 0), { one: "# label", other: "# labels" })} moved back`;
    case "changed":
      return changes(change).join(", ");
  }
}

function changes({ name, before, after }: SchemaChange): string[] {
  const own = text(after.name ?? name);
  const found: string[] = [];
  if ("name" in after) found.push(t`renamed ${{ before: text(before.name) }} to ${{ after: text(after.name) }}`);
  if ("hotkey" in after) found.push(t`changed the hotkey of ${own} from ${{ before: text(before.hotkey) }} to ${{ after: text(after.hotkey) }}`);
  if ("color" in after) found.push(t`changed the colour of ${own}`);
  if ("guideline" in after) found.push(t`changed the guideline of ${own}`);
  if ("position" in after) found.push(t`moved ${own} to place ${{ position: Number(after.position) + 1 }}`);
  return found;
}

function text(value: unknown): string {
  return typeof value === "string" && value ? value : t`none`;
}
