import { plural, t } from "@lingui/core/macro";

import type { Cycle, Job } from "../api/client";

/** What goes on while there is nothing to label; `part` (0..1) and `left` are null where nobody knows. */
export interface Waiting {
  title: string;
  text: string;
  part: number | null;
  left: string | null;
}

const comes = () => t`The next images come by themselves.`;
const stops = () => t`When the next cycle opens, its images appear here by themselves.`;

/** What to tell somebody who waits at `now`. `goesOn`: whether a trained cycle opens the next one by itself. */
export function waiting(cycle: Cycle | undefined, jobs: readonly Job[], goesOn: boolean, now: number): Waiting {
  const quiet = { title: t`Nothing to label now`, text: stops(), part: null, left: null };
  if (!cycle || cycle.state === "done") {
    const run = jobs.find((job) => job.kind === "pretext" && isLive(job));
    return run ? { ...quiet, title: t`A pretext run ranks the images`, ...progress(run, now) } : quiet;
  }
  const of = (id: string | null) => progress(jobs.find((job) => job.id === id), now);
  const open = cycle.state === "labelling" && cycle.answered + cycle.skipped < cycle.queued; // its images are on their way
  switch (open ? "querying" : cycle.state) {
    case "querying":
      return { title: t`Cycle ${{ number: cycle.number }} chooses its images`, text: comes(), ...of(cycle.query_job_id) };
    case "failed":
      return { ...quiet, title: t`Cycle ${{ number: cycle.number }} has failed`, text: t`An engineer can try again on the project's page.` };
    case "labelling": // its last answer came just now
    case "training":
      return { title: t`Cycle ${{ number: cycle.number }} trains`, text: goesOn ? comes() : stops(), ...of(cycle.training_job_id) };
  }
}

function progress(job: Job | undefined, now: number): Pick<Waiting, "part" | "left"> {
  return { part: job?.progress ?? 0, left: job ? timeLeft(job, now) : null };
}

/** A job's time left in words; null before anything can be told, and for jobs that went on from a checkpoint. */
export function timeLeft(job: Job, now: number): string | null {
  if (job.status !== "running" || job.started_at === null || job.attempts > 1) return null;
  const seconds = (now - Date.parse(job.started_at)) / 1000;
  if (seconds < 3 || job.progress < 0.1) return null;
  const left = (seconds * (1 - job.progress)) / job.progress;
  if (left < 10) return t`a few seconds left`;
  if (left < 55) return t`about ${{ seconds: 10 * Math.ceil(left / 10) }} seconds left`;
  if (left < 90) return t`about a minute left`;
  if (left < 90 * 60) return t`about ${{ minutes: Math.round(left / 60) }} minutes left`;
  return plural(Math.round(left / 3600), { one: "about an hour left", other: "about # hours left" });
}

function isLive(job: Job): boolean {
  return job.status === "running" || job.status === "queued";
}
