import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Badge, Button, Card, Group, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconUserMinus, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useParams } from "react-router";

import type { Me, Member } from "../api/client";
import { Confirm } from "../app/Confirm";
import { Failed } from "../app/States";
import { undoable } from "../app/undo";
import { covers, useProject } from "../projects/useProject";
import { Invitations } from "./Invitations";
import { InviteDialog } from "./InviteDialog";
import { roleLabel, roleList } from "./roles";
import { useChangeMember, useMembers, usePutMember, useRemoveMember } from "./useMembers";

/** The people of a project, and the invitations to it. */
export default function Members({ me }: { me: Me }) {
  const { id = "" } = useParams();
  const project = useProject(id);
  const members = useMembers(id);
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Member | null>(null);
  if (!project.data) return <Skeleton h={200} />;
  const owner = covers(project.data.role, "owner");
  const owners = members.data?.filter((member) => member.role === "owner").length ?? 0;

  return (
    <Stack maw={760}>
      <title>{t`Members · ${{ name: project.data.name }} · Nextbatch`}</title>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h3"><Trans>Members</Trans></Title>
          {!owner && (
            <Text size="sm" c="dimmed">
              <Trans>Owners invite people and change roles.</Trans>
            </Text>
          )}
        </div>
        {owner && (
          <Button
            leftSection={<IconUserPlus size={16} />}
            onClick={() => {
              setInviting(true);
            }}
          >
            <Trans>Invite</Trans>
          </Button>
        )}
      </Group>
      {members.error && <Failed error={members.error} onRetry={() => void members.refetch()} />}
      {members.isPending && <Skeleton h={120} />}
      {members.data && (
        <Card withBorder>
          <Stack gap="md" role="list" aria-label={t`Members`}>
            {members.data.map((member) => (
              <Person
                key={member.user_id}
                project={id}
                member={member}
                own={member.user_id === me.user.id}
                owner={owner}
                last={member.role === "owner" && owners === 1}
                onRemove={() => {
                  setRemoving(member);
                }}
              />
            ))}
          </Stack>
        </Card>
      )}
      {owner && <Invitations project={id} />}
      {inviting && (
        <InviteDialog
          project={id}
          onClose={() => {
            setInviting(false);
          }}
        />
      )}
      {removing && (
        <Remove
          project={id}
          member={removing}
          canReturn={removing.user_id !== me.user.id || me.user.is_admin}
          onClose={() => {
            setRemoving(null);
          }}
        />
      )}
    </Stack>
  );
}

interface PersonProps {
  project: string;
  member: Member;
  own: boolean;
  owner: boolean;
  /** The last owner stays one. */
  last: boolean;
  onRemove: () => void;
}

function Person({ project, member, own, owner, last, onRemove }: PersonProps) {
  const change = useChangeMember(project);
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap" role="listitem" data-testid={`member-${member.email}`}>
      <div style={{ minWidth: 0 }}>
        <Group gap={6} wrap="nowrap">
          <Text size="sm" fw={500} truncate>
            {member.name}
          </Text>
          {own && (
            <Badge size="xs" variant="light" color="gray" tt="none" style={{ flex: "none" }}>
              <Trans>you</Trans>
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" truncate>
          {member.email}
        </Text>
      </div>
      {owner ? (
        <Group gap={4} wrap="nowrap">
          <Select
            aria-label={t`Role of ${{ name: member.name }}`}
            w={128}
            size="sm"
            allowDeselect={false}
            disabled={last}
            title={last ? t`The last owner stays one; make somebody else an owner first` : undefined}
            data={roleList().map(({ value, label }) => ({ value, label }))}
            value={change.isPending ? change.variables.role : member.role}
            onChange={(role) => {
              if (role && role !== member.role) change.mutate({ user: member.user_id, role });
            }}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            disabled={last || change.isPending} // who is brought back has the role that they had
            aria-label={own ? t`Leave the project` : t`Remove ${{ name: member.name }}`}
            onClick={onRemove}
          >
            <IconUserMinus size={18} />
          </ActionIcon>
        </Group>
      ) : (
        <Text size="sm">{roleLabel(member.role)}</Text>
      )}
    </Group>
  );
}

interface RemoveProps {
  project: string;
  member: Member;
  /** Who has left a project cannot let themselves in again. */
  canReturn: boolean;
  onClose: () => void;
}

function Remove({ project, member, canReturn, onClose }: RemoveProps) {
  const remove = useRemoveMember(project);
  const put = usePutMember(project);
  return (
    <Confirm
      title={t`Remove ${{ name: member.name }}?`}
      action={t`Remove`}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => {
        const removal = remove.mutateAsync(member.user_id, { onSuccess: onClose });
        if (canReturn) void undoable(removal, t`Removed ${{ name: member.name }}.`, () => put(member));
        else void removal.catch(() => null); // the dialog tells it
      }}
    >
      <Trans>
        {{ name: member.name }} will not see the project any more. What they answered stays, and images they hold go to others when
        their time is over.
      </Trans>
    </Confirm>
  );
}
