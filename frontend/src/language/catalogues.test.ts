import type { Messages } from "@lingui/core";
import { expect, test } from "vitest";

const catalogues = import.meta.glob<Messages>("../locales/*/*.po", { eager: true, import: "messages" });
const translations = Object.entries(catalogues)
  .map(([path, messages]) => ({ path, messages, english: catalogues[path.replace(/[^/]+(?=\/[^/]+$)/, "en")] ?? {} }))
  .filter(({ messages, english }) => messages !== english);

/** The values and tags that a message shows, each once. */
function shown(message: unknown): string[] {
  const parts = Array.isArray(message) ? (message as unknown[]) : [message];
  const found = parts.flatMap((part) => {
    if (typeof part === "string") return part.match(/<\/?\d+\/?>/g) ?? [];
    const [name, , choices] = part as [string, string?, Record<string, unknown>?];
    return [`{${name}}`, ...Object.values(choices ?? {}).flatMap((choice) => (Array.isArray(choice) ? shown(choice) : []))];
  });
  return [...new Set(found)].sort();
}

test("a translation shows the same values and tags as the English text", () => {
  const differ = translations.flatMap(({ path, messages, english }) =>
    Object.entries(messages)
      .filter(([id, message]) => shown(message).join() !== shown(english[id]).join())
      .map(([, message]) => `${path}: ${JSON.stringify(message)}`),
  );
  expect(translations.length).toBeGreaterThan(0);
  expect(differ).toEqual([]);
});

test("a message of several folders is translated in one way", () => {
  const seen = new Map<string, string>();
  const differ = translations.flatMap(({ path, messages }) =>
    Object.entries(messages).flatMap(([id, message]) => {
      const key = `${path.split("/").at(-2) ?? ""} ${id}`;
      const [text, before] = [JSON.stringify(message), seen.get(key)];
      seen.set(key, text);
      return before === undefined || before === text ? [] : [`${path}: ${text} is ${before} elsewhere`];
    }),
  );
  expect(differ).toEqual([]);
});
