import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group } from "@mantine/core";
import { IconFlagFilled, IconNote } from "@tabler/icons-react";

import { contentUrl } from "../api/client";
import { reasonText } from "./reasons";
import type { Item, Loss } from "./session";

/** What is known of the picture that is shown, over its edge. */
export function Remarks({ item }: { item: Item }) {
  const { mark, refusal } = item;
  const { comment } = item.assignment;
  return (
    <>
      <div className="bench-told">
        {refusal && (
          <p className="bench-refusal" role="alert" data-testid="refusal">
            <Trans>
              <b>The server did not take your answer.</b> {refusal} Answer again, or skip.
            </Trans>
          </p>
        )}
        {comment !== null && (
          <p className="bench-comment" data-testid="comment">
            <Trans>
              <b>A reviewer asks again:</b> {comment}
            </Trans>
          </p>
        )}
      </div>
      <p className="bench-remarks">
        {mark.skip !== null && <span><Trans>Skipped: {{ reason: reasonText(mark.skip) }}</Trans></span>}
        {mark.flagged && (
          <span>
            <IconFlagFilled size={14} aria-hidden /> <Trans>For review</Trans>
          </span>
        )}
        {mark.note && (
          <span>
            <IconNote size={14} aria-hidden /> {mark.note}
          </span>
        )}
      </p>
    </>
  );
}

/** Answers that came after their cycle had closed. */
export function Losses({ losses, onDismiss }: { losses: readonly Loss[]; onDismiss: () => void }) {
  if (losses.length === 0) return null;
  return (
    <Alert
      className="bench-losses"
      color="red"
      data-testid="losses"
      title={plural(losses.length, { one: "An answer was not taken", other: "# answers were not taken" })}
    >
      <Group gap="sm">
        {losses.slice(-6).map((loss) => (
          <span key={loss.key} className="bench-loss" title={loss.why}>
            {loss.image && <img src={contentUrl(loss.image, "thumb")} alt="" />}
            {loss.what}
          </span>
        ))}
        <span>{losses.at(-1)?.why}</span>
        <Button size="compact-sm" variant="default" onClick={onDismiss}>
          <Trans>All right</Trans>
        </Button>
      </Group>
    </Alert>
  );
}
