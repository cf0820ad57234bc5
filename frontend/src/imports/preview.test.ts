import { expect, test } from "vitest";

import { guessed, outcome, type Preview, previewOf, splitOf } from "./preview";

const preview = (places: Preview["places"], known: string[], unknown: string[]): Preview => ({
  ...previewOf({}), places, knownClasses: known, unknownClasses: unknown,
});
const PLACES: Preview["places"] = [
  { split: "train", folder: "cat", images: 5 },
  { split: "train", folder: "zebra", images: 4 },
  { split: "test", folder: "zebra", images: 3 },
  { split: "test", folder: null, images: 2 },
];
const MIXED = preview(PLACES, ["cat"], ["zebra"]);

test("a held-out image needs a class, one of the pool does not", () => {
  expect(outcome(MIXED, "use", false)).toEqual({ labelled: 5, leftOut: 5 });
  expect(outcome(MIXED, "use", true)).toEqual({ labelled: 12, leftOut: 2 });
  expect(outcome(MIXED, "ignore", false)).toEqual({ labelled: 0, leftOut: 0 });
  expect(outcome(MIXED, "test", false)).toEqual({ labelled: 5, leftOut: 9 });
});

test("folders say the split only where they are asked", () => {
  const place = { split: "test", folder: "cat", images: 1 } as const;
  expect([splitOf(place, "use"), splitOf(place, "ignore"), splitOf(place, "validation")]).toEqual(["test", "pool", "validation"]);
});

test("folders are taken for labels if anything speaks for it", () => {
  const flat: Preview["places"] = [{ split: null, folder: "holiday", images: 9 }];
  expect(guessed(MIXED, true)).toBe("use");
  expect(guessed(preview(flat, [], ["holiday"]), true)).toBe("ignore");
  expect(guessed(preview(flat, ["holiday"], []), true)).toBe("use");
  expect(guessed(preview(flat, [], ["holiday", "work"]), false)).toBe("use");
});

test("a result of an unknown shape is an empty preview", () => {
  expect(previewOf({ images: "many", places: null })).toEqual(previewOf({}));
});

test("a folder of none of the classes is a label", () => {
  const none: Preview = { ...preview([{ split: "test", folder: "_none", images: 3 }], [], []), noneFolder: "_none" };
  expect(outcome(none, "use", false)).toEqual({ labelled: 3, leftOut: 0 });
});

test("classes that a manifest joins are known if each is", () => {
  const places = [
    { split: null, folder: "cat + night", images: 2 },
    { split: null, folder: "cat + zebra", images: 1 },
  ];
  expect(outcome(preview(places, ["cat", "night"], ["zebra"]), "use", false)).toEqual({ labelled: 2, leftOut: 0 });
});
