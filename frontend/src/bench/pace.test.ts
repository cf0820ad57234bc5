import { expect, test } from "vitest";

import { ahead, measured, type Pace, UNKNOWN } from "./pace";

const pace = (answer: number, lease: number, load: number): Pace => ({
  answers: [answer, answer, answer],
  leases: [lease],
  loads: [load],
});

test("quick people and slow lines need more images ahead, within limits", () => {
  const calm = ahead(pace(2000, 30, 20));
  expect(ahead(pace(300, 30, 20))).toBeGreaterThanOrEqual(calm);
  expect(ahead(pace(300, 600, 600))).toBeGreaterThan(ahead(pace(2000, 600, 600)));
  expect([calm, ahead(pace(10, 5000, 5000))]).toEqual([8, 60]);
});

test("what is held outlasts a lease and a load at the person's pace", () => {
  for (const answer of [150, 400, 1000]) {
    for (const line of [20, 300, 900]) {
      expect(ahead(pace(answer, line, line)) * answer).toBeGreaterThan(2 * line);
    }
  }
});

test("a pause of the person does not count, a quick stretch does", () => {
  const quick = [200, 200, 200, 200].reduce((now, ms) => measured(now, "answers", ms), UNKNOWN);
  expect(ahead(measured(quick, "answers", 60_000))).toBe(ahead(quick));
});

test("only the newest measurements count", () => {
  let now = UNKNOWN;
  for (let n = 0; n < 100; n += 1) now = measured(now, "loads", n);
  expect([now.loads.length, now.loads.at(-1)]).toEqual([24, 99]);
});
