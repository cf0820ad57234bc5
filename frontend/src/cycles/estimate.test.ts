import { expect, test } from "vitest";

import type { Estimate } from "../api/client";
import { about, estimateWords } from "./estimate";

const open: Estimate = {
  cycle_id: "c",
  number: 3,
  state: "labelling",
  open_answers: 120,
  labelling: { seconds: 1500, low: 1250, high: 1900, answers: 140, measured_seconds: 1800 },
  training_seconds: 240,
};

test("the cycle's end is told with its uncertainty and where it comes from", () => {
  const words = estimateWords(open);
  expect(words?.ends).toBe("Cycle 3 ends in about 30 minutes.");
  expect(words?.why).toBe("120 answers are open: 20 to 30 minutes at the pace of the last half hour; the training takes about 4 minutes.");
});

test("a pace of few answers is called a guess", () => {
  const labelling = { seconds: 600, low: 350, high: 1400, answers: 5, measured_seconds: 60 };
  expect(estimateWords({ ...open, labelling })?.why).toContain("a first guess, from 5 answers: 6 to 25 minutes");
});

test("nothing is told while nobody labels", () => {
  expect(estimateWords({ ...open, labelling: null })).toBeNull();
});

test("a training tells when it is done", () => {
  expect(estimateWords({ ...open, state: "training", labelling: null })?.ends).toBe("Cycle 3 ends in about 4 minutes.");
});

test.each([
  [20, "about a minute"],
  [400, "about 7 minutes"],
  [1400, "about 25 minutes"],
  [3500, "about 1 hour"],
  [9000, "about 2.5 hours"],
  [200_000, "about 2 days"],
])("%d seconds are said as people say them", (seconds, words) => {
  expect(about(seconds)).toBe(words);
});
