import { t } from "@lingui/core/macro";

import type { Cycle, Job, Plan, PretextRun, Project } from "../api/client";
import { needsRun } from "../plans/words";

/** What somebody new should do now, in one sentence; null when the project runs by itself. */
export function nextStep(
  project: Project,
  plan: Plan | undefined,
  run: PretextRun | null,
  cycles: readonly Cycle[],
  jobs: readonly Job[],
  open: number,
): string | null {
  const busy = (kind: string) =>
    jobs.some((job) => job.kind === kind && (job.status === "running" || job.status === "queued"));
  if (open > 0) return t`${open} images wait for a label: these are the ones worth asking about.`;
  if (busy("import") || busy("pretext") || busy("query") || busy("training")) return null;
  if (project.counts.pool === 0) return t`Import a folder or zip of images: they become the pool.`;
  if (project.counts.labelled === project.counts.pool) {
    return t`Every image of the pool is labelled. Import more, or see in a backtest which plan would have done best.`;
  }
  if (!run && (!plan || needsRun(plan))) return t`Start a pretext run: it learns from the images alone, and ranks them by difficulty.`;
  if (cycles.length === 0) return t`Start the first cycle: it chooses the images to label first.`;
  if (project.counts.test + project.counts.validation === 0) {
    return t`Import labelled images as test split: without them there is no learning curve.`;
  }
  return null;
}
