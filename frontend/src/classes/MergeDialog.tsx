import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, List, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";

import type { ClassDetail } from "../api/client";
import { messageOf } from "../api/errors";
import { useMergeClass } from "./useClasses";
import { consequences } from "./words";

interface Props {
  project: string;
  source: ClassDetail;
  classes: readonly ClassDetail[];
  onClose: () => void;
}

/** Says what a merge will do, in numbers, and asks for it by name. */
export function MergeDialog({ project, source, classes, onClose }: Props) {
  const others = classes.filter((entry) => entry.id !== source.id);
  const [into, setInto] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const merge = useMergeClass(project, source.id);
  const target = others.find((entry) => entry.id === into);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (target) merge.mutate(target.id, { onSuccess: onClose });
  }

  return (
    <Modal opened onClose={onClose} title={t`Merge ${{ name: source.name }} into another class`}>
      <form onSubmit={submit}>
        <Stack>
          <Select
            label={t`Into`}
            placeholder={t`Choose a class`}
            data={others.map((entry) => ({ value: entry.id, label: entry.name }))}
            value={into}
            onChange={setInto}
            searchable={others.length > 10}
            data-autofocus
          />
          {target && (
            <>
              <List size="sm" spacing={4} data-testid="consequences">
                {consequences(source, target).map((line) => (
                  <List.Item key={line}>{line}</List.Item>
                ))}
              </List>
              <Text size="sm" c="dimmed">
                <Trans>
                  Answers that arrive meanwhile for {{ name: source.name }} count as {{ into: target.name }}. The merge can be undone until the
                  next task model is trained.
                </Trans>
              </Text>
              <TextInput
                label={t`Type ${{ name: source.name }} to confirm`}
                autoComplete="off"
                value={typed}
                onChange={(event) => {
                  setTyped(event.currentTarget.value);
                }}
              />
            </>
          )}
          {merge.error && <Alert color="red">{messageOf(merge.error)}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" loading={merge.isPending} disabled={!target || typed.trim() !== source.name}>
              <Trans>Merge</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
