import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Assignment } from "../api/client";
import { ApiError } from "../api/errors";
import { Desk, type Server } from "./desk";
import { answer, flag, type Mark, skip, undo, unsaid, visible } from "./session";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const assignment = (id: string) => ({ id, image: { id: `i-${id}` }, cycle_id: "1" }) as Assignment;

/** A server with so many images, an outbox that writes down, and a desk at the open cycle. */
function sit(count: number, part: Partial<Server> = {}) {
  const free = Array.from({ length: count }, (_, n) => assignment(`a${n}`));
  const held: Assignment[] = [];
  const released: string[] = [];
  const said: { assignment: string; mark: Mark }[] = [];
  const server: Server = {
    lease: (limit) => {
      held.push(...free.splice(0, Math.max(limit - held.length, 0)));
      return Promise.resolve(held.slice(0, limit));
    },
    renew: (ids) => Promise.resolve(ids),
    release: (ids) => released.push(...ids),
    ...part,
  };
  const outbox = {
    state: { unsent: 0, line: "up" as const },
    add: (entry: { assignment: string; mark: Mark }) => said.push(entry),
    unsent: () => Promise.resolve(new Map<string, Mark>()),
  };
  const desk = new Desk("p", outbox, server);
  desk.enter("1");
  const give = (name: string) => {
    desk.act((now) => answer(now, [visible(now)[0]?.key ?? ""], name));
  };
  const answers = () => said.map((one) => one.mark.answer ?? one.mark.skip);
  return { desk, give, said, answers, released, held, free };
}

test("images are leased ahead, and more before they run out", async () => {
  const { desk, give, held, free } = sit(200);
  await vi.advanceTimersByTimeAsync(0);
  for (let n = 0; n < 100; n += 1) {
    await vi.advanceTimersByTimeAsync(300);
    expect(unsaid(desk.state.session).length).toBeGreaterThanOrEqual(4);
    const [shown] = visible(desk.state.session);
    held.splice(held.findIndex((one) => one.id === shown?.assignment.id), 1);
    give("cat");
  }
  expect(free.length).toBeGreaterThan(0); // never all at once
});

test("every answer, skip and undo goes to the outbox, in order; a flag goes with its answer", async () => {
  const { desk, give, said, answers } = sit(9);
  await vi.advanceTimersByTimeAsync(0);
  desk.act((now) => flag(now, ["a0"]));
  expect(said).toEqual([]);
  give("cat");
  desk.act((now) => skip(now, ["a1"], "dark"));
  desk.act(undo);
  desk.act((now) => flag(now, ["a0"]));
  expect(answers()).toEqual(["cat", "dark", null, "cat"]);
  expect(said.map((one) => one.mark.flagged)).toEqual([true, false, false, false]);
});

test("answers that were given and stand are counted, undone and refused ones and skips are not", async () => {
  const { desk, give } = sit(9);
  await vi.advanceTimersByTimeAsync(0);
  give("cat");
  give("dog");
  give("cat");
  desk.act(undo);
  desk.act((now) => skip(now, ["a2"], "dark"));
  expect(desk.state.given).toBe(2);
  const mark = { answer: "dog", skip: null, flagged: false, note: "" };
  const entry = { seq: 1, user: "me", project: "p", assignment: "a1", elapsedMs: 1, mark };
  desk.hear([{ entry, refused: new ApiError(409, "unknown_class", "no") }]);
  expect(desk.state.given).toBe(1);
});

test("a group's answers go to the outbox one by one, undo takes them all back", async () => {
  const { desk, said, answers } = sit(9);
  await vi.advanceTimersByTimeAsync(0);
  desk.act((now) => answer(now, ["a2", "a4"], "cat"));
  desk.act(undo);
  expect(said.map((one) => one.assignment)).toEqual(["a2", "a4", "a2", "a4"]);
  expect(answers()).toEqual(["cat", "cat", null, null]);
});

test("a line that is down is tried again until images come", async () => {
  let tries = 0;
  const lease = () => {
    tries += 1;
    return tries < 3 ? Promise.reject(new TypeError("offline")) : Promise.resolve([assignment("a")]);
  };
  const { desk } = sit(0, { lease });
  await vi.advanceTimersByTimeAsync(0);
  expect(desk.state.trouble).toBeInstanceOf(TypeError);
  await vi.advanceTimersByTimeAsync(7000);
  expect([visible(desk.state.session).length, desk.state.trouble]).toEqual([1, null]);
});

test("an empty queue is not asked at every answer, but now and then", async () => {
  const lease = vi.fn(() => Promise.resolve([] as Assignment[]));
  const { desk } = sit(0, { lease });
  await vi.advanceTimersByTimeAsync(5000);
  await desk.refill();
  expect(lease).toHaveBeenCalledTimes(1);
  const seen = new Set<boolean>();
  desk.subscribe(() => seen.add(desk.state.empty));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lease).toHaveBeenCalledTimes(2);
  expect([...seen]).toEqual([true]); // what is shown meanwhile does not flicker
});

test("leases of somebody who is there are renewed, of somebody who left they are not", async () => {
  const renew = vi.fn((ids: readonly string[]) => Promise.resolve(ids.filter((id) => id !== "a1")));
  const { desk } = sit(9, { renew });
  await vi.advanceTimersByTimeAsync(0);
  await desk.renew();
  expect(desk.state.session.items.map((item) => item.key)).not.toContain("a1");
  await vi.advanceTimersByTimeAsync(31 * 60_000);
  await desk.renew();
  expect(renew).toHaveBeenCalledTimes(1);
  desk.awake();
  expect(renew).toHaveBeenCalledTimes(2);
});

test("closing the page gives back what is unanswered", async () => {
  const { desk, give, released } = sit(3);
  await vi.advanceTimersByTimeAsync(0);
  give("cat");
  desk.close();
  expect(released).toEqual(["a1", "a2"]);
});

test("images that come after the page was closed are given back, too", async () => {
  const { desk, released } = sit(3);
  desk.close();
  await vi.advanceTimersByTimeAsync(0);
  expect(released).toHaveLength(3);
  expect(visible(desk.state.session)).toEqual([]);
});

test("a refused answer brings its image back, after a closed cycle it is told as lost", async () => {
  const { desk, give } = sit(9);
  await vi.advanceTimersByTimeAsync(0);
  give("cat");
  give("dog");
  const told = (id: string, name: string, code: string) => ({
    entry: {
      seq: 1, user: "me", project: "p", assignment: id, elapsedMs: 1,
      mark: { answer: name, skip: null, flagged: false, note: "" },
    },
    refused: new ApiError(409, code, "no"),
  });
  desk.hear([told("a0", "cat", "unknown_class"), told("a1", "dog", "cycle_not_open")]);
  expect(desk.state.session.items.find((item) => item.key === "a0")?.refusal).toBe("cat: no");
  expect(desk.state.session.losses.map((loss) => loss.what)).toEqual(["dog"]);
});
