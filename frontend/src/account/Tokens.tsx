import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, ok, type Token } from "../api/client";
import { keys } from "../api/keys";
import { Confirm } from "../app/Confirm";
import { Failed } from "../app/States";
import { when } from "../language/format";
import { NewToken } from "./NewToken";
import { scopeName } from "./scopes";

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
        <div>
          <Group justify="space-between" wrap="nowrap">
            <Title order={2} size="h4">
              <Trans>API tokens</Trans>
            </Title>
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
          <Text size="sm" c="dimmed">
            <Trans>
              Programs send one as <code>Authorization: Bearer nb_...</code>, and may then do what you may do, as far as the
              token goes.
            </Trans>
          </Text>
        </div>
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
              <Group gap={6} wrap="nowrap">
                <Text size="sm" fw={500} truncate>
                  {token.name}
                </Text>
                <Badge size="xs" variant="light" color="gray" tt="none" style={{ flex: "none" }}>
                  {scopeName(token.scope)}
                </Badge>
              </Group>
              <Text size="xs" c="dimmed">
                <Trans>
                  made {{ time: when(token.created_at) }} · {{ ends: ends(token) }}
                </Trans>
              </Text>
              <Text size="xs" c="dimmed">
                {token.last_used_at === null ? t`not used yet` : t`last used ${{ time: when(token.last_used_at) }}`}
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
