import type { Image } from "../api/client";
import type { paths } from "../api/schema";
import { setWords } from "../bench/answerWords";

type Query = NonNullable<paths["/api/v1/projects/{project_id}/images"]["get"]["parameters"]["query"]>;
export type Filter = Omit<Query, "cursor" | "limit">;
export type Order = NonNullable<Filter["order"]>;

const NUMBERS = ["pool_batch", "cycle", "measured_in"] as const;
const FLAGS = ["labelled", "flagged", "skipped", "unsettled", "near_duplicate"] as const;
const WORDS = ["split", "class", "source", "annotator", "filename", "true", "predicted", "alike", "order"] as const;

/** A filter as it stands in the address, so that a view can be linked. What makes no sense is left out. */
export function readFilter(search: URLSearchParams): Filter {
  const found: Record<string, unknown> = {};
  for (const name of WORDS) {
    const value = search.get(name);
    if (value) found[name] = value;
  }
  for (const name of NUMBERS) {
    const value = Number(search.get(name));
    if (Number.isInteger(value) && value > 0) found[name] = value;
  }
  for (const name of FLAGS) {
    const value = search.get(name);
    if (value === "true" || value === "false") found[name] = value === "true";
  }
  return found;
}

/** The address of a changed filter; null takes a condition away. What else stands there stays. */
export function written(search: URLSearchParams, change: Readonly<Record<string, string | number | boolean | null>>): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, String(value));
  }
  return next;
}

/** The gallery's address, with a filter and perhaps one image that is open. */
export function galleryOf(project: string, filter: Filter, image?: string): string {
  const search = written(new URLSearchParams(), { ...filter, ...(image && { image }) });
  return `/projects/${project}/images?${search.toString()}`;
}

/** How many conditions a filter has; the order is none. */
export function conditions(filter: Filter): number {
  return Object.keys(filter).filter((name) => name !== "order").length;
}

/** An image's label as people read it; null without one. */
export function labelWords({ label, labels }: Pick<Image, "label" | "labels">): string | null {
  return label ?? (labels ? setWords(labels) : null);
}
