import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Select, Stack, Textarea } from "@mantine/core";
import { useState } from "react";

import type { Said } from "../api/client";
import { saidWords } from "./words";

interface Props {
  answers: readonly Said[];
  onClose: () => void;
  onSend: (comment: string, to: string) => void;
}

/** Why an image goes back, and to whom. */
export function SendBack({ answers, onClose, onSend }: Props) {
  const [comment, setComment] = useState("");
  const [to, setTo] = useState(answers.at(-1)?.user_id ?? "");
  const ready = comment.trim() !== "" && to !== "";
  return (
    <Modal opened onClose={onClose} title={t`Send back to an annotator`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onSend(comment.trim(), to);
        }}
      >
        <Stack gap="sm">
          <Textarea
            label={t`Comment`}
            description={t`The annotator sees it beside the image.`}
            data-autofocus
            autosize
            minRows={2}
            maxLength={2000}
            value={comment}
            onChange={(event) => { setComment(event.currentTarget.value); }}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
          <Select
            label={t`To`}
            allowDeselect={false}
            data={answers.map((said) => ({ value: said.user_id, label: `${said.name} (${saidWords(said) ?? "skipped"})` }))}
            value={to}
            onChange={(chosen) => { setTo(chosen ?? ""); }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
            <Button type="submit" disabled={!ready}><Trans>Send back</Trans></Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
