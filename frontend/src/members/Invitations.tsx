import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";

import type { Invitation } from "../api/client";
import { Confirm } from "../app/Confirm";
import { Failed } from "../app/States";
import { when } from "../language/format";
import { roleLabel } from "./roles";
import { useInvitations, useRevoke } from "./useMembers";

/** The links that were made, and what became of them. */
export function Invitations({ project }: { project: string }) {
  const invitations = useInvitations(project, true);
  const revoke = useRevoke(project);
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const close = () => {
    setRevoking(null);
  };
  return (
    <Card withBorder data-testid="invitations">
      <Title order={3} size="h4" mb="xs">
        <Trans>Invitations</Trans>
      </Title>
      {invitations.error && <Failed error={invitations.error} onRetry={() => void invitations.refetch()} />}
      {invitations.isPending && <Skeleton h={60} />}
      {invitations.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          <Trans>
            None yet. An invitation is a link that works once: whoever follows it signs in, or makes an account, and is a
            member.
          </Trans>
        </Text>
      )}
      <Stack gap="sm">
        {invitations.data?.map((invitation) => (
          <Group key={invitation.id} justify="space-between" gap="xs" wrap="nowrap">
            <div>
              <Group gap={8}>
                <Text size="sm" fw={500}>
                  {roleLabel(invitation.role)}
                </Text>
                <Badge size="sm" variant="light" color={COLORS[invitation.state]} tt="none">
                  {states()[invitation.state]}
                </Badge>
              </Group>
              <Text size="xs" c="dimmed">
                {story(invitation)}
              </Text>
            </div>
            {invitation.state === "open" && (
              <Button
                size="compact-sm"
                variant="default"
                loading={revoke.isPending && revoke.variables === invitation.id}
                onClick={() => {
                  setRevoking(invitation);
                }}
              >
                <Trans>Revoke</Trans>
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {revoking && (
        <Confirm
          title={t`Revoke this invitation?`}
          action={t`Revoke`}
          pending={revoke.isPending}
          error={revoke.error}
          onClose={close}
          onConfirm={() => {
            revoke.mutate(revoking.id, { onSuccess: close });
          }}
        >
          <Trans>Whoever has the link cannot join with it any more. You can make another one.</Trans>
        </Confirm>
      )}
    </Card>
  );
}

const states = (): Record<Invitation["state"], string> => ({
  open: t({ message: "open", context: "an invitation's state" }),
  used: t({ message: "used", context: "an invitation's state" }),
  revoked: t({ message: "revoked", context: "an invitation's state" }),
  expired: t({ message: "expired", context: "an invitation's state" }),
});

const COLORS: Record<Invitation["state"], string> = { open: "indigo", used: "green", revoked: "gray", expired: "gray" };

function story(invitation: Invitation): string {
  const made = t`by ${{ name: invitation.invited_by?.name ?? t`somebody who is gone` }}, ${{ createdAt: when(invitation.created_at) }}`;
  switch (invitation.state) {
    case "open":
      return t`${made} · works until ${{ expiresAt: when(invitation.expires_at) }}`;
    case "used":
      return t`${made} · ${{ name: invitation.used_by?.name ?? t`somebody` }} joined`;
    case "revoked":
      return t`${made} · taken back`;
    case "expired":
      return t`${made} · expired ${{ expiresAt: when(invitation.expires_at) }}`;
  }
}
