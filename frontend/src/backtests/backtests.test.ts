import { expect, test } from "vitest";

import type { Backtest, Job, Plan, Project } from "../api/client";
import { withJobs } from "../projects/withJobs";
import { complete, newDraft, notes, request } from "./request";
import { asked, planNames, scaleOf } from "./results";

const project = { counts: { labelled: 60 }, settings: { budget: 100 } } as Project;
const offered = ["pt4al", "random", "typiclust"].map((name) => ({ value: name, label: name, summary: "", plan: { name } as Plan }));

test("a new draft asks for what the server has, and for no budget that it would refuse", () => {
  const draft = newDraft(project, offered);
  expect(draft.plans).toEqual(["random", "pt4al", "typiclust"]);
  expect(draft.budget).toBe(30);
});

test("empty numbers are left to the server, and a project's own plan is sent whole", () => {
  const own = { value: "@own", label: "mine", summary: "", plan: { name: "mine" } as Plan };
  const sent = request({ ...newDraft(project, offered), plans: ["random", "@own"], pretextEpochs: 1 }, [own, ...offered]);
  expect(sent.plans).toEqual([{ name: "mine" }, "random"]);
  expect([sent.pool_batches, sent.balance]).toEqual([null, null]);
  expect([sent.pretext_training.epochs, sent.task_training.epochs]).toEqual([1, null]);
});

test("a draft without plans or with an empty budget is not complete", () => {
  const draft = newDraft(project, offered);
  expect(complete(draft)).toBe(true);
  expect(complete({ ...draft, plans: [] })).toBe(false);
  expect(complete({ ...draft, budget: "" })).toBe(false);
});

test("few seeds, too few labels and a missing baseline are told beforehand", () => {
  const draft = { ...newDraft(project, offered), budget: 10, cycles: 5 };
  expect(notes(draft, 60)).toEqual(["Trains up to 75 task models: 3 plans, 5 seeds, 5 cycles."]);
  const careless = notes({ ...draft, plans: ["pt4al"], seeds: 2, cycles: 10 }, 60).join("\n");
  expect(careless).toContain("fewer than 5 seeds");
  expect(careless).toContain("100 labels are asked for, and the pool has 60");
  expect(careless).toContain("Without random");
});

test("a request is told in a line", () => {
  const config = { budget: 5, cycles: 1, seeds: 2, plans: ["random", { name: "mine" }] };
  expect(asked(config)).toBe("budget 5 · 1 cycle · 2 seeds");
  expect(planNames(config)).toEqual(["random", "mine"]);
});

test("a backtest shows the newest state of its job", () => {
  const job = (progress: number) => ({ id: "job", progress }) as Job;
  const [shown] = withJobs([{ id: "b", job: job(0) } as Backtest], [job(0.5)]);
  expect(shown?.job.progress).toBe(0.5);
});

test("the scale spans deviations and ceiling; a single value lies in its middle", () => {
  const area = { plan: "random", mean: 0.5, std: 0.1, first: 0, last: 0 };
  const scale = scaleOf({ areas: [area], ceiling: 0.8, warnings: [], said: {} });
  expect([scale(0.4), scale(0.8)]).toEqual([0, 1]);
  expect(scaleOf({ areas: [{ ...area, std: null }], ceiling: null, warnings: [], said: {} })(0.5)).toBe(0.5);
});
