import type { Job } from "../api/client";

/** Things that a job works on, with what is newest known of their jobs. */
export function withJobs<T extends { job: Job }>(things: readonly T[], jobs: readonly Job[]): T[] {
  return things.map((thing) => ({ ...thing, job: jobs.find((job) => job.id === thing.job.id) ?? thing.job }));
}
