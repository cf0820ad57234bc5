import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, SegmentedControl, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { type Class, contentUrl, type Example } from "../api/client";
import { messageOf } from "../api/errors";
import { useAddExample, useCandidates } from "./useGuidelines";

/** Chooses a labelled image that shows what a class is, or is not. */
export function AddExample({ project, entry, onClose }: { project: string; entry: Class; onClose: () => void }) {
  const [kind, setKind] = useState<Example["kind"]>("example");
  const [chosen, setChosen] = useState<string | null>(null);
  const [caption, setCaption] = useState("");
  const images = useCandidates(project, entry.name, kind === "counter_example");
  const add = useAddExample(project, entry.id);
  return (
    <Modal opened onClose={onClose} size="lg" title={t`An example for ${{ name: entry.name }}`}>
      <Stack>
        <SegmentedControl
          value={kind}
          onChange={(value) => {
            setKind(value === "example" ? "example" : "counter_example");
            setChosen(null);
          }}
          data={[
            { value: "example", label: t`This is ${{ name: entry.name }}` },
            { value: "counter_example", label: t`Not this` },
          ]}
        />
        {images.isPending && <Skeleton h={160} />}
        {images.data?.length === 0 && (
          <Text size="sm" c="dimmed">
            {kind === "example" ? <Trans>No image has this label yet.</Trans> : <Trans>No image has another label yet.</Trans>}
          </Text>
        )}
        {images.data && images.data.length > 0 && (
          <ul className="examples" style={{ maxHeight: "45dvh", overflowY: "auto", padding: 4 }}>
            {images.data.map((image) => (
              <li key={image.id}>
                <button
                  type="button"
                  className="pick"
                  aria-label={t`${{ filename: image.filename }}, labelled ${{ label: image.label ?? "" }}`}
                  aria-pressed={chosen === image.id}
                  onClick={() => {
                    setChosen(image.id);
                  }}
                >
                  <img src={contentUrl(image.id, "thumb")} alt="" loading="lazy" />
                </button>
              </li>
            ))}
          </ul>
        )}
        {images.hasNextPage && (
          <Button variant="default" size="compact-sm" loading={images.isFetchingNextPage} onClick={() => void images.fetchNextPage()}>
            <Trans>More images</Trans>
          </Button>
        )}
        <TextInput
          label={t`Caption`}
          placeholder={t`What to look at`}
          maxLength={300}
          value={caption}
          onChange={(event) => {
            setCaption(event.currentTarget.value);
          }}
        />
        {add.error && <Alert color="red">{messageOf(add.error)}</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            disabled={chosen === null}
            loading={add.isPending}
            onClick={() => {
              if (chosen) add.mutate({ image_id: chosen, kind, caption }, { onSuccess: onClose });
            }}
          >
            <Trans>Show this image</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
