import type { Class } from "../api/client";

/** Classes whose name has what was typed: beginnings first, then beginnings of words, then the rest. */
export function found(classes: readonly Class[], typed: string): readonly Class[] {
  const wanted = plain(typed);
  const rank = (name: string) => {
    if (name.startsWith(wanted)) return 0;
    if (name.split(/[\s_-]+/).some((word) => word.startsWith(wanted))) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return classes
    .map((entry, place) => ({ entry, place, rank: rank(plain(entry.name)) }))
    .filter((one) => one.rank < 3)
    .toSorted((a, b) => a.rank - b.rank || a.place - b.place)
    .map((one) => one.entry);
}

/** Without case and accents. */
function plain(text: string): string {
  return text.trim().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}
