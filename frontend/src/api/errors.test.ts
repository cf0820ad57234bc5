import { expect, test } from "vitest";

import { ApiError, fieldErrors } from "./errors";

test("what is wrong with single fields is told by the fields' own names", () => {
  const fields = [{ field: "settings.budget", message: "Input should be greater than 0" }];
  expect(fieldErrors(new ApiError(422, "invalid", "", { fields }))).toEqual({
    budget: "Input should be greater than 0",
  });
});

test("an error of one field has its message", () => {
  expect(fieldErrors(new ApiError(409, "hotkey_taken", "cat has it", { field: "hotkey" }))).toEqual({
    hotkey: "cat has it",
  });
});

test("other errors are of no field", () => {
  expect(fieldErrors(new TypeError("gone"))).toEqual({});
});
