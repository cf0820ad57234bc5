import { t } from "@lingui/core/macro";
import { IconFlag, IconFlagFilled, IconMessage, IconNote, IconPlayerSkipForward, IconSearch } from "@tabler/icons-react";
import { type CSSProperties, memo } from "react";

import type { Class } from "../api/client";
import { CommandButton } from "./CommandButton";
import { needsSearch } from "./keymap";
import type { Item } from "./session";
import { Suggestion } from "./Suggestion";

const MOST = 40; // more buttons than one takes in at a glance: the rest is found by its name

interface Props {
  classes: readonly Class[];
  /** The first of the images that an answer would go to. */
  item: Item | undefined;
  disabled: boolean;
  onChoose: (name: string) => void;
}

/** The classes, and what else can be said about an image. */
export function Answers({ classes, item, disabled, onChoose }: Props) {
  const mark = item?.mark;
  return (
    <section className="bench-side" aria-label={t`Answers`}>
      {item?.assignment.suggestion && <Suggestion suggestion={item.assignment.suggestion} classes={classes} />}
      {needsSearch(classes) && <CommandButton id="search" icon={<IconSearch size={18} />} />}
      <Classes classes={classes} chosen={mark?.answer ?? null} disabled={disabled} onChoose={onChoose} />
      <div className="bench-acts">
        <CommandButton
          id="flag"
          pressed={mark?.flagged ?? false}
          icon={mark?.flagged ? <IconFlagFilled size={18} /> : <IconFlag size={18} />}
        />
        <CommandButton id="note" pressed={Boolean(mark?.note)} icon={<IconNote size={18} />} />
        <CommandButton id="skip" pressed={mark ? mark.skip !== null : false} icon={<IconPlayerSkipForward size={18} />} />
        <CommandButton id="skip-because" icon={<IconMessage size={18} />} />
      </div>
    </section>
  );
}

interface ClassesProps {
  classes: readonly Class[];
  chosen: string | null;
  disabled: boolean;
  onChoose: (name: string) => void;
}

const Classes = memo(function Classes({ classes, chosen, disabled, onChoose }: ClassesProps) {
  const shown = classes.length > MOST ? classes.filter((entry) => entry.hotkey !== null) : classes;
  return (
    <div className="bench-classes" role="group" aria-label={t`Classes`}>
      {shown.map((entry) => (
        <button
          key={entry.id}
          type="button"
          className="bench-button bench-class"
          data-testid={`class-${entry.name}`}
          style={{ "--class-color": entry.color } as CSSProperties}
          aria-pressed={chosen === entry.name}
          title={entry.guideline || undefined}
          disabled={disabled}
          onClick={() => {
            onChoose(entry.name);
          }}
        >
          <i aria-hidden="true" />
          <span>{entry.name}</span>
          {entry.hotkey && <kbd>{entry.hotkey.toUpperCase()}</kbd>}
        </button>
      ))}
    </div>
  );
});
