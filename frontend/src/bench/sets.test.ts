import { expect, test, vi } from "vitest";

import type { Assignment, Class } from "../api/client";
import { answerWords } from "./answerWords";
import { type Command, commandsFor, type Controls } from "./commands";
import { said } from "./deliver";
import { Desk } from "./desk";
import { clash, commandOf } from "./keymap";
import { REASONS, reasonsFor } from "./reasons";
import {
  accept, chosenOf, EMPTY, isSaid, type Mark, receive, redo, refuse, type Session, skip, submit, toggleClass, undo, visible,
} from "./session";

const held = (...ids: string[]) => ids.map((id) => ({ id, image: { id: `i-${id}` }, cycle_id: "1" }) as Assignment);
const shown = (session: Session) => visible(session).map((item) => item.key);
const mark = (session: Session, place = 0) => session.items[place]?.mark as Mark;
/** Toggles classes of what is on the screen. */
const choose = (session: Session, ...names: string[]) =>
  names.reduce((now, name) => toggleClass(now, shown(now), name), session);
const start = receive(EMPTY, held("a", "b"));

test("classes are chosen and let go, and the image stays until the answer", () => {
  const session = choose(start, "cat", "dog", "cat");
  expect([shown(session), chosenOf(mark(session)), isSaid(mark(session))]).toEqual([["a"], ["dog"], false]);
});

test("the answer is what is chosen, and leads on", () => {
  const session = submit(choose(start, "cat", "dog"), ["a"]);
  expect([shown(session), mark(session).set]).toEqual([["b"], ["cat", "dog"]]);
});

test("nothing chosen is an answer, too", () => {
  const { set } = mark(submit(start, ["a"]));
  expect([set, answerWords({ ...mark(start), set })]).toEqual([[], "none of the classes"]);
  expect(answerWords(mark(start))).toBeNull();
});

test("undo takes the answer back and keeps the choice; once more takes the last choice back; redo does both again", () => {
  const answered = submit(choose(start, "cat", "dog"), ["a"]);
  const once = undo(answered);
  const twice = undo(once);
  expect([once, twice].map((one) => [isSaid(mark(one)), chosenOf(mark(one))])).toEqual([[false, ["cat", "dog"]], [false, ["cat"]]]);
  expect(mark(redo(redo(twice))).set).toEqual(["cat", "dog"]);
});

test("of several images a class goes only where all have it", () => {
  let session = toggleClass(start, ["a"], "cat");
  session = toggleClass(session, ["a", "b"], "cat");
  expect([chosenOf(mark(session)), chosenOf(mark(session, 1))]).toEqual([["cat"], ["cat"]]);
  session = toggleClass(session, ["a", "b"], "cat");
  expect([chosenOf(mark(session)), chosenOf(mark(session, 1))]).toEqual([[], []]);
});

test("a refused answer comes back as it was chosen", () => {
  const session = refuse(submit(choose(start, "cat"), ["a"]), "a", true, "cat", "no such class");
  const back = session.items.find((item) => item.key === "a");
  expect([back && isSaid(back.mark), chosenOf(back?.mark)]).toEqual([false, ["cat"]]);
});

test("a skip is no answer, whatever was chosen before", () => {
  const answered = submit(choose(start, "cat"), ["a"]);
  expect([mark(skip(answered, ["a"], "dark")).set, mark(skip(answered, ["a"], "dark")).skip]).toEqual([undefined, "dark"]);
});

test("a suggested set is taken as it is", () => {
  const suggestion = { class: null, classes: ["dog"], confidence: 0.9 };
  const [one] = held("a");
  const session = accept(choose(receive(EMPTY, [{ ...one, suggestion } as Assignment]), "cat"), ["a"]);
  expect([mark(session).set, chosenOf(mark(session))]).toEqual([["dog"], ["dog"]]);
});

test("the desk sends answers, and not what is only chosen", () => {
  const sent: Mark[] = [];
  const outbox = {
    state: { unsent: 0, line: "up" as const },
    add: (entry: { mark: Mark }) => sent.push(entry.mark),
    unsent: () => Promise.resolve(new Map<string, Mark>()),
  };
  const never = () => new Promise<never>(() => undefined);
  const desk = new Desk("p", outbox, { lease: never, renew: never, release: () => undefined });
  desk.act((now) => receive(now, held("a", "b")));
  desk.act((now) => toggleClass(now, ["a"], "cat"));
  expect(sent).toEqual([]);
  desk.act((now) => submit(now, ["a"]));
  desk.act((now) => toggleClass(now, ["a"], "dog"));
  expect(sent.map((one) => one.set)).toEqual([["cat"]]);
  desk.act(undo);
  desk.act(undo);
  expect(sent.map((one) => one.set)).toEqual([["cat"], undefined]);
});

test("answers go out as lists", () => {
  const unclear = { ...mark(start), chosen: ["cat"] };
  expect(said({ ...unclear, set: ["cat", "dog"] })).toMatchObject({ classes: ["cat", "dog"] });
  expect(said({ ...unclear, set: [] })).toMatchObject({ classes: [] });
  expect(said(unclear)).toMatchObject({ retract: true });
});

test("where images may have several classes Enter answers, and Shift Enter takes the suggestion", () => {
  const classes: Class[] = [{ id: "1", name: "cat", hotkey: "1", color: "#000000", guideline: "" }];
  const commands = commandsFor(classes, true);
  const one = commandOf(commands, {}, "grid", "enter") as Command;
  expect([one.id, clash(commands, {}, one, "enter")]).toEqual(["submit", null]);
  const controls = { submit: vi.fn() };
  one.run(controls as unknown as Controls);
  expect(controls.submit).toHaveBeenCalledOnce();
  expect(commandOf(commandsFor(classes), {}, "single", "enter")?.id).toBe("accept");
  expect(commandOf(commands, {}, "single", "shift+enter")?.id).toBe("accept");
});

test("what is an answer there is no reason to skip", () => {
  expect(reasonsFor(true)).not.toContain("None of the classes");
  expect(reasonsFor(false)).toEqual(REASONS);
});
