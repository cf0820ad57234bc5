import { expect, test } from "vitest";

import type { Plan, Project } from "../api/client";
import { nextStep } from "./nextStep";

const plan = { scope: "pool", first: "random", later: "random", start: "scratch" } as Plan;

function project(pool: number, labelled: number): Project {
  return { counts: { pool, labelled, validation: 0, test: 0 } } as Project;
}

test("a pretext run is asked for only if the plan looks at one", () => {
  expect(nextStep(project(9, 0), plan, null, [], [], 0)).toContain("Start the first cycle");
  expect(nextStep(project(9, 0), { ...plan, scope: "pool_batch" }, null, [], [], 0)).toContain("Start a pretext run");
});

test("where all is labelled, no run or cycle is asked for", () => {
  expect(nextStep(project(9, 9), plan, null, [], [], 0)).toContain("Every image of the pool is labelled");
});
