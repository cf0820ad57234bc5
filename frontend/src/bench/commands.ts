import { t } from "@lingui/core/macro";

import type { Class } from "../api/client";
import { DEFAULT_REASON } from "./reasons";
import type { Direction } from "./selection";

export type Mode = "single" | "grid";
export type Panel = "help" | "search" | "skip" | "note";
export type Group = "Answer" | "Move" | "Picture" | "Grid" | "Page";

/** What commands can do, and what they must know to say whether they can. */
export interface Controls {
  mode: Mode;
  /** Something is on the screen that can be answered. */
  hasTarget: boolean;
  /** The model's suggestion is shown for something that can be answered. */
  hasSuggestion: boolean;
  canUndo: boolean;
  canRedo: boolean;
  canGoBack: boolean;
  canGoOn: boolean;
  /** The picture is zoomed, moved or changed in its light. */
  changed: boolean;
  classCount: number;
  /** Gives images a class, or, where they may have several, chooses it or lets it go. */
  answer: (name: string) => void;
  /** Where images may have several classes: what is chosen is the answer. */
  submit: () => void;
  accept: () => void;
  skip: (reason: string) => void;
  flag: () => void;
  undo: () => void;
  redo: () => void;
  move: (by: 1 | -1) => void;
  open: (panel: Panel) => void;
  setMode: (mode: Mode) => void;
  zoom: (factor: number) => void;
  fit: () => void;
  actual: () => void;
  pan: (dx: number, dy: number) => void;
  light: (what: "brightness" | "contrast", by: number) => void;
  invert: () => void;
  reset: () => void;
  toggleKeep: () => void;
  toggleGuide: () => void;
  focus: (to: Direction, extending: boolean) => void;
  toggle: () => void;
  chooseAll: () => void;
  chooseNone: () => void;
}

/** One act of the page. Keys, buttons and the help sheet are all made of these. */
export interface Command {
  id: string;
  label: string;
  group: Group;
  keys: readonly string[];
  mode: Mode | "both";
  /** A key held down repeats it. */
  repeats?: boolean;
  enabled(controls: Controls): boolean;
  run(controls: Controls): void;
}

const always = () => true;
const hasTarget = (controls: Controls) => controls.hasTarget;
const answered = { group: "Answer", mode: "both", enabled: hasTarget } as const;
const picture = { group: "Picture", mode: "single", enabled: hasTarget } as const;
const steered = { ...picture, repeats: true } as const;
const grid = { group: "Grid", mode: "grid", enabled: hasTarget } as const;
const ZOOM = 1.25;
const PAN = 60;
const LIGHT = 0.1;

// Made anew for each page: names are in its language.
const ofSets = (): Command => ({
  id: "submit", label: t`Answer and go on`, ...answered, keys: ["enter"], run: (controls) => { controls.submit(); },
});

const fixed = (several: boolean): readonly Command[] => [
  {
    id: "accept", label: t`Take the suggestion`, ...answered, keys: [several ? "shift+enter" : "enter"],
    enabled: (controls) => controls.hasSuggestion, run: (controls) => { controls.accept(); },
  },
  {
    id: "search", label: t`Find a class`, ...answered, keys: ["/"],
    enabled: (controls) => controls.hasTarget && controls.classCount > 0,
    run: (controls) => { controls.open("search"); },
  },
  { id: "skip", label: t`Skip`, ...answered, keys: ["s"], run: (controls) => { controls.skip(DEFAULT_REASON); } },
  { id: "skip-because", label: t`Skip with a reason`, ...answered, keys: ["shift+s"], run: (controls) => { controls.open("skip"); } },
  { id: "flag", label: t`Flag for review`, ...answered, keys: ["shift+f"], run: (controls) => { controls.flag(); } },
  { id: "note", label: t`Note`, ...answered, keys: ["shift+n"], run: (controls) => { controls.open("note"); } },

  {
    id: "undo", label: t`Undo`, group: "Move", mode: "both", keys: ["z", "mod+z", "backspace"],
    enabled: (controls) => controls.canUndo, run: (controls) => { controls.undo(); },
  },
  {
    id: "redo", label: t`Redo`, group: "Move", mode: "both", keys: ["shift+z", "mod+shift+z", "mod+y"],
    enabled: (controls) => controls.canRedo, run: (controls) => { controls.redo(); },
  },
  {
    id: "previous", label: t`Previous`, group: "Move", mode: "single", keys: ["arrowleft"],
    enabled: (controls) => controls.canGoBack, run: (controls) => { controls.move(-1); },
  },
  {
    id: "next", label: t`Next`, group: "Move", mode: "single", keys: ["arrowright"],
    enabled: (controls) => controls.canGoOn, run: (controls) => { controls.move(1); },
  },

  { id: "zoom-in", label: t`Zoom in`, ...steered, keys: ["+", "="], run: (controls) => { controls.zoom(ZOOM); } },
  { id: "zoom-out", label: t`Zoom out`, ...steered, keys: ["-"], run: (controls) => { controls.zoom(1 / ZOOM); } },
  { id: "fit", label: t`Whole picture`, ...picture, keys: ["shift+w"], run: (controls) => { controls.fit(); } },
  { id: "actual", label: t`Pixels 1:1`, ...picture, keys: ["shift+p"], run: (controls) => { controls.actual(); } },
  { id: "pan-left", label: t`Look left`, ...steered, keys: ["shift+arrowleft"], run: (controls) => { controls.pan(PAN, 0); } },
  { id: "pan-right", label: t`Look right`, ...steered, keys: ["shift+arrowright"], run: (controls) => { controls.pan(-PAN, 0); } },
  { id: "pan-up", label: t`Look up`, ...steered, keys: ["shift+arrowup"], run: (controls) => { controls.pan(0, PAN); } },
  { id: "pan-down", label: t`Look down`, ...steered, keys: ["shift+arrowdown"], run: (controls) => { controls.pan(0, -PAN); } },
  { id: "brighter", label: t`Brighter`, ...steered, keys: ["pageup"], run: (controls) => { controls.light("brightness", LIGHT); } },
  { id: "darker", label: t`Darker`, ...steered, keys: ["pagedown"], run: (controls) => { controls.light("brightness", -LIGHT); } },
  { id: "more-contrast", label: t`More contrast`, ...steered, keys: ["shift+pageup"], run: (controls) => { controls.light("contrast", LIGHT); } },
  { id: "less-contrast", label: t`Less contrast`, ...steered, keys: ["shift+pagedown"], run: (controls) => { controls.light("contrast", -LIGHT); } },
  { id: "invert", label: t`Invert`, ...picture, keys: ["shift+i"], run: (controls) => { controls.invert(); } },
  {
    id: "reset", label: t`Reset the picture`, ...picture, keys: ["shift+o"],
    enabled: (controls) => controls.changed, run: (controls) => { controls.reset(); },
  },
  { id: "keep", label: t`Keep for the next`, ...picture, keys: ["shift+k"], enabled: always, run: (controls) => { controls.toggleKeep(); } },

  { id: "focus-left", label: t`One left`, ...grid, keys: ["arrowleft"], repeats: true, run: (controls) => { controls.focus("left", false); } },
  { id: "focus-right", label: t`One right`, ...grid, keys: ["arrowright"], repeats: true, run: (controls) => { controls.focus("right", false); } },
  { id: "focus-up", label: t`One up`, ...grid, keys: ["arrowup"], repeats: true, run: (controls) => { controls.focus("up", false); } },
  { id: "focus-down", label: t`One down`, ...grid, keys: ["arrowdown"], repeats: true, run: (controls) => { controls.focus("down", false); } },
  { id: "extend-left", label: t`Choose to the left`, ...grid, keys: ["shift+arrowleft"], repeats: true, run: (controls) => { controls.focus("left", true); } },
  { id: "extend-right", label: t`Choose to the right`, ...grid, keys: ["shift+arrowright"], repeats: true, run: (controls) => { controls.focus("right", true); } },
  { id: "extend-up", label: t`Choose upwards`, ...grid, keys: ["shift+arrowup"], repeats: true, run: (controls) => { controls.focus("up", true); } },
  { id: "extend-down", label: t`Choose downwards`, ...grid, keys: ["shift+arrowdown"], repeats: true, run: (controls) => { controls.focus("down", true); } },
  { id: "toggle", label: t`Choose or let go`, ...grid, keys: ["space"], run: (controls) => { controls.toggle(); } },
  { id: "choose-all", label: t`Choose all`, ...grid, keys: ["mod+a"], run: (controls) => { controls.chooseAll(); } },
  { id: "choose-none", label: t`Choose none`, ...grid, keys: ["escape"], run: (controls) => { controls.chooseNone(); } },
  {
    id: "previous-page", label: t`Previous images`, ...grid, keys: ["pageup"],
    enabled: (controls) => controls.canGoBack, run: (controls) => { controls.move(-1); },
  },
  {
    id: "next-page", label: t`Next images`, ...grid, keys: ["pagedown"],
    enabled: (controls) => controls.canGoOn, run: (controls) => { controls.move(1); },
  },

  {
    id: "grid", label: t`Grid or single`, group: "Page", mode: "both", keys: ["shift+g"], enabled: always,
    run: (controls) => { controls.setMode(controls.mode === "grid" ? "single" : "grid"); },
  },
  { id: "guide", label: t`Guidelines`, group: "Page", mode: "both", keys: ["shift+h"], enabled: always, run: (controls) => { controls.toggleGuide(); } },
  { id: "help", label: t`Keys`, group: "Page", mode: "both", keys: ["?"], enabled: always, run: (controls) => { controls.open("help"); } },
];

/** All commands of a project's page: its classes, and what is there always. */
export function commandsFor(classes: readonly Class[], several = false): readonly Command[] {
  return [...classes.map(ofClass), ...(several ? [ofSets()] : []), ...fixed(several)];
}

export function isClassCommand(command: Command): boolean {
  return command.id.startsWith("class:");
}

function ofClass(entry: Class): Command {
  return {
    id: `class:${entry.id}`,
    label: entry.name,
    ...answered,
    keys: entry.hotkey ? [entry.hotkey] : [],
    run: (controls) => { controls.answer(entry.name); },
  };
}
