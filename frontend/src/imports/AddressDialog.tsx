import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import type { ImportMode } from "../api/client";
import { messageOf } from "../api/errors";
import { usePreviewAddress } from "./useImports";

interface Props {
  project: string;
  /** What may be read: addresses that an import's address has to begin with. */
  allowed: readonly string[];
  onPreview: (job: string) => void;
  onClose: () => void;
}

/** Takes the address of a folder, zip, image or list, and whether its images are copied. */
export function AddressDialog({ project, allowed, onPreview, onClose }: Props) {
  const [uri, setUri] = useState(allowed.length === 1 ? (allowed[0] ?? "") : "");
  const [mode, setMode] = useState<ImportMode>("copy");
  const preview = usePreviewAddress(project);
  return (
    <Modal opened onClose={onClose} title={t`An address`} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          preview.mutate({ uri: uri.trim(), mode }, { onSuccess: onPreview });
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t`Address`}
            description={t`A folder, a zip, an image, or a list (CSV, JSON Lines, Parquet) that names images.`}
            placeholder="s3://bucket/folder/"
            value={uri}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              setUri(event.currentTarget.value);
            }}
          />
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            <Trans>May be imported: {{ addresses: allowed.join(", ") }}</Trans>
          </Text>
          <Radio.Group
            label={t`The images' files`}
            value={mode}
            onChange={(value) => {
              setMode(value === "reference" ? "reference" : "copy");
            }}
          >
            <Stack gap="xs" mt={4}>
              <Radio value="copy" label={t`are copied`} description={t`What happens to the originals later does not matter.`} />
              <Radio
                value="reference"
                label={t`stay where they are`}
                description={t`Only smaller pictures are kept here. Trainings and exports read the originals, which must stay as they are.`}
              />
            </Stack>
          </Radio.Group>
          {preview.error && <Alert color="red">{messageOf(preview.error)}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" disabled={uri.trim() === ""} loading={preview.isPending}>
              <Trans>Preview this address</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
