/** The languages of the pages: what is needed at once, and what the pages add that are loaded when they are asked for. */
export const CATALOGUES = {
  en: { first: () => import("../locales/en"), more: () => import("../locales/en.more") },
  ko: { first: () => import("../locales/ko"), more: () => import("../locales/ko.more") },
};

export type Language = keyof typeof CATALOGUES;

export const LANGUAGES = Object.keys(CATALOGUES) as Language[];

export function isLanguage(name: unknown): name is Language {
  return typeof name === "string" && name in CATALOGUES;
}

/** What its speakers call a language. */
export function nameOf(language: Language): string {
  return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
}

/** The first of `wanted` (BCP 47 tags such as `ko-KR`, the dearest first) that there is; English when there is none. */
export function firstOf(wanted: readonly string[]): Language {
  return wanted.map(base).find(isLanguage) ?? "en";
}

/** Where `wanted` names a country for the language (`en-GB`), dates and numbers are as they are there. */
export function regionsOf(language: Language, wanted: readonly string[]): string[] {
  return [...wanted.filter((tag) => base(tag) === language), language];
}

function base(tag: string): string | undefined {
  return tag.split("-")[0]?.toLowerCase();
}
