import { i18n } from "@lingui/core";

/** A time (ISO 8601) as it is written in the language of the page. */
export function when(time: string): string {
  return new Intl.DateTimeFormat(locales(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}

/** A day of this year, without its time. */
export function day(date: Date): string {
  return new Intl.DateTimeFormat(locales(), { weekday: "short", month: "short", day: "numeric" }).format(date);
}

/** A number, in groups of three where that is the custom. */
export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(locales(), options).format(value);
}

/** So many bytes, in the unit that suits. */
export function size(bytes: number): string {
  const [unit, scale] = bytes >= 1e9 ? (["gigabyte", 1e9] as const) : bytes >= 1e6 ? (["megabyte", 1e6] as const) : (["kilobyte", 1e3] as const);
  return number(bytes / scale, { style: "unit", unit, maximumFractionDigits: 1 });
}

/** A share of one, as a percentage with so many digits after the point. */
export function percent(share: number, digits = 0): string {
  return number(share, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A time of day (ISO 8601) to the second. */
export function clock(time: string): string {
  return new Intl.DateTimeFormat(locales(), { timeStyle: "medium" }).format(new Date(time));
}

/** A span of time in the two greatest units that it has; below a minute in seconds. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "day"],
    [Math.floor(whole / 3600) % 24, "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ];
  const first = Math.max(0, parts.findIndex(([count]) => count > 0));
  const told = whole < 1 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([count]) => count > 0);
  return told.map(([count, unit]) => number(count, { style: "unit", unit, unitDisplay: "short" })).join(" ");
}

function locales(): Intl.LocalesArgument {
  return i18n.locales ?? i18n.locale;
}
