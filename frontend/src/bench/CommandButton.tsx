import { VisuallyHidden } from "@mantine/core";
import { createContext, type ReactNode, use } from "react";

import type { Command, Controls } from "./commands";
import { keysOf, type OwnKeys } from "./keymap";
import { brief, readable, shortcut } from "./keystrokes";

export interface Known {
  commands: readonly Command[];
  own: OwnKeys;
  controls: Controls;
}

export const CommandContext = createContext<Known | null>(null);

export function useKnown(): Known {
  const known = use(CommandContext);
  if (!known) throw new Error("outside of the bench");
  return known;
}

interface Props {
  id: string;
  icon?: ReactNode;
  /** The name is for the ear only; the icon says it to the eye. */
  iconOnly?: boolean;
  pressed?: boolean;
}

/** A command as a button, with its key. */
export function CommandButton({ id, icon, iconOnly = false, pressed }: Props) {
  const { commands, own, controls } = useKnown();
  const command = commands.find((one) => one.id === id);
  if (!command) throw new Error(`there is no command ${id}`);
  const [key] = keysOf(command, own);
  return (
    <button
      type="button"
      className="bench-button"
      data-testid={`command-${id}`}
      data-icon-only={iconOnly || undefined}
      aria-keyshortcuts={key && shortcut(key)}
      aria-pressed={pressed}
      title={key ? `${command.label} (${readable(key)})` : command.label}
      disabled={!command.enabled(controls)}
      onClick={() => {
        command.run(controls);
      }}
    >
      {icon}
      {iconOnly ? <VisuallyHidden>{command.label}</VisuallyHidden> : <span>{command.label}</span>}
      {key && <kbd aria-hidden="true">{iconOnly ? brief(key) : readable(key)}</kbd>}
    </button>
  );
}
