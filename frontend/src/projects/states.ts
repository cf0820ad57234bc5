import { t } from "@lingui/core/macro";

import type { Cycle, Job } from "../api/client";

const jobStates = (): Record<Job["status"], string> => ({
  queued: t({ message: "queued", context: "a job's state" }),
  running: t({ message: "running", context: "a job's state" }),
  succeeded: t({ message: "succeeded", context: "a job's state" }),
  failed: t({ message: "failed", context: "a job's state" }),
  cancelled: t({ message: "cancelled", context: "a job's state" }),
});

const cycleStates = (): Record<Cycle["state"], string> => ({
  querying: t({ message: "querying", context: "a cycle's state" }),
  labelling: t({ message: "labelling", context: "a cycle's state" }),
  training: t({ message: "training", context: "a cycle's state" }),
  done: t({ message: "done", context: "a cycle's state" }),
  failed: t({ message: "failed", context: "a cycle's state" }),
});

export function jobStatus(status: Job["status"]): string {
  return jobStates()[status];
}

export function cycleState(state: Cycle["state"]): string {
  return cycleStates()[state];
}
