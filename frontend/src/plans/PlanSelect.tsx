import { Group, Select, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";

import type { Choice } from "./usePlans";

interface Props {
  label: string;
  choices: readonly Choice[];
  value: string;
  onChange: (value: string) => void;
}

/** A select of plans; the summary of the chosen one is its help text. */
export function PlanSelect({ label, choices, value, onChange }: Props) {
  return (
    <Select
      label={label}
      description={choices.find((choice) => choice.value === value)?.summary}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={choices.map((choice) => ({ value: choice.value, label: choice.label }))}
      value={value}
      onChange={(next) => {
        if (next) onChange(next);
      }}
      allowDeselect={false}
      maxDropdownHeight={340}
      renderOption={({ option, checked }) => (
        <div>
          <Group gap={6}>
            <Text size="sm" fw={500}>
              {option.label}
            </Text>
            {checked && <IconCheck size={14} aria-hidden />}
          </Group>
          <Text size="xs" c="dimmed">
            {choices.find((choice) => choice.value === option.value)?.summary}
          </Text>
        </div>
      )}
    />
  );
}
