import { useState } from "react";

import type { Controls, Mode, Panel } from "./commands";
import type { Desk } from "./desk";
import { add, all, click, NONE, none, type Selection, step, targets, toggle } from "./selection";
import {
  accept, annotate, answer, flag, isSaid, move, redo, type Session, show, skip, submit, toggleClass, undo, visible,
} from "./session";
import { actual, adjust, fit, invert, isPlain, pan, PLAIN, type Size, type View, zoom } from "./view";

const PAGE = 20;

interface Surroundings {
  desk: Desk;
  session: Session;
  classCount: number;
  /** Images may have several classes. */
  several: boolean;
  keep: boolean;
  setKeep: (keep: boolean) => void;
  toggleGuide: () => void;
  /** Sizes of the stage and of the picture on it. */
  sizes: () => { stage: Size; picture: Size };
  columns: () => number;
  /** Gives the keyboard to the grid, wherever it was. */
  enterGrid: () => void;
}

/** What is open, chosen and looked at on the page, and everything that commands do. */
export function useControls({ desk, session, classCount, several, keep, setKeep, toggleGuide, sizes, columns, enterGrid }: Surroundings) {
  const [panel, setPanel] = useState<Panel | null>(null);
  const [chosen, setChosen] = useState({ page: "", selection: NONE });
  const [looked, setLooked] = useState({ key: "", view: PLAIN });

  const mode: Mode = session.span > 1 ? "grid" : "single";
  const items = visible(session);
  const page = items[0]?.key ?? "";
  const selection = chosen.page === page ? chosen.selection : NONE;
  const view = keep || looked.key === page ? looked.view : PLAIN;
  const cells = mode === "grid" ? targets(selection) : [0];
  const aimed = cells.flatMap((cell) => items[cell]?.key ?? []);

  const look = (change: (view: View) => View) => {
    setLooked((now) => ({ key: page, view: change(keep || now.key === page ? now.view : PLAIN) }));
  };
  const choose = (change: (selection: Selection) => Selection) => {
    setChosen((now) => ({ page, selection: change(now.page === page ? now.selection : NONE) }));
  };
  /** After an answer in a grid: nothing is chosen, and the keyboard is at the next image without one. */
  const say = (change: (session: Session) => Session) => {
    desk.act(change);
    if (mode === "single") return;
    const next = visible(desk.state.session).findIndex((item) => !isSaid(item.mark));
    choose((now) => ({ ...none(now), focus: Math.max(next, 0), anchor: Math.max(next, 0) }));
  };

  const controls: Controls = {
    mode,
    hasTarget: aimed.length > 0,
    hasSuggestion: items.some((item) => aimed.includes(item.key) && item.assignment.suggestion),
    canUndo: session.past.length > 0,
    canRedo: session.future.length > 0,
    canGoBack: session.at > 0,
    canGoOn: session.at + session.span < session.items.length,
    changed: !isPlain(view),
    classCount,
    answer: (name) => {
      if (several) desk.act((now) => toggleClass(now, aimed, name));
      else say((now) => answer(now, aimed, name));
    },
    submit: () => { say((now) => submit(now, aimed)); },
    accept: () => { say((now) => accept(now, aimed)); },
    skip: (reason) => { say((now) => skip(now, aimed, reason)); },
    flag: () => { desk.act((now) => flag(now, aimed)); },
    undo: () => { desk.act(undo); },
    redo: () => { desk.act(redo); },
    move: (by) => { desk.act((now) => move(now, by)); },
    open: setPanel,
    setMode: (wanted) => { desk.act((now) => show(now, wanted === "grid" ? PAGE : 1)); },
    zoom: (factor) => { look((now) => zoom(now, factor, sizes().stage)); },
    fit: () => { look(fit); },
    actual: () => {
      const { stage, picture } = sizes();
      look((now) => actual(now, stage, picture, window.devicePixelRatio));
    },
    pan: (dx, dy) => { look((now) => pan(now, dx, dy, sizes().stage)); },
    light: (what, by) => { look((now) => adjust(now, what, by)); },
    invert: () => { look(invert); },
    reset: () => { look(() => PLAIN); },
    toggleKeep: () => {
      setLooked({ key: page, view });
      setKeep(!keep);
    },
    toggleGuide,
    focus: (to, extending) => {
      enterGrid();
      choose((now) => step(now, to, columns(), items.length, extending));
    },
    toggle: () => { choose(toggle); },
    chooseAll: () => { choose((now) => all(now, items.length)); },
    chooseNone: () => { choose(none); },
  };
  return {
    controls, panel, selection, view, look, aimed,
    close: () => { setPanel(null); },
    note: (text: string) => { desk.act((now) => annotate(now, aimed, text)); },
    clickCell: (cell: number, shift: boolean) => { choose((now) => click(now, cell, shift)); },
    dragOver: (over: readonly number[]) => { choose((now) => add(now, over)); },
  };
}
