import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Combobox, InputBase, useCombobox } from "@mantine/core";
import { useEffect, useState } from "react";

import type { Class } from "../api/client";
import { found } from "./search";

const MOST_FOUND = 12; // what fits without scrolling: typing on finds the rest

interface Props {
  classes: readonly Class[];
  onChoose: (name: string) => void;
  onClose: () => void;
}

/** Finds a class by what is in its name; in a chunk of its own, since the bench must be there at once. */
export default function ClassSearch({ classes, onChoose, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const store = useCombobox({ opened: true });
  const matches = found(classes, typed).slice(0, MOST_FOUND);
  useEffect(() => {
    store.selectFirstOption();
  }, [store, typed]);
  return (
    <Combobox store={store} onOptionSubmit={onChoose}>
      <Combobox.EventsTarget>
        <InputBase
          data-autofocus
          autoFocus
          aria-label={t`Name of the class`}
          placeholder={t`Type the beginning of its name, then Enter`}
          value={typed}
          onKeyDown={(event) => {
            if (event.key === "Escape") onClose(); // the list would keep it for itself
          }}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options mt="sm" aria-label={t`Classes`}>
          {matches.map((entry) => (
            <Combobox.Option key={entry.id} value={entry.name} className="bench-option">
              <i style={{ background: entry.color }} aria-hidden="true" />
              {entry.name}
              {entry.hotkey && <kbd>{entry.hotkey.toUpperCase()}</kbd>}
            </Combobox.Option>
          ))}
          {matches.length === 0 && <Combobox.Empty><Trans>No class has this in its name</Trans></Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}
