import { expect, test } from "vitest";

import type { Cycle, PretextRun } from "../api/client";
import { partsOf, total } from "./parts";

const project = { counts: { images: 60, pool: 50, labelled: 12, validation: 0, test: 10, bytes: 0 } };
const batch = { lowest_loss: 0.1, highest_loss: 0.9 };
const run = {
  id: "run",
  batches: [
    { number: 1, size: 25, labelled: 10, asked: 0, ...batch },
    { number: 2, size: 25, labelled: 2, asked: 8, ...batch },
  ],
} as unknown as PretextRun;
const cycle = (scope: string, state = "labelling") =>
  ({ number: 2, state, pool_batch: scope === "pool" ? null : 2, pretext_run_id: "run", plan: { scope } }) as unknown as Cycle;

test("each pool batch knows what waits in it, and which cycle asks from it", () => {
  const parts = partsOf(project, { scope: "pool_batch" }, run, [cycle("pool_batch")], 8);
  expect(parts.map((part) => [part.labelled, part.asked, part.waiting, part.cycle])).toEqual([[10, 0, 15, null], [2, 8, 15, 2]]);
  expect(total(parts)).toEqual({ size: 50, labelled: 12, asked: 8, waiting: 30 });
});

test("a cycle that asks from the whole pool shows it as one, whatever the project's plan is by now", () => {
  const [whole, ...rest] = partsOf(project, { scope: "pool_batch" }, run, [cycle("pool")], 8);
  expect(rest).toEqual([]);
  expect(whole).toMatchObject({ number: null, size: 50, labelled: 12, asked: 8, waiting: 30, cycle: 2 });
});

test("without a run and without images there is nothing to show", () => {
  expect(partsOf(project, { scope: "pool_batch" }, null, [], 0)).toEqual([]);
  expect(partsOf({ counts: { ...project.counts, pool: 0 } }, { scope: "pool" }, null, [], 0)).toEqual([]);
});
