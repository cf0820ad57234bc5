import { render } from "@testing-library/react";
import { expect, test } from "vitest";

import { safeLink } from "./links";
import Markdown from "./Markdown";

const shown = (text: string) => render(<Markdown text={text} />).container;

const HOSTILE = [
  "<script>window.hacked = true</script>",
  "<img src=x onerror=\"window.hacked = true\">",
  "<a href=\"javascript:alert(1)\" onclick=\"alert(1)\">a</a>",
  "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe><svg onload=alert(1)>",
  "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](java\nscript:alert(1)) [d](&#106;avascript:alert(1))",
  "[a](data:text/html;base64,PHNjcmlwdD4=) [b](vbscript:x) [c](file:///etc/passwd) [d](//evil.example) [e](/api/v1/me)",
  "![a](https://evil.example/pixel.png) ![b](data:image/svg+xml,<svg/onload=alert(1)>) ![c](javascript:alert(1))",
  "[a]: javascript:alert(1)\n\n[a] <javascript:alert(1)>",
  "<style>body { display: none }</style><form action=//evil.example><button>Go</button></form>",
];

test.each(HOSTILE)("nothing of a hostile text runs, loads or leads anywhere: %s", (text) => {
  const page = shown(text);
  expect(page.querySelector("script, img, iframe, svg, style, form, button, object, embed, [src], [style], [href]")).toBeNull();
  const attributes = [...page.querySelectorAll("*")].flatMap((element) => element.getAttributeNames());
  expect(attributes.filter((name) => name.startsWith("on"))).toEqual([]);
  expect("hacked" in window).toBe(false);
});

test("links to pages and mailboxes open apart, and give nothing away", () => {
  const links = [...shown("[a](https://example.org/x) <mailto:me@example.org> www.example.org").querySelectorAll("a")];
  expect(links.map((link) => link.getAttribute("href"))).toEqual([
    "https://example.org/x", "mailto:me@example.org", "http://www.example.org/",
  ]);
  expect(links.every((link) => link.rel.includes("noopener") && link.target === "_blank")).toBe(true);
});

test("headings, lists, tables and ticks are what they are in Markdown", () => {
  const page = shown("# Birds\n\n- [x] one\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |");
  expect(page.querySelector("h1")?.textContent).toBe("Birds");
  expect([page.querySelectorAll("li").length, page.querySelectorAll("td").length]).toEqual([2, 2]);
});

test.each(["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "relative", "", "ftp://a/b", "\u0001javascript:x"])(
  "no link leads to %s",
  (address) => {
    expect(safeLink(address)).toBeUndefined();
  },
);
