import { expect, test } from "vitest";

import type { Assignment } from "../api/client";
import {
  annotate, answer, BLANK, EMPTY, enterCycle, flag, keepHeld, move, receive, redo, refuse, type Session, show, skip,
  undo, unsaid, visible,
} from "./session";

const held = (...ids: string[]) => ids.map((id) => ({ id, image: { id: `i-${id}` }, cycle_id: "1" }) as Assignment);
const shown = (session: Session) => visible(session).map((item) => item.key);
const all = (session: Session) => session.items.map((item) => item.key);
const said = (session: Session) => session.items.map((item) => item.mark.answer ?? item.mark.skip);
/** Answers what is on the screen. */
const give = (session: Session, name: string) => answer(session, shown(session), name);

test("images come in the order they were handed out, each once", () => {
  expect(all(receive(receive(EMPTY, held("a", "b")), held("b", "c")))).toEqual(["a", "b", "c"]);
});

test("an image that was leased anew keeps its place and gets the new assignment", () => {
  const again = { ...held("a2")[0], image: { id: "i-a" } } as Assignment;
  const session = receive(receive(EMPTY, held("a", "b")), [again]);
  expect(session.items.map((item) => item.assignment.id)).toEqual(["a2", "b"]);
});

test("an image whose answer waits to be sent is not asked again", () => {
  const unsent = new Map([["a", { ...BLANK, answer: "cat" }]]);
  const session = receive(EMPTY, held("a", "b"), unsent);
  expect([shown(session), said(session)]).toEqual([["b"], ["cat", null]]);
});

test("an image that a reviewer sent back is asked again, and its answer of before cannot be undone", () => {
  const answered = give(receive(EMPTY, held("a", "b")), "cat");
  const back = { ...held("a")[0], comment: "closed at the top?", expires_at: "later" } as Assignment;
  const session = receive(answered, [back]);
  expect([all(session), said(session), session.past.length]).toEqual([["b", "a"], [null, null], 0]);
  expect(all(receive(give(give(session, "dog"), "cow"), [back]))).toEqual(["b", "a"]);
});

test("an answer leads on to the next image at once", () => {
  const session = give(receive(EMPTY, held("a", "b")), "cat");
  expect([shown(session), said(session)]).toEqual([["b"], ["cat", null]]);
});

test("who went back and answered anew returns to the first unanswered image", () => {
  let session = give(give(receive(EMPTY, held("a", "b", "c")), "cat"), "dog");
  session = give(move(move(session, -1), -1), "cow");
  expect([shown(session), said(session)]).toEqual([["c"], ["cow", "dog", null]]);
});

test("an image that was passed by comes again at the end", () => {
  const session = give(move(receive(EMPTY, held("a", "b")), 1), "cat");
  expect(shown(session)).toEqual(["a"]);
});

test("new images are shown to who waits at the end", () => {
  const ended = give(receive(EMPTY, held("a")), "cat");
  expect(shown(ended)).toEqual([]);
  expect(shown(receive(ended, held("b")))).toEqual(["b"]);
});

test("undo and redo go through the whole session", () => {
  let session = receive(EMPTY, held("a", "b", "c"));
  session = skip(give(give(session, "cat"), "dog"), ["c"], "blurred");
  const end = said(session);
  for (const expected of [["cat", "dog", null], ["cat", null, null], [null, null, null]]) {
    session = undo(session);
    expect(said(session)).toEqual(expected);
  }
  expect([undo(session), shown(session)]).toEqual([session, ["a"]]);
  session = redo(redo(redo(session)));
  expect([said(session), shown(session), redo(session)]).toEqual([end, [], session]);
});

test("after a new act there is nothing to redo", () => {
  const session = give(undo(give(receive(EMPTY, held("a", "b")), "cat")), "dog");
  expect(redo(session)).toBe(session);
});

test("an answer takes the place of a skip", () => {
  const session = answer(skip(receive(EMPTY, held("a", "b")), ["a"], "dark"), ["a"], "cat");
  expect(session.items[0]?.mark).toMatchObject({ answer: "cat", skip: null });
});

test("flag and note stay on the image, and can be undone", () => {
  let session = annotate(flag(receive(EMPTY, held("a", "b")), ["a"]), ["a"], " two cats ");
  expect([shown(session), session.items[0]?.mark]).toEqual([["a"], { ...BLANK, flagged: true, note: "two cats" }]);
  session = undo(undo(give(session, "cat")));
  expect(session.items[0]?.mark).toEqual({ ...BLANK, flagged: true });
});

test("a flag on some of many is given to all of them first", () => {
  const some = flag(receive(EMPTY, held("a", "b")), ["a"]);
  const flags = (session: Session) => session.items.map((item) => item.mark.flagged);
  expect(flags(flag(some, ["a", "b"]))).toEqual([true, true]);
  expect(flags(flag(flag(some, ["a", "b"]), ["a", "b"]))).toEqual([false, false]);
});

test("a grid stays until its page is answered, and undo takes the whole group back", () => {
  let session = show(receive(EMPTY, held("a", "b", "c", "d")), 2);
  session = answer(session, ["b"], "cat");
  expect(shown(session)).toEqual(["a", "b"]);
  session = answer(session, ["a"], "dog");
  expect(shown(session)).toEqual(["c", "d"]);
  session = answer(session, ["c", "d"], "cow");
  expect(shown(session)).toEqual([]);
  session = undo(session);
  expect([shown(session), said(session)]).toEqual([["c", "d"], ["dog", "cat", null, null]]);
});

test("a refused answer's image comes back right after the present one, with the reason", () => {
  let session = give(give(receive(EMPTY, held("a", "b", "c", "d")), "cat"), "dog");
  session = refuse(session, "a", true, "cat", "no such class");
  expect([shown(session), all(session)]).toEqual([["c"], ["b", "c", "a", "d"]]);
  expect(session.items[2]).toMatchObject({ refusal: "cat: no such class", mark: BLANK });
  expect(said(undo(session))).toEqual([null, null, null, null]); // the refused act is gone from history
  expect(answer(session, ["a"], "dog").items[2]?.refusal).toBeNull();
});

test("a refused answer's image comes back to who has nothing else left", () => {
  const session = refuse(give(receive(EMPTY, held("a")), "cat"), "a", true, "cat", "no");
  expect(shown(session)).toEqual(["a"]);
});

test("an answer that came after the cycle closed is told as lost", () => {
  const session = refuse(give(receive(EMPTY, held("a", "b")), "cat"), "a", false, "cat", "closed");
  expect(session.losses).toEqual([{ key: "a", image: "i-a", what: "cat", why: "closed" }]);
  expect(shown(session)).toEqual(["b"]);
});

test("images that went to others leave the bench, but not from under one's eyes", () => {
  const session = give(receive(EMPTY, held("a", "b", "c", "d")), "cat");
  const left = keepHeld(session, new Set(["a", "b", "c", "d"]), new Set(["d"]));
  expect([shown(left), all(left)]).toEqual([["b"], ["a", "b", "d"]]);
});

test("images that were leased while it was asked what is held stay", () => {
  const session = receive(EMPTY, held("a", "b", "c"));
  expect(all(keepHeld(session, new Set(["a", "b"]), new Set(["a"])))).toEqual(["a", "c"]);
});

test("when the cycle is over its unanswered images go, and nothing can be undone", () => {
  const session = enterCycle(give(receive(EMPTY, held("a", "b", "c")), "cat"), "2");
  expect([all(session), shown(session), undo(session)]).toEqual([["a"], [], session]);
  const next = held("d").map((assignment) => ({ ...assignment, cycle_id: "2" }));
  expect(shown(receive(session, next))).toEqual(["d"]);
  expect(unsaid(receive(session, next))).toHaveLength(1);
});
