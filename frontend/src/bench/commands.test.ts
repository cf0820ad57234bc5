import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import type { Class } from "../api/client";
import { type Command, commandsFor, type Controls, isClassCommand } from "./commands";
import { assigned, clash, commandOf, keysOf, needsSearch, restored } from "./keymap";
import { keystroke, readable } from "./keystrokes";

const named = (name: string, hotkey: string | null): Class => ({ id: name, name, hotkey, color: "#000000", guideline: "" });
const COMMANDS = commandsFor([named("cat", "1"), named("dog", "d")]);
const command = (id: string) => COMMANDS.find((one) => one.id === id) as Command;
const press = (key: string, ...held: ("ctrlKey" | "metaKey" | "altKey" | "shiftKey")[]) =>
  keystroke({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...Object.fromEntries(held.map((one) => [one, true])) });

test("no two commands of a mode have one key, nor one name", () => {
  for (const one of COMMANDS) {
    for (const key of one.keys) {
      if (!isClassCommand(one) && !"zs".includes(key)) expect([one.id, clash(COMMANDS, {}, one, key)]).toEqual([one.id, null]);
      for (const mode of ["single", "grid"] as const) {
        const found = commandOf(COMMANDS, {}, mode, key);
        if (one.mode === mode || one.mode === "both") expect(found?.id).toBe(one.id);
      }
    }
  }
  expect(new Set(COMMANDS.map((one) => one.id)).size).toBe(COMMANDS.length);
});

test("every act has a key", () => {
  expect(COMMANDS.filter((one) => one.keys.length === 0)).toEqual([]);
});

test("a key is read alike on keyboards that need shift for a sign or not", () => {
  expect([press("?", "shiftKey"), press("?"), press("/", "shiftKey")]).toEqual(["?", "?", "/"]);
  expect([press("Z"), press("Z", "shiftKey"), press("z", "metaKey", "shiftKey")]).toEqual(["z", "shift+z", "mod+shift+z"]);
  expect([press(" "), press("ArrowLeft", "shiftKey"), press("[", "ctrlKey", "altKey")]).toEqual(["space", "shift+arrowleft", "["]);
  expect([press("Shift", "shiftKey"), press("1", "shiftKey")]).toEqual([null, "1"]);
});

test("keys are told as people read them", () => {
  expect(["mod+shift+z", "arrowleft", "+", "mod++", "?"].map(readable)).toEqual(["Ctrl Shift Z", "←", "+", "Ctrl +", "?"]);
});

test("one's own key takes the place of the usual ones", () => {
  const own = assigned({}, command("undo"), "shift+u");
  expect(keysOf(command("undo"), own)).toEqual(["shift+u"]);
  expect(commandOf(COMMANDS, own, "single", "shift+u")?.id).toBe("undo");
  expect(commandOf(COMMANDS, own, "single", "z")).toBeUndefined();
  expect(restored(COMMANDS, own, command("undo"))).toEqual({});
});

test("a key that is taken is refused, with the name of who has it", () => {
  expect(clash(COMMANDS, {}, command("note"), "shift+f")).toContain("Flag for review");
  expect(clash(COMMANDS, {}, command("note"), "q")).toContain("belong to the classes");
  expect(clash(COMMANDS, {}, command("fit"), "arrowup")).toBeNull(); // means something in the grid only
});

test("usual keys that another command was given since do not come back", () => {
  const own = { undo: ["shift+u"], note: ["backspace"] };
  expect(restored(COMMANDS, own, command("undo"))).toBeNull();
});

test("what can be done depends on what is there", () => {
  const nothing = { hasTarget: false, canUndo: false, canRedo: false, canGoBack: false, canGoOn: false } as Controls;
  const left = COMMANDS.filter((one) => one.enabled(nothing)).map((one) => one.id);
  expect(left).toEqual(["keep", "grid", "guide", "help"]);
});

test("a class's command answers with the class", () => {
  const answer = vi.fn();
  command("class:cat").run({ answer } as unknown as Controls);
  expect(answer).toHaveBeenCalledWith("cat");
});

test("search is offered where not every class has a key", () => {
  expect(needsSearch([named("a", "1")])).toBe(false);
  expect(needsSearch([named("a", "1"), named("b", null)])).toBe(true);
});

test("the table of keys in the documentation is the list of commands", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/labelling.md"), "utf8");
  const rows = commandsFor([]).map((one) => {
    const where = one.mode === "both" ? "" : one.mode;
    return `| ${one.label} | ${one.keys.map((key) => `\`${readable(key)}\``).join(" ")} | ${where} |`;
  });
  expect(page).toContain(rows.join("\n"));
});
