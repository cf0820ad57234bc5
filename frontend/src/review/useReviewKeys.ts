import { useEffect } from "react";

import type { Class } from "../api/client";
import { returnKey } from "./words";

interface Actions {
  settle: (name: string) => void;
  /** Where images may have several classes: the chosen ones are the label. */
  submit: (() => void) | null;
  sendBack: () => void;
  later: () => void;
  undo: () => void;
}

/** Keys of the review page. Ignored in fields and dialogs, with modifiers, and while a key is held down. */
export function useReviewKeys(classes: readonly Class[], { settle, submit, sendBack, later, undo }: Actions): void {
  useEffect(() => {
    const back = returnKey(classes.map((one) => one.hotkey));
    function press(event: KeyboardEvent) {
      const elsewhere = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [role=dialog]");
      if (elsewhere || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const onButton = event.target instanceof HTMLElement && event.target.closest("button, a") !== null;
      const chosen = classes.find((one) => one.hotkey === event.key);
      if (event.key === back) sendBack();
      else if (chosen) settle(chosen.name);
      else if (event.key === "Enter" && submit && !onButton) submit();
      else if (event.key === "s") later();
      else if (event.key === "z" || event.key === "Backspace") undo();
      else return;
      event.preventDefault();
    }
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("keydown", press);
    };
  }, [classes, settle, submit, sendBack, later, undo]);
}
