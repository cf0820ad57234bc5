import { expect, test } from "vitest";

import { newClass, problem } from "./classes";

function named(...names: string[]) {
  return names.reduce<ReturnType<typeof newClass>[]>((all, name) => [...all, newClass(name, all)], []);
}

test("classes get the digits first, then letters, but never undo and skip", () => {
  const keys = named(...Array.from({ length: 35 }, (_, n) => `c${n}`)).map((entry) => entry.hotkey);
  expect(keys.slice(0, 10)).toEqual(Array.from("123456789a"));
  expect(keys).not.toContain("z");
  expect(keys).not.toContain("s");
  expect(new Set(keys.filter(Boolean)).size).toBe(keys.filter(Boolean).length);
});

test("two classes of one name are a problem of both", () => {
  const classes = named("cat", "cat");
  expect([0, 1].map((place) => problem(classes, place))).toEqual(
    Array(2).fill("Two classes have this name"),
  );
});

test("a reserved hotkey is named", () => {
  expect(problem([{ name: "cat", color: "#000000", hotkey: "z" }], 0)).toBe("z and s are undo and skip");
});
