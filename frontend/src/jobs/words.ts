import { t } from "@lingui/core/macro";

import type { Job } from "../api/client";
import { jobStatus } from "../projects/states";
import { said } from "../said/said";

const kinds = (): Record<Job["kind"], string> => ({
  import: t`Import`,
  pretext: t`Pretext run`,
  query: t`Query`,
  training: t`Training`,
  export: t`Export`,
  backtest: t`Backtest`,
  label_check: t`Label check`,
  import_preview: t`Preview of an import`,
  map: t`Map`,
});

export function jobKind(kind: Job["kind"]): string {
  return kinds()[kind];
}

/** Whether a job may still change by itself. */
export function isLive({ status }: Pick<Job, "status">): boolean {
  return status === "queued" || status === "running";
}

/** Seconds that a job took, or has taken until `now` (ms since 1970); null while it waits. */
export function secondsOf({ started_at: begun, finished_at: ended }: Job, now: number): number | null {
  if (!begun) return null;
  return Math.max(0, ((ended ? Date.parse(ended) : now) - Date.parse(begun)) / 1000);
}

/** What a job does just now, or what came of it, in a few words. */
export function jobNews(job: Job): string {
  if (isLive(job)) return said(job.message, job.said.message) || (job.status === "queued" ? t`waits for a worker` : jobStatus(job.status));
  return said(job.error ?? "", job.said.error);
}
