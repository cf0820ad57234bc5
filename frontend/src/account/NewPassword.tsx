import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Link, useParams } from "react-router";

import { api, ok } from "../api/client";
import { fieldErrors, messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { LanguageSwitch } from "../language/LanguageSwitch";
import { NewPasswordField } from "./fields";
import { LinkFrame, LinkLoading, LinkRefused } from "./LinkFrame";

/** Where an administrator's link leads who has lost their password. */
export default function NewPassword() {
  const { secret = "" } = useParams();
  const link = useQuery({
    queryKey: ["new-password", secret],
    staleTime: Infinity, // it worked when the page opened; setting the password will tell if it does not any more
    queryFn: () => ok(api.POST("/api/v1/new-password/preview", { body: { secret } })),
  });
  if (link.isPending) return <LinkLoading />;
  if (link.error) return <LinkRefused error={link.error} final="password_link_" onRetry={() => void link.refetch()} />;
  return (
    <LinkFrame>
      <title>{t`New password · Nextbatch`}</title>
      <NewPasswordForm secret={secret} name={link.data.name} email={link.data.email} />
      <LanguageSwitch />
    </LinkFrame>
  );
}

function NewPasswordForm({ secret, name, email }: { secret: string; name: string; email: string }) {
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const change = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.POST("/api/v1/new-password", { body: { secret, password } })),
    // This browser may be one of those that are signed out by it.
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
  const wrong = fieldErrors(change.error);
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    change.mutate();
  }
  if (change.isSuccess) {
    return (
      <>
        <Title order={1} size="h3">
          <Trans>Your password is set</Trans>
        </Title>
        <Text size="sm">
          <Trans>You are signed out in all browsers. Sign in with the new password.</Trans>
        </Text>
        <Button component={Link} to="/">
          <Trans>Go to Nextbatch</Trans>
        </Button>
      </>
    );
  }
  return (
    <Stack component="form" onSubmit={submit}>
      <div>
        <Title order={1} size="h3">
          <Trans>Set a new password</Trans>
        </Title>
        <Text c="dimmed" size="sm" mt={4} style={{ overflowWrap: "anywhere" }}>
          <Trans>
            For {name} ({email})
          </Trans>
        </Text>
      </div>
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <NewPasswordField required value={password} error={wrong.password} onChange={setPassword} />
      {change.error && Object.keys(wrong).length === 0 && <Alert color="red">{messageOf(change.error)}</Alert>}
      <Button type="submit" loading={change.isPending} disabled={!password}>
        <Trans>Set password</Trans>
      </Button>
    </Stack>
  );
}
