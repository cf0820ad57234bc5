import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Center, Paper, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, ok } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { LanguageSwitch } from "../language/LanguageSwitch";
import { OpenIdButton, OpenIdRefused } from "./OpenId";

/** The page of who is not signed in. */
export default function Login() {
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w={380} shadow="sm">
        <Stack>
          <Title order={1} size="h2">
            <img src="/icon.svg" alt="" width={28} height={28} style={{ verticalAlign: "-4px" }} /> Nextbatch
          </Title>
          <SignIn />
          <LanguageSwitch />
        </Stack>
      </Paper>
    </Center>
  );
}

/** Asks for email and password, and signs in; or leads to where else one signs in. */
export function SignIn() {
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.POST("/api/v1/auth/login", { body: { email, password } })),
    onSuccess: (me) => client.setQueryData(keys.me, me),
  });

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    login.mutate();
  }

  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label={t`Email`}
        type="email"
        autoComplete="username"
        required
        autoFocus
        value={email}
        onChange={(event) => {
          setEmail(event.currentTarget.value);
        }}
      />
      <PasswordInput
        label={t`Password`}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
      />
      {login.error ? <Alert color="red">{messageOf(login.error)}</Alert> : <OpenIdRefused />}
      <Button type="submit" loading={login.isPending}>
        <Trans>Sign in</Trans>
      </Button>
      <OpenIdButton />
    </Stack>
  );
}
