import type { ImportLabels } from "../api/client";
import type { LeftOutFile } from "./LeftOut";

export interface Place {
  split: "train" | "validation" | "test" | null;
  folder: string | null;
  images: number;
}

/** What an import would do, as its preview found. */
export interface Preview {
  images: number;
  fresh: number;
  bytes: number;
  known: number;
  twice: number;
  seconds: number;
  places: Place[];
  unknownClasses: string[];
  knownClasses: string[];
  /** The folder of images that show none of the classes, where there is one. */
  noneFolder: string | null;
  rejectedCount: number;
  rejected: LeftOutFile[];
}

/** The result of a preview's job; jobs of all kinds share one shape, so it is read with care. */
export function previewOf(result: Record<string, unknown>): Preview {
  const count = (name: string) => (typeof result[name] === "number" ? result[name] : 0);
  const list = <T>(name: string) => (Array.isArray(result[name]) ? (result[name] as T[]) : []);
  return {
    images: count("images"),
    fresh: count("new"),
    bytes: count("bytes"),
    known: count("known"),
    twice: count("twice"),
    seconds: count("seconds"),
    places: list<Place>("places"),
    unknownClasses: list<string>("unknown_classes"),
    knownClasses: list<string>("known_classes"),
    noneFolder: typeof result.none_folder === "string" ? result.none_folder : null,
    rejectedCount: count("rejected_count"),
    rejected: list<LeftOutFile>("rejected"),
  };
}

/** The split that images of a place come into. */
export function splitOf(place: Place, labels: ImportLabels): "pool" | "validation" | "test" {
  if (labels === "ignore") return "pool";
  if (labels !== "use") return labels;
  return place.split === null || place.split === "train" ? "pool" : place.split;
}

/** What becomes of images, by what is chosen: how many come with a label, and how many cannot come. */
export function outcome(preview: Preview, labels: ImportLabels, createClasses: boolean): { labelled: number; leftOut: number } {
  const known = new Set(createClasses ? [...preview.knownClasses, ...preview.unknownClasses] : preview.knownClasses);
  let labelled = 0;
  let leftOut = 0;
  for (const place of preview.places) {
    const named = place.folder !== null && (isKnown(place.folder, known) || place.folder === preview.noneFolder);
    if (labels !== "ignore" && named) labelled += place.images;
    if (splitOf(place, labels) !== "pool" && !named) leftOut += place.images;
  }
  return { labelled, leftOut };
}

/** What folders probably mean: labels, if there are splits, or folders that are called like classes. */
export function guessed(preview: Preview, projectHasClasses: boolean): ImportLabels {
  const splits = preview.places.some((place) => place.split !== null);
  const named = preview.knownClasses.length > 0 || (!projectHasClasses && preview.unknownClasses.length > 1);
  return splits || named ? "use" : "ignore";
}

/** Whether all classes of a place are known: a folder names one, a manifest may name several, joined by "+". */
export function isKnown(folder: string, known: ReadonlySet<string>): boolean {
  return known.has(folder) || folder.split(" + ").every((name) => known.has(name));
}
