export interface ImportReport {
  imported: number;
  duplicates: number;
  labelled: number;
  rejectedCount: number;
  rejected: { name: string; reason: string }[];
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
      (file): file is { name: string; reason: string } =>
        typeof file === "object" && file !== null && "name" in file && "reason" in file,
    ),
  };
}
