import { expect, test } from "vitest";

import type { Cycle, Job } from "../api/client";
import { timeLeft, waiting } from "./waiting";

const cycle = (state: Cycle["state"]) =>
  ({ number: 3, state, queued: 5, answered: 4, skipped: 1, query_job_id: "query", training_job_id: state === "training" ? "train" : null }) as Cycle;
const job = (part: Partial<Job>) =>
  ({ id: "train", kind: "training", status: "running", progress: 0.25, attempts: 1, started_at: at(0), ...part }) as Job;
const at = (seconds: number) => new Date(seconds * 1000).toISOString();

test("a training tells its cycle, its percent and its time left, and that images come", () => {
  const told = waiting(cycle("training"), [job({})], true, 10_000);
  expect(told.title).toBe("Cycle 3 trains");
  expect([told.part, told.left]).toEqual([0.25, "about 30 seconds left"]);
  expect(told.text).toContain("come by themselves");
});

test("nothing is promised where the next cycle does not open by itself", () => {
  expect(waiting(cycle("training"), [job({})], false, 0).text).toContain("When the next cycle opens");
});

test("the moment between the last answer and the training looks like its begin", () => {
  expect(waiting(cycle("labelling"), [], true, 0)).toMatchObject({ title: "Cycle 3 trains", part: 0, left: null });
});

test("the moment between the query and the first image looks like the query's end", () => {
  const opened = { ...cycle("labelling"), answered: 0, skipped: 0 };
  const query = job({ id: "query", kind: "query", status: "succeeded", progress: 1 });
  expect(waiting(opened, [query], true, 0)).toMatchObject({ title: "Cycle 3 chooses its images", part: 1 });
});

test("a query, a failure, a pretext run and nothing at all are told apart", () => {
  const query = job({ id: "query", kind: "query", progress: 0.5 });
  expect(waiting(cycle("querying"), [query], true, 0)).toMatchObject({ title: "Cycle 3 chooses its images", part: 0.5 });
  expect(waiting(cycle("failed"), [], true, 0)).toMatchObject({ title: "Cycle 3 has failed", part: null });
  const run = job({ kind: "pretext", status: "queued", progress: 0 });
  expect(waiting(undefined, [run], true, 0)).toMatchObject({ title: "A pretext run ranks the images", part: 0 });
  expect(waiting(cycle("done"), [], true, 0)).toMatchObject({ title: "Nothing to label now", part: null });
});

test("time left is told in steps that people can use", () => {
  const after = (seconds: number, progress: number) => timeLeft(job({ progress }), 1000 * seconds);
  expect(after(10, 0.9)).toBe("a few seconds left");
  expect(after(60, 0.5)).toBe("about a minute left");
  expect(after(300, 0.5)).toBe("about 5 minutes left");
  expect(after(3600, 0.1)).toBe("about 9 hours left");
});

test("time left is not told before it is known", () => {
  expect(timeLeft(job({ progress: 0.05 }), 60_000)).toBeNull();
  expect(timeLeft(job({}), 1_000)).toBeNull();
  expect(timeLeft(job({ attempts: 2 }), 60_000)).toBeNull();
  expect(timeLeft(job({ status: "queued", started_at: null }), 60_000)).toBeNull();
});
