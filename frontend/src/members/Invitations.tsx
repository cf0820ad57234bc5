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
      <Title order={4} mb="xs">
        Invitations
      </Title>
      {invitations.error && <Failed error={invitations.error} onRetry={() => void invitations.refetch()} />}
      {invitations.isPending && <Skeleton h={60} />}
      {invitations.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet. An invitation is a link that works once: whoever follows it signs in, or makes an account, and is a
          member.
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
                  {invitation.state}
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
                Revoke
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {revoking && (
        <Confirm
          title="Revoke this invitation?"
          action="Revoke"
          pending={revoke.isPending}
          error={revoke.error}
          onClose={close}
          onConfirm={() => {
            revoke.mutate(revoking.id, { onSuccess: close });
          }}
        >
          Whoever has the link cannot join with it any more. You can make another one.
        </Confirm>
      )}
    </Card>
  );
}

const COLORS: Record<Invitation["state"], string> = { open: "indigo", used: "green", revoked: "gray", expired: "gray" };

function story(invitation: Invitation): string {
  const made = `by ${invitation.invited_by?.name ?? "somebody who is gone"}, ${when(invitation.created_at)}`;
  switch (invitation.state) {
    case "open":
      return `${made} · works until ${when(invitation.expires_at)}`;
    case "used":
      return `${made} · ${invitation.used_by?.name ?? "somebody"} joined`;
    case "revoked":
      return `${made} · taken back`;
    case "expired":
      return `${made} · expired ${when(invitation.expires_at)}`;
  }
}
