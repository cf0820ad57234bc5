import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Modal, Radio, Stack } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import type { Role } from "../api/client";
import { messageOf } from "../api/errors";
import { CopyOnce } from "../app/CopyOnce";
import { LinkHours } from "../app/LinkHours";
import { roleList } from "./roles";
import { useInvite } from "./useMembers";

/** Makes a link by which one person joins, and shows it this once. */
export function InviteDialog({ project, onClose }: { project: string; onClose: () => void }) {
  const [role, setRole] = useState<string>("annotator");
  const [hours, setHours] = useState(72);
  const invite = useInvite(project);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    invite.mutate({ role: role as Role, expires_in_hours: hours });
  }

  return (
    <Modal opened onClose={onClose} title={invite.data ? t`Send this link` : t`Invite somebody`}>
      {invite.data ? (
        <CopyOnce
          label={t`Invitation link`}
          value={`${window.location.origin}${invite.data.path}`}
          note={t`It is shown this once, and works for one person. Whoever has it may join: send it to nobody else.`}
          onDone={onClose}
        />
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
            <LinkHours choices={[24, 72, 168, 720]} value={hours} onChange={setHours} />
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
