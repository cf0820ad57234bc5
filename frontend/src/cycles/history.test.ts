import { expect, test } from "vitest";

import { lossBins, lossCurve, lossScale } from "./history";

test("a run's losses become points by epoch", () => {
  expect(lossCurve({ loss: [1.5, 0.5] })).toEqual([
    { epoch: 1, loss: 1.5 },
    { epoch: 2, loss: 0.5 },
  ]);
});

test("a histogram becomes bins between its edges", () => {
  expect(lossBins({ histogram: { edges: [0, 1, 2], counts: [3, 4] } })).toEqual([
    { low: 0, high: 1, count: 3 },
    { low: 1, high: 2, count: 4 },
  ]);
});

test("bins are logarithmic where the run says so, and equal in runs from before it could", () => {
  const histogram = { edges: [0.01, 0.1, 1], counts: [3, 4] };
  expect(lossScale({ histogram: { ...histogram, scale: "log" } })).toBe("log");
  expect(lossScale({ histogram: { ...histogram, scale: "linear" } })).toBe("linear");
  expect(lossScale({ histogram })).toBe("linear");
  expect(lossScale({})).toBe("linear");
});

test("a run that kept no histogram has no bins", () => {
  expect(lossBins({ loss: [1] })).toEqual([]);
  expect(lossBins({ histogram: { edges: [], counts: [] } })).toEqual([]);
  expect(lossCurve({})).toEqual([]);
});
