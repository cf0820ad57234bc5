import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Badge, Button, Card, Group, Menu, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconDots, IconSearch, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";

import type { Me, User } from "../api/client";
import { Failed, NotAllowed } from "../app/States";
import { undoable } from "../app/undo";
import { PasswordLink } from "./PasswordLink";
import { NewPassword, NewUser } from "./UserDialogs";
import { useChangeUser, useSaveUser, useUsers } from "./useUsers";

/** All accounts of the service, for administrators. */
export default function Users({ me }: { me: Me }) {
  const users = useUsers(me.user.is_admin);
  const [find, setFind] = useState("");
  const [creating, setCreating] = useState(false);
  const [locked, setLocked] = useState<User | null>(null);
  const [linked, setLinked] = useState<User | null>(null);
  if (!me.user.is_admin) {
    return (
      <Stack maw={760} mx="auto">
        <NotAllowed title={t`Users are for administrators`}>{t`An administrator of this service can make you one.`}</NotAllowed>
      </Stack>
    );
  }
  const wanted = find.trim().toLowerCase();
  const shown = users.data?.filter((user) => `${user.name} ${user.email}`.toLowerCase().includes(wanted)) ?? [];
  return (
    <Stack maw={760} mx="auto">
      <title>{t`Users · Nextbatch`}</title>
      <Group justify="space-between">
        <Title order={1} size="h2"><Trans>Users</Trans></Title>
        <Button
          leftSection={<IconUserPlus size={16} />}
          onClick={() => {
            setCreating(true);
          }}
        >
          <Trans>New user</Trans>
        </Button>
      </Group>
      {users.error && <Failed error={users.error} onRetry={() => void users.refetch()} />}
      {users.isPending && <Skeleton h={160} />}
      {users.data && (
        <Card withBorder>
          <Stack gap="md">
            {users.data.length > 8 && (
              <TextInput
                aria-label={t`Find by name or email`}
                placeholder={t`Find by name or email`}
                leftSection={<IconSearch size={16} />}
                value={find}
                onChange={(event) => {
                  setFind(event.currentTarget.value);
                }}
              />
            )}
            {shown.length === 0 && (
              <Text size="sm" c="dimmed">
                <Trans>Nobody has this in their name or address.</Trans>
              </Text>
            )}
            {shown.map((user) => (
              <Person
                key={user.id}
                user={user}
                own={user.id === me.user.id}
                onPassword={() => {
                  setLocked(user);
                }}
                onLink={() => {
                  setLinked(user);
                }}
              />
            ))}
          </Stack>
        </Card>
      )}
      {creating && <NewUser onClose={() => { setCreating(false); }} />}
      {locked && <NewPassword user={locked} onClose={() => { setLocked(null); }} />}
      {linked && <PasswordLink user={linked} onClose={() => { setLinked(null); }} />}
    </Stack>
  );
}

interface PersonProps {
  user: User;
  own: boolean;
  onPassword: () => void;
  onLink: () => void;
}

function Person({ user, own, onPassword, onLink }: PersonProps) {
  const change = useChangeUser();
  const save = useSaveUser();
  function deactivate() {
    const removal = change.mutateAsync({ id: user.id, active: false });
    void undoable(removal, t`Deactivated ${{ name: user.name }}.`, () => save({ id: user.id, active: true }));
  }
  return (
    <Group justify="space-between" wrap="nowrap" data-testid={`user-${user.email}`}>
      <div style={{ minWidth: 0 }}>
        <Group gap={6} wrap="nowrap">
          <Text size="sm" fw={500} truncate>
            {user.name}
          </Text>
          {own && <Mark color="gray">{t`you`}</Mark>}
          {user.is_admin && <Mark color="indigo">{t`administrator`}</Mark>}
          {!user.active && <Mark color="gray">{t`deactivated`}</Mark>}
        </Group>
        <Text size="xs" c="dimmed" truncate>
          {user.email}
        </Text>
      </div>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t`More for ${{ name: user.name }}`} loading={change.isPending}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() => {
              change.mutate({ id: user.id, is_admin: !user.is_admin });
            }}
          >
            {user.is_admin ? t`Take administrator rights` : t`Make administrator`}
          </Menu.Item>
          {!own && <Menu.Item onClick={onPassword}><Trans>Set a new password</Trans></Menu.Item>}
          {!own && user.active && <Menu.Item onClick={onLink}><Trans>Make a password link</Trans></Menu.Item>}
          {!own && (
            <Menu.Item
              {...(user.active && { color: "red" })}
              onClick={() => {
                if (user.active) deactivate();
                else change.mutate({ id: user.id, active: true });
              }}
            >
              {user.active ? t`Deactivate` : t`Activate`}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function Mark({ color, children }: { color: string; children: string }) {
  return (
    <Badge size="xs" variant="light" color={color} tt="none" style={{ flex: "none" }}>
      {children}
    </Badge>
  );
}
