import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Radio, Select, Stack } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import type { Role } from "../api/client";
import { messageOf } from "../api/errors";
import { CopyOnce } from "../app/CopyOnce";
import { roleList } from "./roles";
import { useInvite } from "./useMembers";

const times = () => [
  { value: "24", label: t`One day` },
  { value: "72", label: t`Three days` },
  { value: "168", label: t`One week` },
  { value: "720", label: t`30 days` },
];

/** Makes a link by which one person joins, and shows it this once. */
export function InviteDialog({ project, onClose }: { project: string; onClose: () => void }) {
  const [role, setRole] = useState<string>("annotator");
  const [hours, setHours] = useState("72");
  const invite = useInvite(project);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    invite.mutate({ role: role as Role, expires_in_hours: Number(hours) });
  }

  return (
    <Modal opened onClose={onClose} title={invite.data ? t`Send this link` : t`Invite somebody`}>
      {invite.data ? (
        <Stack>
          <CopyOnce
            label={t`Invitation link`}
            value={`${window.location.origin}${invite.data.path}`}
            note={t`It is shown this once, and works for one person. Whoever has it may join: send it to nobody else.`}
          />
          <Group justify="flex-end">
            <Button onClick={onClose}><Trans>Done</Trans></Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <Radio.Group label={t`They will be`} value={role} onChange={setRole}>
              <Stack gap="xs" mt="xs">
                {roleList().map((one) => (
                  <Radio key={one.value} value={one.value} label={one.label} description={one.may} />
                ))}
              </Stack>
            </Radio.Group>
            <Select
              label={t`The link works for`}
              data={times()}
              value={hours}
              allowDeselect={false}
              onChange={(next) => {
                if (next) setHours(next);
              }}
            />
            {invite.error && <Alert color="red">{messageOf(invite.error)}</Alert>}
            <Button type="submit" loading={invite.isPending}>
              <Trans>Make the link</Trans>
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
