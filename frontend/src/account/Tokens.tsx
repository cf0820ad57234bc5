import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, Modal, Select, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { api, ok, type Token } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { Confirm } from "../app/Confirm";
import { CopyOnce } from "../app/CopyOnce";
import { Failed } from "../app/States";
import { when } from "../language/format";

/** One's API tokens: for scripts, and for the command on another machine. */
export function Tokens() {
  const tokens = useQuery({
    queryKey: keys.tokens,
    queryFn: async () => (await ok(api.GET("/api/v1/tokens", { params: { query: { limit: 1000 } } }))).items,
  });
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  return (
    <Card withBorder data-testid="tokens">
      <Stack>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Title order={2} size="h4">
              <Trans>API tokens</Trans>
            </Title>
            <Text size="sm" c="dimmed">
              <Trans>
                Programs send one as <code>Authorization: Bearer nb_...</code>, and may then do what you may do.
              </Trans>
            </Text>
          </div>
          <Button
            variant="default"
            style={{ flex: "none" }}
            onClick={() => {
              setCreating(true);
            }}
          >
            <Trans>New token</Trans>
          </Button>
        </Group>
        {tokens.error && <Failed error={tokens.error} onRetry={() => void tokens.refetch()} />}
        {tokens.isPending && <Skeleton h={60} />}
        {tokens.data?.length === 0 && (
          <Text size="sm" c="dimmed">
            <Trans>None yet.</Trans>
          </Text>
        )}
        {tokens.data?.map((token) => (
          <Group key={token.id} justify="space-between" wrap="nowrap" data-testid={`token-${token.name}`}>
            <div style={{ minWidth: 0 }}>
              <Text size="sm" fw={500} truncate>
                {token.name}
              </Text>
              <Text size="xs" c="dimmed">
                <Trans>
                  made {{ time: when(token.created_at) }} · {{ ends: ends(token) }}
                </Trans>
              </Text>
            </div>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                setRevoking(token);
              }}
            >
              <Trans>Revoke</Trans>
            </Button>
          </Group>
        ))}
      </Stack>
      {creating && <NewToken onClose={() => { setCreating(false); }} />}
      {revoking && <Revoke token={revoking} onClose={() => { setRevoking(null); }} />}
    </Card>
  );
}

function ends({ expires_at }: Token): string {
  if (expires_at === null) return t`works until it is revoked`;
  const time = when(expires_at);
  return new Date(expires_at) < new Date() ? t`expired ${time}` : t`works until ${time}`;
}

const lifetimes = () => [
  { value: "30", label: t`30 days` },
  { value: "90", label: t`90 days` },
  { value: "365", label: t`One year` },
  { value: "", label: t`Until it is revoked` },
];

function NewToken({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const create = useMutation({
    meta: { inline: true },
    mutationFn: () => {
      const expires = days ? new Date(Date.now() + Number(days) * 24 * 3600 * 1000).toISOString() : null;
      return ok(api.POST("/api/v1/tokens", { body: { name, expires_at: expires } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    create.mutate();
  }
  return (
    <Modal opened onClose={onClose} title={create.data ? t`Your new token` : t`New API token`}>
      {create.data ? (
        <Stack>
          <CopyOnce label={t`Token`} value={create.data.token} note={t`It is shown this once. Keep it like a password.`} />
          <Group justify="flex-end">
            <Button onClick={onClose}>
              <Trans>Done</Trans>
            </Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={t`Name`}
              description={t`What it is for, so that you know it again`}
              placeholder={t`nightly import`}
              required
              data-autofocus
              value={name}
              onChange={(event) => {
                setName(event.currentTarget.value);
              }}
            />
            <Select
              label={t`It works for`}
              data={lifetimes()}
              value={days}
              allowDeselect={false}
              onChange={(next) => {
                setDays(next ?? "");
              }}
            />
            {create.error && <Alert color="red">{messageOf(create.error)}</Alert>}
            <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
              <Trans>Create token</Trans>
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Revoke({ token, onClose }: { token: Token; onClose: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    meta: { inline: true },
    mutationFn: () => ok(api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: token.id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.tokens });
      onClose();
    },
  });
  return (
    <Confirm
      title={t`Revoke ${{ name: token.name }}?`}
      action={t`Revoke`}
      pending={revoke.isPending}
      error={revoke.error}
      onClose={onClose}
      onConfirm={() => {
        revoke.mutate();
      }}
    >
      <Trans>Programs that use it are refused at once.</Trans>
    </Confirm>
  );
}
