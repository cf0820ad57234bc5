import { t } from "@lingui/core/macro";

import type { Balance, NewBacktest, Project } from "../api/client";
import { number } from "../language/format";
import { asSent, type Choice } from "../plans/usePlans";

/** Fewer repetitions cannot tell plans apart; the report flags them. */
export const SEEDS_FOR_CLAIMS = 5;

const USUAL_PLANS = ["random", "pt4al", "least-confidence", "typiclust", "nextbatch"];

/** A backtest as it is asked for; numbers are as typed, and an empty one is chosen by the server. */
export interface Draft {
  plans: string[];
  budget: Typed;
  cycles: Typed;
  seeds: Typed;
  firstSeed: Typed;
  poolBatches: Typed;
  pretextEpochs: Typed;
  taskEpochs: Typed;
  /** Null for the project's. */
  balance: Balance | null;
  askOnce: boolean;
  ceiling: boolean;
  diagnostics: boolean;
}

type Typed = string | number;

export function newDraft(project: Project, offered: readonly Choice[]): Draft {
  const half = Math.max(1, Math.floor(project.counts.labelled / 2)); // the server refuses a larger budget
  return {
    plans: USUAL_PLANS.filter((name) => offered.some((choice) => choice.value === name)),
    budget: Math.min(project.settings.budget, half),
    cycles: 5,
    seeds: SEEDS_FOR_CLAIMS,
    firstSeed: 0,
    poolBatches: "",
    pretextEpochs: "",
    taskEpochs: "",
    balance: null,
    askOnce: project.settings.near_duplicates === "ask_once",
    ceiling: true,
    diagnostics: true,
  };
}

/** The draft as the API takes it, plans in the order they are offered in. */
export function request(draft: Draft, offered: readonly Choice[]): NewBacktest {
  const optional = (value: Typed) => (value === "" ? null : Number(value));
  return {
    plans: offered.filter((choice) => draft.plans.includes(choice.value)).map(asSent),
    budget: Number(draft.budget),
    cycles: Number(draft.cycles),
    seeds: Number(draft.seeds),
    first_seed: Number(draft.firstSeed),
    pool_batches: optional(draft.poolBatches),
    pretext_training: { epochs: optional(draft.pretextEpochs) },
    task_training: { epochs: optional(draft.taskEpochs) },
    balance: draft.balance,
    near_duplicates: draft.askOnce ? "ask_once" : "ask_all",
    ceiling: draft.ceiling,
    diagnostics: draft.diagnostics,
  };
}

/** Whether all is there that the server has no choice of its own for. */
export function complete(draft: Draft): boolean {
  return draft.plans.length > 0 && ![draft.budget, draft.cycles, draft.seeds, draft.firstSeed].includes("");
}

/** What the person who asks should know before the start, each in a sentence. */
export function notes(draft: Draft, labelled: number): string[] {
  if (!complete(draft)) return [];
  const [budget, cycles, seeds] = [Number(draft.budget), Number(draft.cycles), Number(draft.seeds)];
  const found = [
    t`Trains up to ${{ models: number(draft.plans.length * seeds * cycles) }} task models: ${{ plans: draft.plans.length }} plans, ${seeds} seeds, ${cycles} cycles.`,
  ];
  if (seeds < SEEDS_FOR_CLAIMS) {
    found.push(t`The report will flag fewer than ${{ seeds: SEEDS_FOR_CLAIMS }} seeds: differences are not to be trusted then.`);
  }
  if (budget * cycles > labelled) {
    found.push(
      t`${{ asked: number(budget * cycles) }} labels are asked for, and the pool has ${{ labelled: number(labelled) }}: it ends when they are used up.`,
    );
  }
  if (!draft.plans.includes("random")) found.push(t`Without random there is no baseline that a plan should beat.`);
  return found;
}
