import { expect, test } from "vitest";

import { startUrl } from "./openIdUrl";

function to(pathname: string, search: string): string | null {
  return new URL(startUrl(pathname, search), "http://here").searchParams.get("to");
}

test("a sign-in comes back to the page that it began on", () => {
  expect(to("/projects/1/images", "?split=pool&class=cat%26dog")).toBe("/projects/1/images?split=pool&class=cat%26dog");
});

test("why the last one was refused is not taken along", () => {
  expect(to("/", "?sign_in_error=oidc_denied")).toBe("/");
  expect(to("/a", "?x=1&sign_in_error=oidc_denied")).toBe("/a?x=1");
});
