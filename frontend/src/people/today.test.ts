import { expect, test } from "vitest";

import { dayBegan } from "./dayBegan";
import { BLANK, type Mark } from "../bench/session";
import { counted, type Today } from "./today";

const answer: Mark = { ...BLANK, answer: "cat" };
const known: Today = { answers: 9, seconds: 2, streak: 1, day: "today", given: 4 };

/** A server that counts `answers`, while the marks on the shelf are `before` and then `after`. */
function sources(answers: number, before: Mark[], after = before, day = "today") {
  const shelf = [before, after];
  return {
    day,
    given: () => 6,
    unsent: () => Promise.resolve(new Map((shelf.shift() ?? []).map((mark, n) => [`a${n}`, mark]))),
    ask: () => Promise.resolve({ answers, seconds: 3, streak: 2 }),
  };
}

test("answers that wait to be sent are counted with those that the server has; skips are not", async () => {
  const skip: Mark = { ...BLANK, skip: "dark" };
  expect(await counted(sources(10, [answer, skip]), known)).toMatchObject({ answers: 11, given: 6, seconds: 3 });
});

test("while answers are on their way the count from before goes on", async () => {
  expect(await counted(sources(10, [answer], []), known)).toEqual({ ...known, seconds: 3, streak: 2 });
});

test("on another day, and at first, the server's count is taken as it is", async () => {
  for (const before of [undefined, { ...known, day: "yesterday" }]) {
    expect(await counted(sources(0, [answer], []), before)).toMatchObject({ answers: 1, given: 6 });
  }
});

test("a day begins at midnight where one is", () => {
  const began = new Date(dayBegan(new Date(2026, 2, 5, 17, 30)));
  expect([began.getDate(), began.getHours(), began.getMinutes()]).toEqual([5, 0, 0]);
});
