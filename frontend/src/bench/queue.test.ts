import { expect, test } from "vitest";

import type { Assignment } from "../api/client";
import { answer, current, EMPTY, receive, saved, skip, undo, unsaved, upcoming } from "./queue";

const held = (...ids: string[]) => ids.map((id) => ({ id }) as Assignment);
const shown = (queue: typeof EMPTY) => current(queue)?.assignment.id;

test("images come in the order they were handed out, each once", () => {
  const queue = receive(receive(EMPTY, held("a", "b")), held("b", "c"));
  expect(queue.items.map((item) => item.assignment.id)).toEqual(["a", "b", "c"]);
});

test("an answer moves on at once, and is unsaved until the server has it", () => {
  const queue = answer(receive(EMPTY, held("a", "b")), "cat");
  expect([shown(queue), unsaved(queue)]).toEqual(["b", 1]);
  expect(unsaved(saved(queue, "a", "saved"))).toBe(0);
});

test("undo goes back to the answer, which can be changed", () => {
  const back = undo(answer(receive(EMPTY, held("a", "b")), "cat"));
  expect([shown(back), current(back)?.answer]).toEqual(["a", "cat"]);
  expect(answer(back, "dog").items[0]?.answer).toBe("dog");
});

test("there is nothing to undo before the first answer", () => {
  const queue = receive(EMPTY, held("a"));
  expect(undo(queue)).toBe(queue);
});

test("a skipped image that is answered after an undo is no longer skipped", () => {
  const queue = answer(undo(skip(receive(EMPTY, held("a", "b")))), "cat");
  expect(queue.items[0]).toMatchObject({ skipped: false, answer: "cat" });
});

test("an answer beyond the last image changes nothing", () => {
  expect(answer(EMPTY, "cat")).toBe(EMPTY);
});

test("what comes next is known before it is shown", () => {
  expect(upcoming(receive(EMPTY, held("a", "b", "c"))).map((item) => item.assignment.id)).toEqual(["b", "c"]);
});
