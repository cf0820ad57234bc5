import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, ColorInput, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import { COLORS, type DraftClass, newClass, problem } from "./classes";

interface Props {
  classes: DraftClass[];
  onChange: (classes: DraftClass[]) => void;
}

export function ClassEditor({ classes, onChange }: Props) {
  const [lines, setLines] = useState("");

  function change(place: number, part: Partial<DraftClass>) {
    onChange(classes.map((entry, index) => (index === place ? { ...entry, ...part } : entry)));
  }

  function addLines() {
    const names = lines.split("\n").map((line) => line.trim()).filter(Boolean);
    onChange(names.reduce((all, name) => [...all, newClass(name, all)], classes));
    setLines("");
  }

  return (
    <Stack gap="xs">
      {classes.map((entry, place) => (
        <Group key={place} align="flex-start" gap="xs" wrap="nowrap">
          <TextInput
            aria-label={t`Name of class ${{ place: place + 1 }}`}
            value={entry.name}
            error={problem(classes, place)}
            style={{ flex: 1 }}
            onChange={(event) => {
              change(place, { name: event.currentTarget.value });
            }}
          />
          <ColorInput
            aria-label={t`Colour of ${{ name: entry.name }}`}
            value={entry.color}
            swatches={COLORS}
            format="hex"
            w={130}
            onChange={(color) => {
              change(place, { color });
            }}
          />
          <TextInput
            aria-label={t`Hotkey of ${{ name: entry.name }}`}
            value={entry.hotkey}
            maxLength={1}
            w={48}
            styles={{ input: { textAlign: "center", fontFamily: "monospace" } }}
            onChange={(event) => {
              change(place, { hotkey: event.currentTarget.value.toLowerCase() });
            }}
          />
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            aria-label={t`Remove ${{ name: entry.name }}`}
            onClick={() => {
              onChange(classes.filter((_, index) => index !== place));
            }}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      ))}
      <Textarea
        label={t`Add classes, one a line`}
        placeholder={t`cat
dog`}
        autosize
        minRows={2}
        value={lines}
        onChange={(event) => {
          setLines(event.currentTarget.value);
        }}
      />
      <Button variant="default" disabled={!lines.trim()} onClick={addLines} style={{ alignSelf: "flex-start" }}>
        <Trans>Add classes</Trans>
      </Button>
    </Stack>
  );
}
