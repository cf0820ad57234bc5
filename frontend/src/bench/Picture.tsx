import { Text } from "@mantine/core";
import { useState } from "react";

import { contentUrl } from "../api/client";
import type { components } from "../api/schema";

const TINY_PIXELS = 128;

export function Picture({ image }: { image: components["schemas"]["ImageOut"] }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <Text c="red">The picture cannot be loaded. Skip it, or reload the page.</Text>;
  const tiny = Math.max(image.width, image.height) < TINY_PIXELS;
  return (
    <img
      data-testid="bench-image"
      data-image={image.id}
      className={tiny ? "bench-image tiny" : "bench-image"}
      src={contentUrl(image.id, "display")}
      alt="The image to label"
      onError={() => {
        setBroken(true);
      }}
    />
  );
}
