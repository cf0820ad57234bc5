import { t } from "@lingui/core/macro";
import { Skeleton, Text, Timeline } from "@mantine/core";

import type { HistoryEvent } from "../api/client";
import { Failed } from "../app/States";
import { percent, when } from "../language/format";
import { setWords } from "../bench/answerWords";
import { reasonText } from "../bench/reasons";
import { took } from "../review/words";
import { useHistory } from "./useGallery";

/** Who said what of an image, when, and what models suggested. */
export function History({ project, image }: { project: string; image: string }) {
  const found = useHistory(project, image, true);
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton h={80} />;
  if (found.data.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t`Nobody was asked for it yet.`}
      </Text>
    );
  }
  return (
    <Timeline bulletSize={12} lineWidth={2} active={found.data.length} data-testid="history">
      {found.data.map((event, place) => (
        <Timeline.Item key={place} title={<Text size="sm">{told(event)}</Text>}>
          <Text size="xs" c="dimmed">
            {details(event).join(" · ")}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

/** One event in words. */
export function told(event: HistoryEvent): string {
  const name = event.name ?? "";
  const said = event.class ?? (event.classes ? setWords(event.classes) : "");
  const cycle = event.cycle ?? 0;
  switch (event.kind) {
    case "queued": {
      if (said === "") return t`Asked in cycle ${cycle}`;
      const sure = percent(event.confidence ?? 0);
      return t`Asked in cycle ${cycle}; the model suggested ${said}, ${sure} sure`;
    }
    case "answer":
      return !event.retracted_at ? t`${name} answered ${said}` : t`${name} answered ${said}, and took it back`;
    case "skip":
      return t`${name} skipped it`;
    case "review": {
      const before = event.previous ?? (event.previous_classes ? setWords(event.previous_classes) : null);
      if (before === null) return t`${name} reviewed it: ${said}`;
      return before === said ? t`${name} confirmed ${said}` : t`${name} changed ${before} to ${said}`;
    }
    case "return": {
      const to = event.to ?? "";
      return t`${name} sent it back to ${to}`;
    }
  }
}

/** What else is known of an event. */
function details(event: HistoryEvent): string[] {
  return [
    event.at === null ? null : when(event.at),
    typeof event.elapsed_ms === "number" ? took(event.elapsed_ms) : null,
    (event.revision ?? 1) > 1 ? changed(event.revision ?? 1) : null,
    event.suggestion === "shown" ? t`saw the suggestion` : event.suggestion === "hidden" ? t`the suggestion was hidden` : null,
    event.control ? t`as a control image` : null,
    event.flagged ? t`flagged` : null,
    !event.note ? null : event.kind === "skip" ? reasonText(event.note) : `“${event.note}”`,
  ].filter((part) => part !== null);
}

function changed(revision: number): string {
  return t`answer number ${revision}`;
}
