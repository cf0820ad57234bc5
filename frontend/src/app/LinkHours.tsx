import { t } from "@lingui/core/macro";
import { Select } from "@mantine/core";

type Hours = 1 | 24 | 72 | 168 | 720;

const words: Record<Hours, () => string> = {
  1: () => t`One hour`,
  24: () => t`One day`,
  72: () => t`Three days`,
  168: () => t`One week`,
  720: () => t`30 days`,
};

interface Props {
  choices: Hours[];
  value: number;
  onChange: (hours: number) => void;
}

/** For how many hours a link is to work. */
export function LinkHours({ choices, value, onChange }: Props) {
  return (
    <Select
      label={t`The link works for`}
      data={choices.map((hours) => ({ value: String(hours), label: words[hours]() }))}
      value={String(value)}
      allowDeselect={false}
      onChange={(next) => {
        if (next) onChange(Number(next));
      }}
    />
  );
}
