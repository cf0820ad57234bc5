import { useEffect } from "react";

import type { Class } from "../api/client";

/** Keys of the bench. Ignored in fields, with modifiers, and while a key is held down: one press, one answer. */
export function useHotkeys(
  classes: readonly Class[],
  give: (name: string | null) => void,
  back: () => void,
): void {
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select");
      if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      const chosen = classes.find((entry) => entry.hotkey === key);
      if (chosen) give(chosen.name);
      else if (key === "s") give(null);
      else if (key === "z" || key === "backspace") back();
      else return;
      event.preventDefault();
    }
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("keydown", press);
    };
  }, [classes, give, back]);
}
