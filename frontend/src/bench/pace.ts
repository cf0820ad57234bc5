/** How quick the person and the line are, in milliseconds; each list holds the newest measurements. */
export interface Pace {
  /** From one answer to the next, an image. */
  answers: readonly number[];
  /** Leasing more images. */
  leases: readonly number[];
  /** Fetching and decoding one image. */
  loads: readonly number[];
}

export const UNKNOWN: Pace = { answers: [], leases: [], loads: [] };

const KEPT = 24;
const FEWEST = 8;
const MOST = 60; // more would keep images from other annotators for too long
const LANES = 6; // what browsers load at once from one server over HTTP/1.1

export function measured(pace: Pace, what: keyof Pace, ms: number): Pace {
  return { ...pace, [what]: [...pace[what], ms].slice(-KEPT) };
}

/**
 * How many unanswered images to hold. While a lease is on its way and the image behind it is fetched,
 * the person must not run out: twice what a quick stretch of answers uses up in that time, and a few.
 * Quick answers and slow loads are what counts, so quartiles are taken, not means.
 */
export function ahead(pace: Pace): number {
  const answer = Math.max(quantile(pace.answers, 0.25, 1000), 1);
  const lease = quantile(pace.leases, 0.75, 300);
  const load = quantile(pace.loads, 0.75, 300);
  const usedUp = (lease + load) / answer;
  const fetched = answer * LANES > load ? 1 : 2; // a line slower than the person: hold more
  return Math.min(Math.max(Math.ceil(2 * usedUp * fetched) + 6, FEWEST), MOST);
}

function quantile(values: readonly number[], part: number, unknown: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)] ?? unknown;
}
