import { i18n } from "@lingui/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { messagesOf, speak } from "../language/speak";
import { said, saidEach } from "./said";

const epoch = { code: "epoch", text: "epoch 2 of 5", values: { epoch: 2, epochs: 5 } };
const empty = { code: "pool_empty", text: "No image is left.", values: {} };
const unheard = { code: "of_a_later_version", text: "Something new.", values: {} };

test("English is what the server says", () => {
  expect(said("epoch 2 of 5", [epoch])).toBe("epoch 2 of 5");
});

describe("in Korean", () => {
  beforeEach(async () => {
    speak("ko", await messagesOf("ko"));
  });
  afterEach(async () => {
    speak("en", await messagesOf("en"));
    expect(i18n.locale).toBe("en");
  });

  test("a sentence is made of its code and its values", () => {
    expect(said("epoch 2 of 5", [epoch])).toBe("에폭 5회 중 2회");
  });

  test("an error of the API is known by its code", () => {
    expect(said("No image is left.", [empty])).not.toMatch(/[a-z]/);
  });

  test("what is not known stays English", () => {
    expect(saidEach(["Something new."], [unheard])).toEqual(["Something new."]);
    expect(said("an old job", undefined)).toBe("an old job");
  });
});
