import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Stack, Title } from "@mantine/core";

import type { Me } from "../api/client";
import { LanguageCard } from "./LanguageCard";
import { Password, Profile } from "./Profile";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";

/** One's own account. */
export default function Account({ me }: { me: Me }) {
  return (
    <Stack maw={640} mx="auto">
      <title>{t`Account · Nextbatch`}</title>
      <Title order={1} size="h2">
        <Trans>Account</Trans>
      </Title>
      <Profile me={me} />
      <LanguageCard me={me} />
      <Password email={me.user.email} />
      <Sessions />
      <Tokens />
    </Stack>
  );
}
