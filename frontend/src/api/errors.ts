import { i18n } from "@lingui/core";
import { t } from "@lingui/core/macro";


/** What the API refused: `code` for programs, the message for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** Reads the API's one shape of errors; anything else came from something between us and it. */
export function apiError(status: number, body: unknown): ApiError {
  if (typeof body === "object" && body !== null && "error" in body) {
    const error = body.error as { code?: unknown; message?: unknown; details?: unknown };
    if (typeof error.code === "string" && typeof error.message === "string") {
      const details = typeof error.details === "object" && error.details !== null ? error.details : {};
      return new ApiError(status, error.code, error.message, { ...details });
    }
  }
  return new ApiError(status, "http_error", t`The server answered with status ${status}.`);
}

export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return worded(error);
  if (error instanceof TypeError) return t`The server cannot be reached.`;
  return error instanceof Error ? error.message : t`Something went wrong.`;
}

/** Errors in other languages than English; null for what is not known. */
export interface ErrorWords {
  of: (code: string, message: string, details: ApiError["details"]) => string | null;
  ofRule: (rule: string, limits: Readonly<Record<string, number>>) => string | null;
}

let words: ErrorWords | null = null;

/** The words come after the first page: they would be a good part of it. */
export function knowErrors(them: ErrorWords): void {
  words = them;
}

/** The API speaks English; for other languages there are texts by code, less precise. */
function worded({ code, message, details }: ApiError): string {
  return i18n.locale === "en" ? message : (words?.of(code, message, details) ?? message);
}

export type FieldErrors = Readonly<Record<string, string>>;

/** What the API says of single fields, by the last part of their name (`settings.budget` is `budget`). */
export function fieldErrors(error: unknown): FieldErrors {
  if (!(error instanceof ApiError)) return {};
  const { field, fields } = error.details;
  if (typeof field === "string") return { [field]: worded(error) };
  if (!Array.isArray(fields)) return {};
  const told = fields as Told[];
  return Object.fromEntries(told.map((one) => [one.field.split(".").at(-1) ?? one.field, toldOf(one)]));
}

interface Told {
  field: string;
  message: string;
  rule?: string;
  limits?: Readonly<Record<string, number>>;
}

function toldOf({ message, rule, limits }: Told): string {
  return i18n.locale === "en" || rule === undefined ? message : (words?.ofRule(rule, limits ?? {}) ?? message);
}
