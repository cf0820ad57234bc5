import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { type ReactNode, useEffect, useState } from "react";

import type { Language } from "./languages";
import { messagesOf, speak } from "./speak";

/** What is within is in `language`. When that changes it is made anew, because texts are looked up while rendering. */
export function InLanguage({ language, children }: { language: Language; children: ReactNode }) {
  const [spoken, setSpoken] = useState(() => (i18n.locale === language ? language : null));
  useEffect(() => {
    let wanted = true;
    void messagesOf(language).then((messages) => {
      if (!wanted) return;
      speak(language, messages);
      setSpoken(language);
    });
    return () => {
      wanted = false;
    };
  }, [language]);
  if (spoken === null) return null;
  return (
    <I18nProvider i18n={i18n} key={spoken}>
      {children}
    </I18nProvider>
  );
}
