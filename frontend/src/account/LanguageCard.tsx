import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Card, Select, Stack, Title } from "@mantine/core";

import type { Me } from "../api/client";
import { isLanguage, LANGUAGES, nameOf } from "../language/languages";
import { useChangePreferences } from "./usePreferences";

/** The language of the pages for whom this account belongs to, on every machine. */
export function LanguageCard({ me }: { me: Me }) {
  const change = useChangePreferences();
  return (
    <Card withBorder>
      <Stack>
        <Title order={2} size="h4">
          <Trans>Language</Trans>
        </Title>
        <Select
          aria-label={t`Language`}
          data={[
            { value: "auto", label: t`As in this browser` },
            ...LANGUAGES.map((value) => ({ value, label: nameOf(value) })),
          ]}
          value={me.preferences.language}
          allowDeselect={false}
          onChange={(next) => {
            change({ language: isLanguage(next) ? next : "auto" });
          }}
        />
      </Stack>
    </Card>
  );
}
