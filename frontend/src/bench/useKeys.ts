import { useEffect, useRef } from "react";

import type { Command, Controls } from "./commands";
import { commandOf, type OwnKeys } from "./keymap";
import { keystroke } from "./keystrokes";

/**
 * Runs commands by their keys. Not in fields; and one press of an answer's key, held down or not, is one
 * answer. With a dialog open, keys are the dialog's.
 */
export function useKeys(commands: readonly Command[], own: OwnKeys, controls: Controls, blocked: boolean): void {
  const latest = useRef({ commands, own, controls, blocked });
  useEffect(() => {
    latest.current = { commands, own, controls, blocked };
  });
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const now = latest.current;
      const field = event.target instanceof HTMLElement && event.target.closest("input:not([type=checkbox]), textarea, select");
      const key = keystroke(event);
      const slider = event.target instanceof HTMLElement && event.target.role === "slider";
      if (slider && /^(arrow|page|home|end)/.test(key ?? "")) return;
      if (now.blocked || field || key === null) return;
      // Space and Enter press the button that has the focus, as everywhere; a grid's cell is chosen by its key.
      const button = event.target instanceof HTMLElement && event.target.closest("button:not([role=option]), a");
      if (button && (key === "space" || key === "enter")) return;
      const command = commandOf(now.commands, now.own, now.controls.mode, key);
      if (!command) return;
      event.preventDefault();
      if ((event.repeat && !command.repeats) || !command.enabled(now.controls)) return;
      performance.mark("bench:key", { startTime: event.timeStamp, detail: { command: command.id } });
      command.run(now.controls);
    }
    /** A button that the mouse pressed does not keep the keyboard: Enter and Space are the page's again. */
    function clicked(event: MouseEvent) {
      if (event.detail > 0 && event.target instanceof Element) event.target.closest<HTMLElement>("button.bench-button")?.blur();
    }
    window.addEventListener("keydown", press);
    window.addEventListener("click", clicked);
    return () => {
      window.removeEventListener("keydown", press);
      window.removeEventListener("click", clicked);
    };
  }, []);
}
