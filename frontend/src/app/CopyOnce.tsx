import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";

interface Props {
  label: string;
  value: string;
  note: string;
  onDone: () => void;
}

/**
 * What a dialog ends with that made a secret: it is shown this once. Where the browser allows no copying by
 * script, the field is there to select.
 */
export function CopyOnce({ label, value, note, onDone }: Props) {
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <Stack gap={4}>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          label={label}
          value={value}
          readOnly
          style={{ flex: 1 }}
          styles={{ input: { fontFamily: "monospace" } }}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
        />
        {window.isSecureContext && (
          <Button
            variant="default"
            leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            onClick={() => {
              clipboard.copy(value);
            }}
          >
            {clipboard.copied ? t`Copied` : t`Copy`}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
      <Group justify="flex-end" mt="xs">
        <Button onClick={onDone}>
          <Trans>Done</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
