import { Alert, Button, Group, Modal, Radio, Select, Stack } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import type { Role } from "../api/client";
import { messageOf } from "../api/errors";
import { CopyOnce } from "../app/CopyOnce";
import { ROLES } from "./roles";
import { useInvite } from "./useMembers";

const TIMES = [
  { value: "24", label: "One day" },
  { value: "72", label: "Three days" },
  { value: "168", label: "One week" },
  { value: "720", label: "30 days" },
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
    <Modal opened onClose={onClose} title={invite.data ? "Send this link" : "Invite somebody"}>
      {invite.data ? (
        <Stack>
          <CopyOnce
            label="Invitation link"
            value={`${window.location.origin}${invite.data.path}`}
            note="It is shown this once, and works for one person. Whoever has it may join: send it to nobody else."
          />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <Radio.Group label="They will be" value={role} onChange={setRole}>
              <Stack gap="xs" mt="xs">
                {ROLES.map((one) => (
                  <Radio key={one.value} value={one.value} label={one.label} description={one.may} />
                ))}
              </Stack>
            </Radio.Group>
            <Select
              label="The link works for"
              data={TIMES}
              value={hours}
              allowDeselect={false}
              onChange={(next) => {
                if (next) setHours(next);
              }}
            />
            {invite.error && <Alert color="red">{messageOf(invite.error)}</Alert>}
            <Button type="submit" loading={invite.isPending}>
              Make the link
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
