import type { Messages } from "@lingui/core";

/** What everybody needs at once: the frame of all pages, and the annotator's page. */
export const messages = Object.assign(
  {},
  ...Object.values(import.meta.glob<Messages>("./ko/{api,app,bench,language,projects}.po", { eager: true, import: "messages" })),
) as Messages;
