import { t } from "@lingui/core/macro";
import { Plural, Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, NavLink, ScrollArea, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowUp, IconFolder, IconZip } from "@tabler/icons-react";
import { useState } from "react";

import { messageOf } from "../api/errors";
import { addressOf, useFolder, usePreviewAddress } from "./useImports";

interface Props {
  project: string;
  onPreview: (job: string) => void;
  onClose: () => void;
}

/** Walks the folders of the server that may be imported from, and chooses one, or a zip. */
export function FolderDialog({ project, onPreview, onClose }: Props) {
  const [path, setPath] = useState<string | null>(null);
  const folder = useFolder(project, path);
  const preview = usePreviewAddress(project);
  const choose = (chosen: string) => {
    preview.mutate({ uri: addressOf(chosen), mode: "copy" }, { onSuccess: onPreview });
  };
  const found = folder.data;
  return (
    <Modal opened onClose={onClose} title={t`A folder of the server`} size="lg">
      <Stack gap="xs">
        {found?.path && (
          <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
            {found.path}
          </Text>
        )}
        {folder.error && <Alert color="red">{messageOf(folder.error)}</Alert>}
        {folder.isPending && <Skeleton h={160} />}
        {found && (
          <ScrollArea.Autosize mah="45dvh">
            {found.path && (
              <NavLink
                component="button"
                label={t`One folder up`}
                leftSection={<IconArrowUp size={16} />}
                onClick={() => {
                  setPath(found.parent ?? null);
                }}
              />
            )}
            {found.entries.map((entry) => (
              <NavLink
                key={entry.path}
                component="button"
                label={entry.name}
                leftSection={entry.is_folder ? <IconFolder size={16} /> : <IconZip size={16} />}
                disabled={preview.isPending}
                onClick={() => {
                  if (entry.is_folder) setPath(entry.path);
                  else choose(entry.path);
                }}
              />
            ))}
          </ScrollArea.Autosize>
        )}
        {found?.path && (
          <Text size="sm" c="dimmed">
            <Plural value={found.files} _0="No other files lie here." one="# other file lies here." other="# other files lie here." />
          </Text>
        )}
        {preview.error && <Alert color="red">{messageOf(preview.error)}</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            disabled={!found?.path}
            loading={preview.isPending}
            onClick={() => {
              if (found?.path) choose(found.path);
            }}
          >
            <Trans>Preview this folder</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
