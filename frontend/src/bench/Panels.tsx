import "./dialogs.css";

import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { lazy, Suspense, useState } from "react";

import type { Class } from "../api/client";
import { ClassSearch } from "./ClassSearch";
import { useKnown } from "./CommandButton";
import type { Panel } from "./commands";
import { DEFAULT_REASON, reasonsFor, reasonText } from "./reasons";
import type { Mark } from "./session";

const Help = lazy(() => import("./Help"));
const titles = (): Record<Panel, string> => ({ help: t`Keys`, search: t`Find a class`, skip: t`Why skip it?`, note: t`Note` });

interface Props {
  panel: Panel | null;
  classes: readonly Class[];
  several: boolean;
  mark: Mark | undefined;
  onNote: (text: string) => void;
  onClose: () => void;
}

/** What opens over the bench, one at a time. */
export function Panels({ panel, classes, several, mark, onNote, onClose }: Props) {
  const { controls } = useKnown();
  const done = (act: () => void) => {
    onClose();
    act();
  };
  return (
    <Modal
      opened={panel !== null}
      onClose={onClose}
      title={panel && titles()[panel]}
      size={panel === "help" ? "xl" : "md"}
      transitionProps={{ duration: 0 }}
    >
      {panel === "help" && (
        <Suspense>
          <Help />
        </Suspense>
      )}
      {panel === "search" && (
        <ClassSearch
          classes={classes}
          onChoose={(name) => {
            done(() => {
              controls.answer(name);
            });
          }}
        />
      )}
      {panel === "skip" && (
        <Reason
          reasons={reasonsFor(several)}
          onGive={(reason) => {
            done(() => {
              controls.skip(reason);
            });
          }}
        />
      )}
      {panel === "note" && (
        <Note
          text={mark?.note ?? ""}
          onSave={(text) => {
            done(() => {
              onNote(text);
            });
          }}
        />
      )}
    </Modal>
  );
}

function Reason({ reasons, onGive }: { reasons: readonly string[]; onGive: (reason: string) => void }) {
  const [typed, setTyped] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onGive(typed.trim() || DEFAULT_REASON);
      }}
    >
      <Stack gap="xs">
        {reasons.map((reason, place) => (
          <button
            key={reason}
            type="button"
            className="bench-button"
            onClick={() => {
              onGive(reason);
            }}
          >
            <span>{reasonText(reason)}</span>
            <kbd>{place + 1}</kbd>
          </button>
        ))}
        <TextInput
          data-autofocus
          autoFocus
          label={t`Or in your own words`}
          maxLength={300}
          value={typed}
          onKeyDown={(event) => {
            const reason = typed === "" ? reasons[Number(event.key) - 1] : undefined;
            if (!reason) return;
            event.preventDefault();
            onGive(reason);
          }}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
        <Group justify="end">
          <Button type="submit"><Trans>Skip</Trans></Button>
        </Group>
      </Stack>
    </form>
  );
}

function Note({ text, onSave }: { text: string; onSave: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(typed);
      }}
    >
      <Stack gap="xs">
        <Textarea
          data-autofocus
          autoFocus
          autosize
          minRows={3}
          maxLength={2000}
          label={t`For reviewers`}
          description={t`Enter saves, Shift Enter begins a line. It is sent with the answer.`}
          value={typed}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            onSave(typed);
          }}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
        <Group justify="end">
          <Button type="submit"><Trans>Save</Trans></Button>
        </Group>
      </Stack>
    </form>
  );
}
