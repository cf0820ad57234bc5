import { t } from "@lingui/core/macro";
import { Plural, Trans } from "@lingui/react/macro";
import { ActionIcon, ColorPicker, Group, Menu, Popover, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowMerge, IconArrowUp, IconDots, IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import type { ClassDetail } from "../api/client";
import { fieldErrors, messageOf } from "../api/errors";
import { Confirm } from "../app/Confirm";
import { InlineText } from "../app/InlineText";
import { undoable } from "../app/undo";
import { COLORS } from "../projects/classes";
import { useChangeClass, useRemoveClass, useRestoreClass } from "./useClasses";
import { labelCount, labelWords } from "./words";

interface Props {
  project: string;
  entry: ClassDetail;
  place: number;
  count: number;
  editable: boolean;
  onMerge: () => void;
}

/** One class; every part of it is edited where it stands. */
export function ClassRow({ project, entry, place, count, editable, onMerge }: Props) {
  const change = useChangeClass(project, entry.id);
  const [removing, setRemoving] = useState(false);
  const wrong = fieldErrors(change.error);
  const other = change.error && Object.keys(wrong).length === 0 ? messageOf(change.error) : null;
  const labels = labelCount(entry);

  return (
    <div className={editable ? "class-row editable" : "class-row"} role="listitem" data-testid={`row-${entry.name}`}>
      <div style={{ gridArea: "color", paddingTop: 7 }}>
        <Swatch entry={entry} editable={editable} onPick={(color) => { change.mutate({ color }); }} />
      </div>
      <div style={{ gridArea: "name" }}>
        {editable ? (
          <InlineText
            label={t`Name of ${{ name: entry.name }}`}
            value={entry.name}
            multiline
            size="sm"
            maxLength={100}
            error={wrong.name ?? other}
            onSave={(name) => {
              change.mutate({ name });
            }}
          />
        ) : (
          <Text size="sm" fw={500} py={6} style={{ overflowWrap: "anywhere" }}>
            {entry.name}
          </Text>
        )}
        {entry.merged.length > 0 && (
          <Text size="xs" c="dimmed" pl={editable ? 12 : 0}>
            <Trans>with {{ names: entry.merged.map((merged) => merged.name).join(", ") }}</Trans>
          </Text>
        )}
      </div>
      <div style={{ gridArea: "hotkey", justifySelf: "center" }}>
        {editable ? (
          <Hotkey
            entry={entry}
            error={wrong.hotkey}
            onSave={(hotkey) => {
              change.mutate({ hotkey });
            }}
          />
        ) : (
          <Text size="sm" py={6} ff="monospace" ta="center">
            {entry.hotkey ?? ""}
          </Text>
        )}
      </div>
      <div style={{ gridArea: "guideline", paddingTop: 3 }}>
        {editable ? (
          <InlineText
            label={t`Guideline of ${{ name: entry.name }}`}
            value={entry.guideline}
            placeholder={t`Guideline: when to choose it`}
            multiline
            maxLength={5000}
            error={wrong.guideline}
            onSave={(guideline) => {
              change.mutate({ guideline });
            }}
          />
        ) : (
          entry.guideline && (
            <Text size="xs" c="dimmed" py={6} style={{ whiteSpace: "pre-wrap" }}>
              {entry.guideline}
            </Text>
          )
        )}
      </div>
      <Tooltip label={labelWords(entry)} withArrow>
        <Text size="sm" py={6} className="figures" style={{ gridArea: "labels", justifySelf: "start" }} tabIndex={0}>
          <Plural value={labels} one="# label" other="# labels" />
        </Text>
      </Tooltip>
      {editable && (
        <>
          <Group gap={0} wrap="nowrap" style={{ gridArea: "order", justifySelf: "end" }} pt={4}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t`Move ${{ name: entry.name }} up`}
              disabled={place === 0 || change.isPending}
              onClick={() => {
                change.mutate({ position: place - 1 });
              }}
            >
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t`Move ${{ name: entry.name }} down`}
              disabled={place === count - 1 || change.isPending}
              onClick={() => {
                change.mutate({ position: place + 1 });
              }}
            >
              <IconArrowDown size={16} />
            </ActionIcon>
          </Group>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" mt={4} style={{ gridArea: "menu" }} aria-label={t`More for ${{ name: entry.name }}`}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconArrowMerge size={16} />} disabled={count < 2} onClick={onMerge}>
                <Trans>Merge into another class</Trans>
              </Menu.Item>
              <Menu.Item
                leftSection={<IconTrash size={16} />}
                color="red"
                disabled={labels > 0}
                onClick={() => {
                  setRemoving(true);
                }}
              >
                {labels > 0 ? t`Remove (it has labels: merge it)` : t`Remove`}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      )}
      {removing && <Remove project={project} entry={entry} onClose={() => { setRemoving(false); }} />}
    </div>
  );
}

interface SwatchProps {
  entry: ClassDetail;
  editable: boolean;
  onPick: (color: string) => void;
}

function Swatch({ entry, editable, onPick }: SwatchProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const swatch = <div className="swatch" style={{ background: draft ?? entry.color }} />;
  if (!editable) return swatch;
  const close = () => {
    if (draft !== null && draft !== entry.color) onPick(draft);
    setDraft(null);
  };
  return (
    <Popover withArrow position="bottom-start" onClose={close} trapFocus>
      <Popover.Target>
        <ActionIcon variant="transparent" size={22} aria-label={t`Colour of ${{ name: entry.name }}`}>
          {swatch}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <ColorPicker
            format="hex"
            value={draft ?? entry.color}
            swatches={COLORS}
            swatchesPerRow={8}
            onChange={setDraft}
            saturationLabel={t`Saturation`}
            hueLabel={t`Hue`}
          />
          <Text size="xs" c="dimmed">
            <Trans>Saved when you leave it.</Trans>
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface HotkeyProps {
  entry: ClassDetail;
  error: string | undefined;
  onSave: (hotkey: string | null) => void;
}

/** One key: pressing it saves; Backspace takes the hotkey away. */
function Hotkey({ entry, error, onSave }: HotkeyProps) {
  return (
    <Tooltip label={error} disabled={!error} opened={Boolean(error)} color="red" multiline w={200} withArrow>
      <TextInput
        aria-label={t`Hotkey of ${{ name: entry.name }}`}
        value={entry.hotkey ?? ""}
        error={Boolean(error)}
        readOnly
        size="sm"
        w={36}
        classNames={{ input: "hotkey" }}
        styles={{ input: { padding: 0 } }}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const key = event.key.toLowerCase();
          if (/^[0-9a-z]$/.test(key)) {
            event.preventDefault();
            if (key !== entry.hotkey) onSave(key);
          } else if ((event.key === "Backspace" || event.key === "Delete") && entry.hotkey) {
            onSave(null);
          }
        }}
      />
    </Tooltip>
  );
}

function Remove({ project, entry, onClose }: { project: string; entry: ClassDetail; onClose: () => void }) {
  const remove = useRemoveClass(project, entry.id);
  const restore = useRestoreClass(project);
  return (
    <Confirm
      title={t`Remove ${{ name: entry.name }}?`}
      action={t`Remove the class`}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => {
        const removal = remove.mutateAsync(undefined, { onSuccess: onClose });
        void undoable(removal, t`Removed ${{ name: entry.name }}.`, () => restore(entry.id));
      }}
    >
      <Trans>No image is labelled {{ name: entry.name }}.</Trans>{" "}
      {entry.annotations > 0 && <Trans>Answers that named it before they were changed stay in the history.</Trans>}
    </Confirm>
  );
}
