import { t } from "@lingui/core/macro";
import { Center, SegmentedControl } from "@mantine/core";

import { isLanguage, LANGUAGES, nameOf } from "./languages";
import { useLanguageHere } from "./useLanguage";

/** The languages by their own names, for who is not signed in. */
export function LanguageSwitch() {
  const [language, choose] = useLanguageHere();
  return (
    <Center>
      <SegmentedControl
        size="xs"
        aria-label={t`Language`}
        data={LANGUAGES.map((value) => ({ value, label: nameOf(value) }))}
        value={language}
        onChange={(next) => {
          if (isLanguage(next)) choose(next);
        }}
      />
    </Center>
  );
}
