import type { Cycle, Plan, PretextRun, Project } from "../api/client";

/** One part of the pool, and where its images stand. `number` is null for the pool as a whole. */
export interface Part {
  number: number | null;
  size: number;
  labelled: number;
  asked: number;
  waiting: number;
  losses: [number, number] | null;
  /** The number of the open cycle that asks from it. */
  cycle: number | null;
}

/** The pool in its pool batches, in the order of the run, or as one part where cycles ask from the whole of it. */
export function partsOf(
  { counts }: Pick<Project, "counts">,
  plan: Pick<Plan, "scope"> | undefined,
  run: PretextRun | null,
  cycles: readonly Cycle[],
  open: number,
): Part[] {
  const cycle = cycles.find(({ state }) => state !== "done");
  if ((cycle?.plan ?? plan)?.scope === "pool") {
    const { pool: size, labelled } = counts;
    return size === 0 ? [] : [part(null, size, labelled, open, null, cycle?.number ?? null)];
  }
  const current = cycle && cycle.pretext_run_id === run?.id ? cycle : null;
  return (run?.batches ?? []).map(({ number, size, labelled, asked, lowest_loss: low, highest_loss: high }) =>
    part(number, size, labelled, asked, low === null || high === null ? null : [low, high], current?.pool_batch === number ? current.number : null),
  );
}

function part(number: number | null, size: number, labelled: number, asked: number, losses: Part["losses"], cycle: number | null): Part {
  return { number, size, labelled, asked, waiting: Math.max(0, size - labelled - asked), losses, cycle };
}

/** All parts together. */
export function total(parts: readonly Part[]): Pick<Part, "size" | "labelled" | "asked" | "waiting"> {
  const sum = (of: (part: Part) => number) => parts.reduce((all, one) => all + of(one), 0);
  return { size: sum((p) => p.size), labelled: sum((p) => p.labelled), asked: sum((p) => p.asked), waiting: sum((p) => p.waiting) };
}
