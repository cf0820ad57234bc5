const SCHEMES = ["http:", "https:", "mailto:"];

/** A link's address if it leads to a page or to a mailbox; undefined for what could run or load something. */
export function safeLink(address: string): string | undefined {
  try {
    const url = new URL(address); // without a base: what is relative to our own pages is no link either
    return SCHEMES.includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
