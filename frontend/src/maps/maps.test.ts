import { expect, test } from "vitest";

import type { MapPoints } from "../api/client";
import { ALL, pan, showing, toMap, toScreen, zoom } from "./camera";
import { coloringOf, modesOf } from "./coloring";
import { nearest, toward } from "./near";
import { pointWords } from "./pointWords";

const size = { width: 432, height: 232 };
const points: MapPoints = {
  image_ids: ["a", "b", "c", "d"],
  x: [0, 1, 0.5, 0.5],
  y: [0.5, 0.5, 0, 1],
  loss: [0.1, 0.2, 0.3, null],
  confidence: [null, null, null, null],
  classes: [[1], [0, 1], [], null],
  cycle: [1, 2, null, null],
};
const project = { classes: [{ name: "cat" }, { name: "dog" }] } as unknown as Parameters<typeof pointWords>[0];

test("the whole map lies in the middle of the stage, and zooming keeps what is under the pointer", () => {
  expect(toScreen(ALL, size, 0.5, 0)).toEqual([216, 16]);
  const close = zoom(ALL, 4, size, 300, 100);
  expect(toMap(close, size, 300, 100)[0]).toBeCloseTo(toMap(ALL, size, 300, 100)[0]);
  expect(pan(ALL, 1e6, 0, size).x).toBe(0);
  expect(showing({ scale: 20, x: 0, y: 0 }, size, 1, 1)).toMatchObject({ x: 1, y: 1 });
});

test("a point is found under the pointer and in the direction of an arrow", () => {
  expect(nearest(points, 0.52, 0.03, 0.1)).toBe(2);
  expect(nearest(points, 0.5, 0.5, 0.1)).toBeNull();
  expect(toward(points, 0, "ArrowRight")).not.toBe(0);
  expect(toward(points, 2, "ArrowDown")).toBe(3);
  expect(toward(points, 1, "ArrowRight")).toBe(1);
});

test("points are grouped by class, those without a label last", () => {
  const { groups, of } = coloringOf("class", points, project.classes, false);
  expect(groups.map(({ label, count, quiet }) => [label, count, quiet])).toEqual([
    ["dog", 1, false],
    ["several classes", 1, false],
    ["none of the classes", 1, false],
    ["no label", 1, true],
  ]);
  expect([...of]).toEqual([0, 1, 2, 3]);
});

test("values are grouped in steps, and points without one apart", () => {
  const { groups, of } = coloringOf("loss", points, [], true);
  expect(groups.map(({ label }) => label)).toEqual(["up to 0.129", "0.186 to 0.214", "from 0.271 on", "unknown"]);
  expect([...of]).toEqual([0, 1, 2, 3]);
});

test("a map is not coloured by what is known of no image", () => {
  expect(modesOf(points)).toEqual(["class", "cycle", "loss"]);
});

test("what is known of an image is told in words", () => {
  expect(pointWords(project, points, 0)).toEqual(["dog", "asked in cycle 1", "pretext loss 0.1"]);
  expect(pointWords(project, points, 3)).toEqual(["no label"]);
});
