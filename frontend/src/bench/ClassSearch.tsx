import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Text, TextInput } from "@mantine/core";
import { type KeyboardEvent, useId, useState } from "react";

import type { Class } from "../api/client";
import { found } from "./search";

const MOST_FOUND = 12; // what fits without scrolling: typing on finds the rest
const STEPS: Partial<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

interface Props {
  classes: readonly Class[];
  onChoose: (name: string) => void;
}

/**
 * Finds a class by what is in its name. Not Mantine's Combobox: that would have to be fetched when its key is
 * pressed, and what is typed until it is there would be lost.
 */
export function ClassSearch({ classes, onChoose }: Props) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const matches = found(classes, typed).slice(0, MOST_FOUND);

  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const match = matches[at];
    if (event.nativeEvent.isComposing) return; // Enter ends a syllable there
    if (step !== undefined) setAt((at + step + matches.length) % Math.max(matches.length, 1));
    else if (event.key === "Enter" && match) onChoose(match.name);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        data-autofocus
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={matches[at] && `${id}${matches[at].id}`}
        autoComplete="off"
        aria-label={t`Name of the class`}
        placeholder={t`Type the beginning of its name, then Enter`}
        value={typed}
        onKeyDown={press}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
      />
      <div id={id} role="listbox" aria-label={t`Classes`} className="bench-options">
        {matches.map((entry, place) => (
          <div
            key={entry.id}
            id={`${id}${entry.id}`}
            role="option"
            aria-selected={place === at}
            className="bench-option"
            onClick={() => {
              onChoose(entry.name);
            }}
          >
            <i style={{ background: entry.color }} aria-hidden="true" />
            {entry.name}
            {entry.hotkey && <kbd>{entry.hotkey.toUpperCase()}</kbd>}
          </div>
        ))}
      </div>
      {matches.length === 0 && <Text size="sm" mt="sm"><Trans>No class has this in its name</Trans></Text>}
    </>
  );
}
