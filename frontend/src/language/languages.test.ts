import { expect, test } from "vitest";

import { firstOf, LANGUAGES, nameOf, regionsOf } from "./languages";

test("the first language that there is of those the browser asks for is taken, whatever its country", () => {
  expect(firstOf(["de-AT", "ko-KR", "en"])).toBe("ko");
});

test("who asks for none of the languages gets English", () => {
  expect(firstOf(["de", "fr-FR"])).toBe("en");
});

test("each language is called as its speakers call it", () => {
  expect(LANGUAGES.map(nameOf)).toEqual(["English", "한국어"]);
});

test("a country of another language says nothing about dates and numbers", () => {
  expect(regionsOf("en", ["ko-KR", "en-GB"])).toEqual(["en-GB", "en"]);
});
