import { i18n, type Messages } from "@lingui/core";

import { CATALOGUES, type Language, regionsOf } from "./languages";

let wantsMore = false; // a page was opened whose texts do not come first

/** The texts of a language, as far as pages have asked for them. */
export async function messagesOf(language: Language): Promise<Messages> {
  const { messages } = await CATALOGUES[language].first();
  return wantsMore ? { ...messages, ...(await CATALOGUES[language].more()).messages } : messages;
}

/** Makes `language` the one that texts, dates and numbers are in. */
export function speak(language: Language, messages: Messages): void {
  i18n.loadAndActivate({ locale: language, locales: regionsOf(language, navigator.languages), messages });
  document.documentElement.lang = language;
}

/** For pages whose texts do not come first: resolves when they are there in the language of the page, whichever it is by then. */
export async function moreTexts(): Promise<void> {
  wantsMore = true;
  let language;
  do {
    language = i18n.locale as Language;
    i18n.load(language, (await CATALOGUES[language].more()).messages);
  } while (language !== i18n.locale);
}
