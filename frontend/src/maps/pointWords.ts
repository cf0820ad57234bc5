import { t } from "@lingui/core/macro";

import type { MapPoints, Project } from "../api/client";
import { number, percent } from "../language/format";

/** What is known of one image of the map, line by line. */
export function pointWords({ classes }: Pick<Project, "classes">, points: MapPoints, point: number): string[] {
  const said = points.classes[point];
  const [cycle, loss, confidence] = [points.cycle[point], points.loss[point], points.confidence[point]];
  const names = said?.map((position) => classes[position]?.name ?? "").join(", ");
  return [
    names === undefined ? t`no label` : names || t`none of the classes`,
    ...(cycle == null ? [] : [t`asked in cycle ${cycle}`]),
    ...(loss == null ? [] : [t`pretext loss ${{ loss: number(loss, { maximumSignificantDigits: 3 }) }}`]),
    ...(confidence == null ? [] : [t`model is ${{ share: percent(confidence) }} sure`]),
  ];
}
