import { Textarea, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";

interface Props {
  label: string;
  value: string;
  error?: string | null | undefined;
  placeholder?: string;
  multiline?: boolean;
  maxLength?: number;
  size?: "xs" | "sm";
  onSave: (value: string) => void;
}

/** A text that is edited where it stands: leaving it or Enter saves, Escape takes back what was typed. */
export function InlineText({ label, value, error, placeholder, multiline, maxLength, size = "xs", onSave }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const common = {
    "aria-label": label,
    value: draft ?? value,
    error,
    placeholder,
    maxLength,
    size,
    classNames: { input: "inline-text" },
    onBlur: () => {
      if (draft !== null && draft.trim() !== value) onSave(draft.trim());
      setDraft(null);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === "Escape") {
        setDraft(null);
        // The draft must be gone before leaving the field would save it.
        requestAnimationFrame(() => {
          (event.target as HTMLElement).blur();
        });
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        (event.target as HTMLElement).blur();
      }
    },
  };
  return multiline ? (
    <Textarea
      {...common}
      autosize
      minRows={1}
      maxRows={8}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
      }}
    />
  ) : (
    <TextInput
      {...common}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
      }}
    />
  );
}
