import { t } from "@lingui/core/macro";

import type { Cycle, Plan, PoolOrder, PretextRun, PretextTask } from "../api/client";
import { fits, needsRun, orders, rules, runWords, tasks } from "./words";

/** What a new cycle would do, in sentences: which rule chooses, and from which part of the pool. */
export function forecast(
  plan: Plan,
  cycles: readonly Cycle[],
  run: PretextRun | null,
): { rule: string; from: string; problem: string | null } {
  const trained = cycles.some((cycle) => cycle.model);
  const name = trained ? plan.later : plan.first;
  const { label, takes } = rules()[name];
  const rule = trained
    ? t`There is a task model to ask, so ${label} chooses: ${takes}.`
    : t`There is no task model to ask yet, so ${label} chooses: ${takes}.`;
  const following = run && fits(plan, run) ? run : null;
  return { rule, from: part(plan, cycles, following), problem: missing(plan, run) };
}

function part(plan: Plan, cycles: readonly Cycle[], run: PretextRun | null): string {
  if (plan.scope === "pool") return t`It chooses from the whole pool.`;
  if (!run) return t`It chooses from its pool batch.`;
  // Only cycles that took a pool batch of this run move on to the next.
  const taken = cycles.filter((cycle) => cycle.pretext_run_id === run.id && cycle.plan.scope === "pool_batch");
  const wanted = taken.length + 1;
  const open = run.batches.find((batch) => batch.number >= wanted && batch.labelled < batch.size);
  if (!open) return t`All pool batches are used, so it chooses from all that remains of the pool.`;
  return t`It chooses from pool batch ${{ number: open.number }} of ${{ all: run.pool_batches }} (${{ order: orders()[run.order].says }}).`;
}

/** What pretext run a plan lacks, in a sentence; null if it has what it needs. */
export function missing(plan: Plan, run: PretextRun | null): string | null {
  if (!needsRun(plan) || (run && fits(plan, run))) return null;
  // The order of pool batches matters to none but plans that choose from one.
  const words = (task: PretextTask, order: PoolOrder) =>
    plan.scope === "pool_batch" ? runWords(task, order) : tasks()[task].label.toLowerCase();
  const [name, wanted] = [plan.name, words(plan.pretext_task, plan.order)];
  return run
    ? t`The plan ${name} needs a pretext run of ${wanted}; the last one was ${{ last: words(run.task, run.order) }}.`
    : t`The plan ${name} needs a pretext run of ${wanted}; there is none yet.`;
}
