import type { Cycle, Plan, PoolOrder, PretextRun, PretextTask } from "../api/client";
import { fits, needsRun, ORDERS, RULES, runWords, TASKS } from "./words";

/** What a new cycle would do, in sentences: which rule chooses, and from which part of the pool. */
export function forecast(
  plan: Plan,
  cycles: readonly Cycle[],
  run: PretextRun | null,
): { rule: string; from: string; problem: string | null } {
  const trained = cycles.some((cycle) => cycle.model);
  const name = trained ? plan.later : plan.first;
  const why = trained ? "There is a task model to ask" : "There is no task model to ask yet";
  const rule = `${why}, so ${RULES[name].label} chooses: ${RULES[name].takes}.`;
  const following = run && fits(plan, run) ? run : null;
  return { rule, from: part(plan, cycles, following), problem: missing(plan, run) };
}

function part(plan: Plan, cycles: readonly Cycle[], run: PretextRun | null): string {
  if (plan.scope === "pool") return "It chooses from the whole pool.";
  if (!run) return "It chooses from its pool batch.";
  // Only cycles that took a pool batch of this run move on to the next.
  const taken = cycles.filter((cycle) => cycle.pretext_run_id === run.id && cycle.plan.scope === "pool_batch");
  const wanted = taken.length + 1;
  const open = run.batches.find((batch) => batch.number >= wanted && batch.labelled < batch.size);
  if (!open) return "All pool batches are used, so it chooses from all that remains of the pool.";
  return `It chooses from pool batch ${open.number} of ${run.pool_batches} (${ORDERS[run.order].says}).`;
}

/** What pretext run a plan lacks, in a sentence; null if it has what it needs. */
export function missing(plan: Plan, run: PretextRun | null): string | null {
  if (!needsRun(plan) || (run && fits(plan, run))) return null;
  // The order of pool batches matters to none but plans that choose from one.
  const words = (task: PretextTask, order: PoolOrder) =>
    plan.scope === "pool_batch" ? runWords(task, order) : TASKS[task].label.toLowerCase();
  const wanted = `The plan ${plan.name} needs a pretext run of ${words(plan.pretext_task, plan.order)}`;
  return run ? `${wanted}; the last one was ${words(run.task, run.order)}.` : `${wanted}; there is none yet.`;
}
