import { Paper, Text } from "@mantine/core";

import { contentUrl, type MapPoints, type Project } from "../api/client";
import type { Size } from "./camera";
import { pointWords } from "./pointWords";

interface Props {
  project: Project;
  points: MapPoints;
  point: number;
  place: [number, number];
  size: Size;
}

/** The image of a point beside it, on the side where there is room. */
export function PointCard({ project, points, point, place: [left, top], size }: Props) {
  const [first, ...rest] = pointWords(project, points, point);
  const style = {
    ...(left > size.width / 2 ? { right: size.width - left + 14 } : { left: left + 14 }),
    ...(top > size.height / 2 ? { bottom: size.height - top + 14 } : { top: top + 14 }),
  };
  return (
    <Paper withBorder shadow="md" className="map-card" style={style} data-testid="map-card" aria-hidden>
      <span className="suspect-picture">
        <img key={point} src={contentUrl(points.image_ids[point] ?? "", "thumb")} alt="" />
      </span>
      <Text size="sm" fw={600}>{first}</Text>
      {rest.map((line) => (
        <Text key={line} size="xs" c="dimmed">{line}</Text>
      ))}
    </Paper>
  );
}
