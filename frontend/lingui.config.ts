import { readdirSync } from "node:fs";

import { defineConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

const folders = readdirSync(new URL("src", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "locales")
  .map((entry) => entry.name);

/** One catalogue for each folder of `src` and language. */
export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "ko"],
  catalogs: folders.map((folder) => ({
    path: `<rootDir>/src/locales/{locale}/${folder}`,
    include: [`<rootDir>/src/${folder}`],
    exclude: ["**/*.test.*", "**/schema.d.ts"],
  })),
  format: formatter({ lineNumbers: false }),
});
