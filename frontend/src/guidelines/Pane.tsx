import "./guidelines.css";

import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, CloseButton, Skeleton, Text } from "@mantine/core";
import { type CSSProperties, useEffect, useState } from "react";

import type { Class, Guidelines } from "../api/client";
import { messageOf } from "../api/errors";
import { when } from "../language/format";
import { Examples } from "./Examples";
import Markdown from "./Markdown";
import { useGuidelines, useNoteReading } from "./useGuidelines";

interface Props {
  project: string;
  classes: readonly Class[];
  /** The class that is pointed at, or has the focus. */
  pointed: string | null;
  onClose: () => void;
}

/** What an annotator should know, beside the image: the project's text, and that of each class. */
export default function Pane({ project, classes, pointed, onClose }: Props) {
  const found = useGuidelines(project);
  const read = useNoteReading(project);
  return (
    <aside className="guide" aria-label={t`Guidelines`} data-testid="guide">
      <div className="guide-head">
        <h2>
          <Trans>Guidelines</Trans>
        </h2>
        <CloseButton aria-label={t`Close the guidelines`} onClick={onClose} />
      </div>
      <div className="guide-body" tabIndex={0} role="region" aria-label={t`Text of the guidelines`}>
        {found.error && <Alert color="red">{messageOf(found.error)}</Alert>}
        {found.isPending && <Skeleton h={120} />}
        {found.data && (
          <>
            {found.data.unread && <News guidelines={found.data} onRead={read} />}
            {found.data.revision?.text && <Markdown text={found.data.revision.text} />}
            {classes.map((entry) => (
              <OfClass key={entry.id} entry={entry} guidelines={found.data} pointed={entry.name === pointed} />
            ))}
            {!found.data.revision?.text && !classes.some((entry) => hasMore(entry, found.data)) && (
              <Text size="sm" c="dimmed">
                <Trans>Nothing is written yet. An engineer of the project can do so.</Trans>
              </Text>
            )}
          </>
        )}
      </div>
    </aside>
  );
}

function News({ guidelines, onRead }: { guidelines: Guidelines; onRead: () => void }) {
  const changed = guidelines.changed_at ? when(guidelines.changed_at) : "";
  return (
    <Alert color="yellow" mb="sm" p="sm" role="status" data-testid="guide-news">
      <Text size="sm" mb={8}>
        {guidelines.read_at ? (
          <Trans>Changed since you last read it, on {changed}.</Trans>
        ) : (
          <Trans>Read this before you begin.</Trans>
        )}
      </Text>
      <Button size="compact-sm" variant="default" onClick={onRead}>
        <Trans>I have read it</Trans>
      </Button>
    </Alert>
  );
}

function hasMore(entry: Class, guidelines: Guidelines): boolean {
  return entry.guideline !== "" || guidelines.examples.some((example) => example.class_id === entry.id);
}

/** A class opens by itself while it is pointed at, and stays open where somebody opened it. */
function OfClass({ entry, guidelines, pointed }: { entry: Class; guidelines: Guidelines; pointed: boolean }) {
  const [kept, setKept] = useState(false);
  const [element, setElement] = useState<HTMLDetailsElement | null>(null);
  useEffect(() => {
    if (pointed) element?.scrollIntoView({ block: "nearest" });
  }, [element, pointed]);
  if (!hasMore(entry, guidelines)) return null;
  return (
    <details
      ref={setElement}
      className="guide-class"
      data-testid={`guide-${entry.name}`}
      style={{ "--class-color": entry.color } as CSSProperties}
      open={kept || pointed}
    >
      <summary
        onClick={(event) => {
          event.preventDefault();
          setKept(!kept);
        }}
      >
        <i aria-hidden />
        {entry.name}
      </summary>
      {entry.guideline && <Markdown text={entry.guideline} />}
      <Examples examples={guidelines.examples.filter((example) => example.class_id === entry.id)} />
    </details>
  );
}
