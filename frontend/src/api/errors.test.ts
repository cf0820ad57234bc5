import { beforeAll, expect, test } from "vitest";

import { messagesOf, speak } from "../language/speak";
import { errorWords } from "../said/errorWords";
import { ApiError, fieldErrors, knowErrors, messageOf } from "./errors";

beforeAll(() => {
  knowErrors(errorWords);
});

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

test("an error is told in the language of the page, and in the API's words where its code is unknown", async () => {
  speak("ko", await messagesOf("ko"));
  const known = messageOf(new ApiError(409, "last_owner", "This is the last owner."));
  const unknown = messageOf(new ApiError(409, "brand_new", "Something new."));
  speak("en", await messagesOf("en"));
  expect([known.includes("소유자"), unknown]).toEqual([true, "Something new."]);
});

test("why something was refused is told in the language of the page, with what it is about", async () => {
  speak("ko", await messagesOf("ko"));
  const text = messageOf(new ApiError(422, "invalid", "There is no account for a@b.", { why: "no_account", email: "a@b" }));
  speak("en", await messagesOf("en"));
  expect([text.includes("a@b"), text.includes("There is")]).toEqual([true, false]);
});
