import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Pictures } from "./pictures";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Pictures whose loads end when told to. */
function pictures() {
  const asked: string[] = [];
  const ends = new Map<string, { done: () => void; fail: () => void }>();
  const load = (url: string) =>
    new Promise<HTMLImageElement>((resolve, reject) => {
      asked.push(url);
      ends.set(url, {
        done: () => {
          resolve({ src: url } as HTMLImageElement);
        },
        fail: () => {
          reject(new Error("no"));
        },
      });
    });
  const all = new Pictures(() => undefined, load, () => undefined);
  const settle = async (url: string, how: "done" | "fail" = "done") => {
    ends.get(url)?.[how]();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { all, asked, settle };
}

test("the nearest are loaded first, so many at once as the line takes", async () => {
  const { all, asked, settle } = pictures();
  all.want(["a", "b", "c", "d", "e", "f", "g", "h"]);
  expect(asked.join("")).toBe("abcdef");
  await settle("c");
  expect([asked.join(""), all.get("c")?.element.src, all.get("a")]).toEqual(["abcdefg", "c", undefined]);
});

test("what is no longer wanted is let go, what is wanted still is not loaded twice", async () => {
  const { all, asked, settle } = pictures();
  all.want(["a", "b"]);
  await settle("a");
  await settle("b");
  all.want(["b", "c"]);
  expect([all.get("a"), all.get("b")?.element.src, asked.join("")]).toEqual([undefined, "b", "abc"]);
});

test("what cannot be loaded is said to be broken, and tried again", async () => {
  const { all, asked, settle } = pictures();
  all.want(["a"]);
  await settle("a", "fail");
  expect(all.isBroken("a")).toBe(true);
  await vi.advanceTimersByTimeAsync(2000);
  await settle("a");
  expect([asked.join(""), all.isBroken("a"), all.get("a")?.element.src]).toEqual(["aa", false, "a"]);
});

test("when the line is up again, failed pictures do not wait for their turn", async () => {
  const { all, asked, settle } = pictures();
  all.want(["a"]);
  await settle("a", "fail");
  all.retry();
  expect(asked.join("")).toBe("aa");
});
