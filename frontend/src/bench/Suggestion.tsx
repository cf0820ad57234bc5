import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { IconSparkles } from "@tabler/icons-react";
import type { CSSProperties } from "react";

import type { Assignment, Class } from "../api/client";
import { percent } from "../language/format";
import { suggestionWords } from "./answerWords";
import { useKnown } from "./CommandButton";
import { keysOf } from "./keymap";
import { readable } from "./keystrokes";

interface Props {
  suggestion: NonNullable<Assignment["suggestion"]>;
  classes: readonly Class[];
}

/** What the task model takes the image for, to be taken by one key. */
export function Suggestion({ suggestion, classes }: Props) {
  const { commands, own, controls } = useKnown();
  const command = commands.find((one) => one.id === "accept");
  const [key] = command ? keysOf(command, own) : [];
  const color = classes.find((entry) => entry.name === suggestion.class)?.color;
  const [name, sure] = [suggestionWords(suggestion), percent(suggestion.confidence)];
  return (
    <button
      type="button"
      className="bench-button bench-suggestion"
      data-testid="suggestion"
      style={{ "--class-color": color } as CSSProperties}
      disabled={!controls.hasSuggestion}
      title={t`The model's suggestion, and how sure it is. Look at the image first.`}
      onClick={() => {
        controls.accept();
      }}
    >
      <IconSparkles size={18} aria-hidden />
      <span>
        <Trans>
          <b>{name}</b> suggested, {sure} sure
        </Trans>
      </span>
      {key && <kbd>{readable(key)}</kbd>}
    </button>
  );
}
