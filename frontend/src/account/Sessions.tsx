import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, type BrowserSession, ok } from "../api/client";
import { keys } from "../api/keys";
import { Confirm } from "../app/Confirm";
import { Failed } from "../app/States";
import { when } from "../language/format";

/** The browsers in which one is signed in. */
export function Sessions() {
  const sessions = useQuery({
    queryKey: keys.sessions,
    queryFn: async () => (await ok(api.GET("/api/v1/sessions", { params: { query: { limit: 1000 } } }))).items,
    select: (all) => [...all].sort(hereFirst),
  });
  const [ending, setEnding] = useState<BrowserSession | "others" | null>(null);
  const others = sessions.data?.some((one) => !one.current);
  return (
    <Card withBorder data-testid="sessions">
      <Stack>
        <div>
          <Group justify="space-between" wrap="nowrap">
            <Title order={2} size="h4">
              <Trans>Signed-in browsers</Trans>
            </Title>
            {others && (
              <Button
                variant="default"
                style={{ flex: "none" }}
                onClick={() => {
                  setEnding("others");
                }}
              >
                <Trans>Sign out others</Trans>
              </Button>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            <Trans>Sign out what you do not know, and change your password then.</Trans>
          </Text>
        </div>
        {sessions.error && <Failed error={sessions.error} onRetry={() => void sessions.refetch()} />}
        {sessions.isPending && <Skeleton h={60} />}
        {sessions.data?.map((one) => (
          <Group key={one.id} justify="space-between" wrap="nowrap" data-testid="session">
            <div style={{ minWidth: 0 }}>
              <Group gap={6} wrap="nowrap">
                <Text size="sm" fw={500} truncate>
                  {nameOf(one)}
                </Text>
                {one.current && (
                  <Badge size="xs" variant="light" color="indigo" tt="none" style={{ flex: "none" }}>
                    <Trans>this one</Trans>
                  </Badge>
                )}
              </Group>
              <Text size="xs" c="dimmed">
                <Trans>signed in {{ time: when(one.created_at) }}</Trans>
              </Text>
              {!one.current && (
                <Text size="xs" c="dimmed">
                  <Trans>last seen {{ time: when(one.last_seen_at) }}</Trans>
                </Text>
              )}
            </div>
            {!one.current && (
              <Button
                size="compact-sm"
                variant="default"
                style={{ flex: "none" }}
                onClick={() => {
                  setEnding(one);
                }}
              >
                <Trans>Sign out</Trans>
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {ending && <SignOut which={ending} onClose={() => { setEnding(null); }} />}
    </Card>
  );
}

function hereFirst(one: BrowserSession, other: BrowserSession): number {
  return Number(other.current) - Number(one.current) || other.last_seen_at.localeCompare(one.last_seen_at);
}

function nameOf({ browser, system }: BrowserSession): string {
  if (browser !== null && system !== null) return t`${browser} on ${system}`;
  return browser ?? system ?? t`Unknown browser`;
}

function SignOut({ which, onClose }: { which: BrowserSession | "others"; onClose: () => void }) {
  const client = useQueryClient();
  const end = useMutation({
    meta: { inline: true },
    mutationFn: () =>
      which === "others"
        ? ok(api.DELETE("/api/v1/sessions"))
        : ok(api.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id: which.id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.sessions });
      onClose();
    },
  });
  return (
    <Confirm
      title={which === "others" ? t`Sign out everywhere else?` : t`Sign out ${{ name: nameOf(which) }}?`}
      action={t`Sign out`}
      pending={end.isPending}
      error={end.error}
      onClose={onClose}
      onConfirm={() => {
        end.mutate();
      }}
    >
      <Trans>It takes effect at once. Answers that are not sent yet wait there until you sign in again. API tokens stay.</Trans>
    </Confirm>
  );
}
