import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type SyntheticEvent, useState } from "react";

import { api, type Me, ok } from "../api/client";
import { fieldErrors, messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { NameField, NewPasswordField } from "./fields";

/** One's own name. */
export function Profile({ me }: { me: Me }) {
  const client = useQueryClient();
  const [name, setName] = useState(me.user.name);
  const save = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.PATCH("/api/v1/me", { body: { name } })),
    onSuccess: (changed) => {
      client.setQueryData(keys.me, changed);
    },
  });
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <Card withBorder component="form" onSubmit={submit}>
      <Stack>
        <Title order={2} size="h4">
          <Trans>Profile</Trans>
        </Title>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {me.user.is_admin ? (
            <Trans>
              <Dimmed>Signed in as</Dimmed> {{ email: me.user.email }}, an administrator
            </Trans>
          ) : (
            <Trans>
              <Dimmed>Signed in as</Dimmed> {{ email: me.user.email }}
            </Trans>
          )}
        </Text>
        <NameField
          value={name}
          error={save.error && (fieldErrors(save.error).name ?? messageOf(save.error))}
          onChange={setName}
        />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!name.trim() || name.trim() === me.user.name}>
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function Dimmed({ children }: { children?: ReactNode }) {
  return (
    <Text span c="dimmed" size="sm">
      {children}
    </Text>
  );
}

/** One's own password; the old one is asked for. */
export function Password({ email }: { email: string }) {
  const client = useQueryClient();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.PUT("/api/v1/me/password", { body: { old_password: old, new_password: fresh } })),
    onSuccess: () => {
      setOld("");
      setFresh("");
      void client.invalidateQueries({ queryKey: keys.sessions });
      notifications.show({ color: "green", message: t`The password is changed. Other browsers are signed out.` });
    },
  });
  const wrong = fieldErrors(change.error);
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    change.mutate();
  }
  return (
    <Card withBorder component="form" onSubmit={submit}>
      <Stack>
        <Title order={2} size="h4">
          <Trans>Password</Trans>
        </Title>
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t`Present password`}
          autoComplete="current-password"
          value={old}
          error={wrong.old_password}
          onChange={(event) => {
            setOld(event.currentTarget.value);
          }}
        />
        <NewPasswordField value={fresh} error={wrong.new_password} onChange={setFresh} />
        {change.error && Object.keys(wrong).length === 0 && <Alert color="red">{messageOf(change.error)}</Alert>}
        <Group>
          <Button type="submit" loading={change.isPending} disabled={!old || !fresh}>
            <Trans>Change password</Trans>
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
