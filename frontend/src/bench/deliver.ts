import { api, ok } from "../api/client";
import { ApiError } from "../api/errors";
import type { Mark } from "./session";
import type { Kept } from "./shelf";

const PATIENCE_MS = 30_000;
const FOR_REVIEW = "for review"; // kept, so the same in all languages

/** Sends a person's answers of one project in one request. */
export async function deliver(batch: readonly Kept[]): Promise<readonly (ApiError | null)[]> {
  const [first] = batch;
  if (!first) return [];
  const items = batch.map((entry) => ({
    assignment_id: entry.assignment,
    ...said(entry.mark),
    elapsed_ms: entry.elapsedMs === null ? null : Math.round(entry.elapsedMs),
  }));
  const answered = await ok(
    api.POST("/api/v1/projects/{project_id}/answers", {
      params: { path: { project_id: first.project } },
      body: { user_id: first.user, items },
      signal: AbortSignal.timeout(PATIENCE_MS),
    }),
  );
  return answered.items.map(({ error }) =>
    error ? new ApiError(409, error.code, error.message, error.details) : null,
  );
}

/** What the server is told of an image. */
export function said(mark: Mark) {
  const more = { flagged: mark.flagged, note: mark.note || null };
  if (mark.set !== undefined) return { classes: [...mark.set], ...more };
  if (mark.answer !== null) return { class: mark.answer, ...more };
  if (mark.skip === null) return { retract: true as const, flagged: false };
  // A skipped image has no answer that could carry them, so the reason does.
  const remarks = [mark.note, mark.flagged ? FOR_REVIEW : ""].filter(Boolean).join("; ");
  return { skip: (remarks ? `${mark.skip} (${remarks})` : mark.skip).slice(0, 500), flagged: false };
}
