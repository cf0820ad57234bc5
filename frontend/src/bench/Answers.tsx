import { t } from "@lingui/core/macro";
import { IconCheck, IconFlag, IconFlagFilled, IconMessage, IconNote, IconPlayerSkipForward, IconSearch } from "@tabler/icons-react";
import { type CSSProperties, memo } from "react";

import type { Class } from "../api/client";
import { setWords } from "./answerWords";
import { CommandButton } from "./CommandButton";
import { needsSearch } from "./keymap";
import { chosenOf, type Item } from "./session";
import { Suggestion } from "./Suggestion";

const NOTHING: readonly string[] = [];
const MOST = 40; // more buttons than one takes in at a glance: the rest is found by its name

interface Props {
  classes: readonly Class[];
  /** An image may have several classes. */
  several: boolean;
  /** The first of the images that an answer would go to. */
  item: Item | undefined;
  disabled: boolean;
  onChoose: (name: string) => void;
  onPoint: (name: string | null) => void;
}

/** The classes, and what else can be said about an image. */
export function Answers({ classes, several, item, disabled, onChoose, onPoint }: Props) {
  const mark = item?.mark;
  const answer = mark?.answer ?? null;
  const chosen = several ? chosenOf(mark) : answer === null ? NOTHING : [answer];
  return (
    <section className="bench-side" aria-label={t`Answers`}>
      {item?.assignment.suggestion && <Suggestion suggestion={item.assignment.suggestion} classes={classes} />}
      {needsSearch(classes) && <CommandButton id="search" icon={<IconSearch size={18} />} />}
      <Classes classes={classes} chosen={chosen} several={several} disabled={disabled} onChoose={onChoose} onPoint={onPoint} />
      {several && <Chosen classes={classes} names={chosen} answered={mark?.set !== undefined} />}
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

/** Which classes an image has so far, and the button that makes them the answer. */
function Chosen({ classes, names, answered }: { classes: readonly Class[]; names: readonly string[]; answered: boolean }) {
  return (
    <div className="bench-chosen">
      <p className="bench-chips" data-testid="chosen" data-answered={answered || undefined} aria-live="polite">
        {names.length === 0 && <span className="bench-chip">{setWords(names)}</span>}
        {names.map((name) => (
          <span key={name} className="bench-chip">
            <i style={{ background: classes.find((entry) => entry.name === name)?.color }} aria-hidden="true" />
            {name}
          </span>
        ))}
      </p>
      <CommandButton id="submit" pressed={answered} icon={<IconCheck size={18} />} />
    </div>
  );
}

interface ClassesProps {
  classes: readonly Class[];
  chosen: readonly string[];
  several: boolean;
  disabled: boolean;
  onChoose: (name: string) => void;
  /** The class that is pointed at, or has the focus; null when none is any more. */
  onPoint: (name: string | null) => void;
}

const Classes = memo(function Classes({ classes, chosen, several, disabled, onChoose, onPoint }: ClassesProps) {
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
          aria-pressed={chosen.includes(entry.name)}
          title={entry.guideline || undefined}
          disabled={disabled}
          onClick={(event) => {
            // After a click Enter must answer, not press the button again.
            if (several && event.detail > 0) event.currentTarget.blur();
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
