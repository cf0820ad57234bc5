import { expect, test, vi } from "vitest";

import { ApiError } from "../api/errors";
import { type Deliver, Outbox, type Told } from "./outbox";
import { BLANK } from "./session";
import { memoryShelf, type Shelf } from "./shelf";

const AROUND = { alone: <T>(work: () => Promise<T>) => work(), channel: null, pauseMs: 1 };
const entry = (assignment: string, project = "p") => ({
  project, assignment, mark: { ...BLANK, answer: "cat" }, elapsedMs: 1,
});
const names = (batch: readonly { assignment: string }[]) => batch.map((one) => one.assignment).join("");

function run(deliver: Deliver, shelf: Shelf = memoryShelf(), user = "me") {
  const outbox = new Outbox(user, shelf, deliver, AROUND);
  const heard: string[] = [];
  outbox.subscribe((told: readonly Told[]) => {
    heard.push(...told.map((one) => `${one.entry.assignment} ${one.refused?.code ?? "kept"}`));
  });
  return { outbox, heard };
}

const allWell: Deliver = (batch) => Promise.resolve(batch.map(() => null));

test("answers go out in their order, many at once when the line is slow", async () => {
  const batches: string[] = [];
  const { outbox, heard } = run(async (batch) => {
    batches.push(names(batch));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return batch.map(() => null);
  });
  outbox.add(entry("a"));
  await new Promise((resolve) => setTimeout(resolve, 1));
  for (const name of "bcde") outbox.add(entry(name));
  expect(outbox.state.unsent).toBe(5);
  await vi.waitFor(() => {
    expect(outbox.state.unsent).toBe(0);
  });
  expect([batches.join(""), batches.length < 5]).toEqual(["abcde", true]);
  expect(heard).toEqual(["a kept", "b kept", "c kept", "d kept", "e kept"]);
});

test("an answer that does not get through is sent again, before the ones after it", async () => {
  let tries = 0;
  const sent: string[] = [];
  const { outbox, heard } = run((batch) => {
    tries += 1;
    sent.push(names(batch));
    return tries < 3 ? Promise.reject(new TypeError("offline")) : Promise.resolve(batch.map(() => null));
  });
  outbox.add(entry("a"));
  await vi.waitFor(() => {
    expect(heard).toEqual(["a kept"]);
  });
  expect([sent, outbox.state]).toEqual([["a", "a", "a"], { unsent: 0, line: "up" }]);
});

test("a refused answer is told, and the others count", async () => {
  const { outbox, heard } = run((batch) =>
    Promise.resolve(batch.map((one) => (one.assignment === "a" ? new ApiError(409, "cycle_not_open", "") : null))),
  );
  outbox.add(entry("a"));
  outbox.add(entry("b"));
  await vi.waitFor(() => {
    expect(heard).toEqual(["a cycle_not_open", "b kept"]);
  });
});

test("of a batch that is refused as a whole, only the one at fault is refused", async () => {
  const { outbox, heard } = run((batch) =>
    names(batch).includes("b") ? Promise.reject(new ApiError(422, "invalid", "")) : allWell(batch),
  );
  for (const name of "abc") outbox.add(entry(name));
  await vi.waitFor(() => {
    expect(heard).toEqual(["a kept", "b invalid", "c kept"]);
  });
});

test.each([new ApiError(401, "unauthenticated", ""), new ApiError(403, "not_your_answers", "")])(
  "signed out, nothing is lost: %s",
  async (error) => {
    let signedIn = false;
    const { outbox, heard } = run((batch) => (signedIn ? allWell(batch) : Promise.reject(error)));
    outbox.add(entry("a"));
    await vi.waitFor(() => {
      expect(outbox.state).toEqual({ unsent: 1, line: "signed-out" });
    });
    signedIn = true;
    await outbox.kick();
    await vi.waitFor(() => {
      expect([heard, outbox.state.line]).toEqual([["a kept"], "up"]);
    });
  },
);

test("a reloaded page sends what the one before it left, and knows what it said", async () => {
  const shelf = memoryShelf();
  const away = run(() => Promise.reject(new TypeError("offline")), shelf);
  away.outbox.add(entry("a"));
  away.outbox.add({ ...entry("a"), mark: { ...BLANK, answer: "dog" } });
  away.outbox.add(entry("x", "another project"));
  expect(await away.outbox.unsent("p")).toEqual(new Map([["a", { ...BLANK, answer: "dog" }]]));
  const sent: string[] = [];
  const { outbox } = run((batch) => {
    sent.push(batch.map((one) => `${one.assignment}=${one.mark.answer ?? ""}`).join());
    return allWell(batch);
  }, shelf);
  await outbox.kick();
  expect(sent).toEqual(["a=cat,a=dog", "x=cat"]);
});

test("an answer is handed to the shelf with the keypress, however busy the shelf is", () => {
  const handed: string[] = [];
  const busy: Shelf = {
    ...memoryShelf(),
    add: (one) => {
      handed.push(one.assignment);
      return new Promise(() => undefined);
    },
  };
  const { outbox } = run(allWell, busy);
  outbox.add(entry("a"));
  outbox.add(entry("b"));
  expect(handed).toEqual(["a", "b"]);
});

test("another person sends nothing of the first one's", async () => {
  const shelf = memoryShelf();
  run(() => Promise.reject(new TypeError("offline")), shelf, "first").outbox.add(entry("a"));
  const sent: string[] = [];
  const { outbox } = run((batch) => {
    sent.push(names(batch));
    return allWell(batch);
  }, shelf, "second");
  await outbox.kick();
  expect([sent, outbox.state.unsent, await shelf.count("first")]).toEqual([[], 0, 1]);
});

test("once somebody else is signed in, nothing more is tried", async () => {
  let tries = 0;
  const { outbox } = run(() => {
    tries += 1;
    return Promise.reject(new ApiError(403, "not_your_answers", ""));
  });
  outbox.add(entry("a"));
  await vi.waitFor(() => {
    expect(tries).toBeGreaterThan(0);
  });
  outbox.stop();
  const before = tries;
  await outbox.kick();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([tries, outbox.state.unsent]).toEqual([before, 1]);
});

test("an answer that the browser could not keep is told at once", async () => {
  const full: Shelf = { ...memoryShelf(), add: () => Promise.reject(new Error("disk full")) };
  const { outbox, heard } = run(allWell, full);
  outbox.add(entry("a"));
  await vi.waitFor(() => {
    expect(heard).toEqual(["a not_kept"]);
  });
});
