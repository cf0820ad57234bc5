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

/** A share of one, as a percentage with so many digits after the point. */
export function percent(share: number, digits = 0): string {
  return number(share, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function locales(): Intl.LocalesArgument {
  return i18n.locales ?? i18n.locale;
}
