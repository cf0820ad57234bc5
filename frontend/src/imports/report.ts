import type { LeftOutFile } from "./LeftOut";

export interface ImportReport {
  imported: number;
  duplicates: number;
  labelled: number;
  rejectedCount: number;
  rejected: LeftOutFile[];
}

/** The result of an import's job; jobs of all kinds share one shape, so it is read with care. */
export function reportOf(result: Record<string, unknown>): ImportReport {
  const count = (name: string) => (typeof result[name] === "number" ? result[name] : 0);
  const rejected = Array.isArray(result.rejected) ? (result.rejected as unknown[]) : [];
  return {
    imported: count("imported"),
    duplicates: count("duplicates"),
    labelled: count("labelled"),
    rejectedCount: count("rejected_count"),
    rejected: rejected.filter(
      (file): file is LeftOutFile =>
        typeof file === "object" && file !== null && "name" in file && "code" in file && "reason" in file,
    ),
  };
}
