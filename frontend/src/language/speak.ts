import { i18n, type Messages } from "@lingui/core";

import { type Language, regionsOf } from "./languages";

/** Makes `language` the one that texts, dates and numbers are in. */
export function speak(language: Language, messages: Messages): void {
  i18n.loadAndActivate({ locale: language, locales: regionsOf(language, navigator.languages), messages });
  document.documentElement.lang = language;
}
