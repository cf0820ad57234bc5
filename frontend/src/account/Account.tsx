import { Stack, Title } from "@mantine/core";

import type { Me } from "../api/client";
import { Password, Profile } from "./Profile";
import { Tokens } from "./Tokens";

/** One's own account. */
export default function Account({ me }: { me: Me }) {
  return (
    <Stack maw={640} mx="auto">
      <title>Account · Nextbatch</title>
      <Title order={2}>Account</Title>
      <Profile me={me} />
      <Password email={me.user.email} />
      <Tokens />
    </Stack>
  );
}
