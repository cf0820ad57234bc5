import { readLocalStorageValue, useLocalStorage } from "@mantine/hooks";

import { firstOf, isLanguage, type Language } from "./languages";

// What was chosen on the sign-in page, for everybody who has no choice of their own.
const KEY = "language";

/** The language before it is known who is there. */
export function languageHere(): Language {
  const chosen = readLocalStorageValue<unknown>({ key: KEY });
  return isLanguage(chosen) ? chosen : firstOf(navigator.languages);
}

/** The language of this browser, for who chose none, and the way to change it. */
export function useLanguageHere(): [Language, (language: Language) => void] {
  const [chosen, choose] = useLocalStorage<Language | null>({
    key: KEY,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  return [isLanguage(chosen) ? chosen : firstOf(navigator.languages), choose];
}
