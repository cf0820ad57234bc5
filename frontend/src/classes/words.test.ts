import { expect, test } from "vitest";

import type { ClassDetail, SchemaChange } from "../api/client";
import { consequences, describe, gathered, labelWords, story } from "./words";

function entry(part: Partial<ClassDetail>): ClassDetail {
  return { id: "", name: "", color: "#000000", hotkey: null, guideline: "", labels: {}, annotations: 0, models: 0, merged: [], ...part };
}

function change(part: Partial<SchemaChange>): SchemaChange {
  return {
    id: "", created_at: "", kind: "changed", class_id: "", name: "cat", user: null, before: {}, after: {},
    undoable: false, undo_blocked: null, said: {}, ...part,
  };
}

test("a merge is told in numbers", () => {
  const kitten = entry({ name: "kitten", labels: { pool: 3, test: 1 }, annotations: 5, models: 1, hotkey: "2" });
  expect(consequences(kitten, entry({ name: "cat", labels: { pool: 10 } }))).toEqual([
    "4 labels of kitten (3 pool, 1 test) will count as cat, which then has 14.",
    "5 answers will go on saying kitten: what people said is kept.",
    "1 task model knows kitten; what they suggest of it is shown as cat.",
    "The hotkey 2 becomes free.",
  ]);
});

test("an unused class merges without a word about what it has not", () => {
  expect(consequences(entry({ name: "kitten" }), entry({ name: "cat", labels: { pool: 2 } }))).toEqual([
    "kitten has no labels; cat keeps its 2.",
  ]);
});

test("the history says what was changed, by the names of then", () => {
  const renamed = change({ before: { name: "cta", hotkey: "1" }, after: { name: "cat", hotkey: null } });
  expect(describe(renamed)).toBe("renamed cta to cat, changed the hotkey of cat from 1 to none");
  const merged = change({ kind: "merged", before: { name: "kitten" }, after: { into_name: "cat", labels: 1 } });
  expect(describe(merged)).toBe("merged kitten into cat: 1 label moved");
});

test("classes that were added together are one entry, in the order they were added", () => {
  const added = (name: string, created_at: string) => change({ kind: "added", created_at, after: { name } });
  const changes = [
    change({ created_at: "2026-01-02T00:00:00Z", after: { position: 0 } }),
    added("dog", "2026-01-01T00:00:02Z"),
    added("cat", "2026-01-01T00:00:01Z"),
    added("ant", "2025-01-01T00:00:00Z"),
  ];
  expect(gathered(changes).map(story)).toEqual(["moved cat to place 1", "added cat, dog", "added ant"]);
});

test("labels are told by split", () => {
  expect(labelWords(entry({ labels: { test: 2, pool: 1 } }))).toBe("1 pool, 2 test");
  expect(labelWords(entry({}))).toBe("no labels yet");
});
