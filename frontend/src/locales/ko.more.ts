import type { Messages } from "@lingui/core";

/** What the other pages add. */
export const messages = Object.assign(
  {},
  ...Object.values(
    import.meta.glob<Messages>(["./ko/*.po", "!./ko/{api,app,bench,language,projects}.po"], { eager: true, import: "messages" }),
  ),
) as Messages;
