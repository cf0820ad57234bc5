const DAY = 24 * 60 * 60 * 1000; // milliseconds

/** How many whole days are left until a time (ISO 8601), which may be over. */
export function daysUntil(time: string, now: number): number {
  return Math.max(0, Math.floor((Date.parse(time) - now) / DAY));
}
