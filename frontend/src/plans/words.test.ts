import { expect, test } from "vitest";

import type { Cycle, Plan, PretextRun } from "../api/client";
import { forecast, missing } from "./forecast";
import { fits, lines, needsRun } from "./words";

const pt4al: Plan = {
  name: "pt4al",
  summary: "",
  pretext_task: "rotation",
  order: "descending",
  scope: "pool_batch",
  first: "uniform",
  later: "least_confidence",
  start: "scratch",
};
const random: Plan = { ...pt4al, name: "random", scope: "pool", first: "random", later: "random" };
const typiclust: Plan = { ...pt4al, name: "typiclust", scope: "pool", first: "typiclust", later: "typiclust" };

function run(sizes: [size: number, labelled: number][], order: PretextRun["order"] = "descending"): PretextRun {
  const batches = sizes.map(([size, labelled], place) => ({
    number: place + 1,
    size,
    labelled,
    lowest_loss: 0,
    highest_loss: 1,
  }));
  return { id: "run", task: "rotation", order, pool_batches: sizes.length, batches } as unknown as PretextRun;
}

function cycle(plan: Plan, trained: boolean): Cycle {
  return { pretext_run_id: "run", plan, model: trained ? {} : null } as unknown as Cycle;
}

test("a plan needs a pretext run if its scope, a rule or its start looks at one", () => {
  expect([pt4al, typiclust, random].map(needsRun)).toEqual([true, true, false]);
  expect(needsRun({ ...random, start: "pretext" })).toBe(true);
  expect(needsRun({ ...random, first: "uniform" })).toBe(true);
});

test("the order of a run matters only to a plan of pool batches", () => {
  const ascending = { task: "rotation", order: "ascending" } as const;
  expect(fits(pt4al, ascending)).toBe(false);
  expect(fits(typiclust, ascending)).toBe(true);
  expect(fits({ ...typiclust, pretext_task: "jigsaw" }, ascending)).toBe(false);
});

test("a plan that looks at no pretext run names none", () => {
  expect(lines(random).map(({ term }) => term)).not.toContain("Order");
  expect(lines(random)[0]).toEqual({ term: "Pretext task", says: "None is needed" });
  expect(lines(pt4al)[1]).toEqual({ term: "Order", says: "Pool batches, hardest first" });
});

test("the first cycle follows the first rule, and the first pool batch", () => {
  const next = forecast(pt4al, [], run([[5, 0], [5, 0]]));
  expect(next.rule).toContain("no task model to ask yet, so Uniform chooses");
  expect(next.from).toBe("It chooses from pool batch 1 of 2 (hardest first).");
  expect(next.problem).toBeNull();
});

test("later cycles follow the later rule; only cycles of pool batches move on to the next", () => {
  const cycles = [cycle(pt4al, true), cycle(random, true)];
  const next = forecast(pt4al, cycles, run([[5, 3], [5, 0], [5, 0]]));
  expect(next.rule).toContain("Least confidence chooses");
  expect(next.from).toContain("pool batch 2 of 3");
});

test("a pool batch that is labelled already is passed over, and behind the last is all that remains", () => {
  expect(forecast(pt4al, [], run([[5, 5], [5, 1]])).from).toContain("pool batch 2 of 2");
  expect(forecast(pt4al, [cycle(pt4al, true)], run([[5, 1]])).from).toContain("all that remains of the pool");
});

test("what is missing is named in words", () => {
  expect(missing(random, null)).toBeNull();
  expect(missing(pt4al, null)).toBe("The plan pt4al needs a pretext run of rotation, hardest first; there is none yet.");
  const jigsaw: Plan = { ...typiclust, pretext_task: "jigsaw" };
  expect(missing(jigsaw, run([[1, 0]]))).toContain("a pretext run of jigsaw; the last one was rotation.");
  expect(missing(pt4al, run([[1, 0]], "ascending"))).toContain("the last one was rotation, easiest first.");
});
