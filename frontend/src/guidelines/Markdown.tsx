import "./guidelines.css";

import type { ComponentProps } from "react";
import Renderer from "react-markdown";
import gfm from "remark-gfm";

import { safeLink } from "./links";

/**
 * A text in Markdown, written by somebody else. Elements are made of its syntax only: HTML in it is dropped,
 * pictures are not loaded, and a link that leads to no page is a plain text.
 */
export default function Markdown({ text }: { text: string }) {
  return (
    <div className="markdown">
      <Renderer
        skipHtml
        disallowedElements={["img"]}
        urlTransform={safeLink}
        remarkPlugins={[gfm]}
        components={{ a: Link, input: Tick }}
      >
        {text}
      </Renderer>
    </div>
  );
}

function Link({ href, children }: ComponentProps<"a">) {
  if (!href) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Tick({ checked }: ComponentProps<"input">) {
  return <input type="checkbox" checked={checked ?? false} readOnly disabled aria-hidden />;
}
