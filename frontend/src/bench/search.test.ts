import { expect, test } from "vitest";

import type { Class } from "../api/client";
import { found } from "./search";

const CLASSES = ["great cat", "Caterpillar", "bobcat", "Éléphant", "dog"].map((name) => ({ id: name, name }) as Class);
const names = (typed: string) => found(CLASSES, typed).map((entry) => entry.name);

test("beginnings come first, then beginnings of words, then the rest", () => {
  expect(names("cat")).toEqual(["Caterpillar", "great cat", "bobcat"]);
});

test("case and accents do not matter", () => {
  expect(names("ELE")).toEqual(["Éléphant"]);
});

test("all are found before anything is typed, none when nothing fits", () => {
  expect([names("").length, names("x")]).toEqual([5, []]);
});
