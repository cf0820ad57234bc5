import "./guidelines.css";

import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";

import { contentUrl, type Example } from "../api/client";

interface Props {
  examples: readonly Example[];
  /** What else is shown with each one. */
  children?: ((example: Example) => ReactNode) | undefined;
}

/** Images that show what a class is, and what it is not. */
export function Examples({ examples, children }: Props) {
  if (examples.length === 0) return null;
  return (
    <ul className="examples">
      {examples.map((example) => (
        <li key={example.id}>
          <figure data-kind={example.kind}>
            <img src={contentUrl(example.image_id, "thumb")} alt={example.caption} loading="lazy" />
            <figcaption>
              {example.kind === "counter_example" && (
                <b>
                  <Trans>Not this.</Trans>
                </b>
              )}{" "}
              {example.caption}
            </figcaption>
            {children?.(example)}
          </figure>
        </li>
      ))}
    </ul>
  );
}
