import { IconFlag, IconFlagFilled, IconMessage, IconNote, IconPlayerSkipForward, IconSearch } from "@tabler/icons-react";
import { type CSSProperties, memo } from "react";

import type { Class } from "../api/client";
import { CommandButton } from "./CommandButton";
import { needsSearch } from "./keymap";
import type { Mark } from "./session";

const MOST = 40; // more buttons than one takes in at a glance: the rest is found by its name

interface Props {
  classes: readonly Class[];
  mark: Mark | undefined;
  disabled: boolean;
  onChoose: (name: string) => void;
  onPoint: (name: string | null) => void;
}

/** The classes, and what else can be said about an image. */
export function Answers({ classes, mark, disabled, onChoose, onPoint }: Props) {
  return (
    <section className="bench-side" aria-label="Answers">
      {needsSearch(classes) && <CommandButton id="search" icon={<IconSearch size={18} />} />}
      <Classes classes={classes} chosen={mark?.answer ?? null} disabled={disabled} onChoose={onChoose} onPoint={onPoint} />
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
  /** The class that is pointed at, or has the focus; null when none is any more. */
  onPoint: (name: string | null) => void;
}

const Classes = memo(function Classes({ classes, chosen, disabled, onChoose, onPoint }: ClassesProps) {
  const shown = classes.length > MOST ? classes.filter((entry) => entry.hotkey !== null) : classes;
  return (
    <div className="bench-classes" role="group" aria-label="Classes">
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
          onPointerEnter={() => {
            onPoint(entry.name);
          }}
          onPointerLeave={() => {
            onPoint(null);
          }}
          onFocus={() => {
            onPoint(entry.name);
          }}
          onBlur={() => {
            onPoint(null);
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
