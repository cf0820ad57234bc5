import { api, ok } from "../api/client";
import { ApiError } from "../api/errors";

/** What is to be told to the server about one assignment. */
export interface Save {
  assignment: string;
  answer: string | null; // null: skip it
  elapsedMs: number;
}

type Told = (save: Save, how: "saved" | "refused", error?: unknown) => void;

/** Sends one thing; throws ApiError if it is refused, anything else if it did not get through. */
export async function send({ assignment, answer, elapsedMs }: Save): Promise<void> {
  const params = { path: { assignment_id: assignment } };
  if (answer === null) {
    await ok(api.DELETE("/api/v1/assignments/{assignment_id}", { params, body: { reason: "skipped by annotator" } }));
  } else {
    const body = { class: answer, elapsed_ms: Math.round(elapsedMs), flagged: false };
    await ok(api.PUT("/api/v1/assignments/{assignment_id}/annotation", { params, body }));
  }
}

/** Sends answers one after the other, in their order, and again until each got through. */
export class Saver {
  private readonly waiting: Save[] = [];
  private busy = false;

  constructor(
    private readonly told: Told,
    private readonly deliver: (save: Save) => Promise<void> = send,
    private readonly pauseMs = 1500,
  ) {}

  add(save: Save): void {
    this.waiting.push(save);
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    for (let save = this.waiting[0]; save; save = this.waiting[0]) {
      try {
        await this.deliver(save);
        this.waiting.shift();
        this.told(save, "saved");
      } catch (error) {
        // A refusal is final; a server that is away for a moment is not.
        if (error instanceof ApiError && error.status < 500) {
          this.waiting.shift();
          this.told(save, "refused", error);
        } else {
          await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
        }
      }
    }
    this.busy = false;
  }
}
