import type { Messages } from "@lingui/core";

/** All catalogues of the language, as one chunk. */
export const messages = Object.assign(
  {},
  ...Object.values(import.meta.glob<Messages>("./ko/*.po", { eager: true, import: "messages" })),
) as Messages;
