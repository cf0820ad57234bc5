import { expect, test } from "vitest";

import { ApiError } from "../api/errors";
import { type Save, Saver } from "./saver";

const save = (assignment: string): Save => ({ assignment, answer: "cat", elapsedMs: 0 });

function run(deliver: (save: Save) => Promise<void>, ...saves: Save[]): Promise<string[]> {
  return new Promise((resolve) => {
    const heard: string[] = [];
    const saver = new Saver(
      ({ assignment }, how) => {
        heard.push(`${assignment} ${how}`);
        if (heard.length === saves.length) resolve(heard);
      },
      deliver,
      1,
    );
    saves.forEach((one) => {
      saver.add(one);
    });
  });
}

test("an answer that does not get through is sent again, before the ones after it", async () => {
  const sent: string[] = [];
  const deliver = ({ assignment }: Save) => {
    sent.push(assignment);
    return sent.length < 3 ? Promise.reject(new TypeError("offline")) : Promise.resolve();
  };
  expect(await run(deliver, save("a"), save("b"))).toEqual(["a saved", "b saved"]);
  expect(sent).toEqual(["a", "a", "a", "b"]);
});

test("a refused answer is told and does not hold up the others", async () => {
  const deliver = ({ assignment }: Save) =>
    assignment === "a" ? Promise.reject(new ApiError(409, "cycle_not_open", "closed")) : Promise.resolve();
  expect(await run(deliver, save("a"), save("b"))).toEqual(["a refused", "b saved"]);
});
