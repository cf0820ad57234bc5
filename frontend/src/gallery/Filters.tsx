import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Pill, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Project } from "../api/client";
import { useMembers } from "../members/useMembers";
import { useCycles, useRanking } from "../projects/useProject";
import { conditions, type Filter } from "./filter";

interface Props {
  project: Project;
  filter: Filter;
  reviewer: boolean;
  onChange: (change: Readonly<Record<string, string | number | boolean | null>>) => void;
  onClear: () => void;
}

const yesNo = (yes: string, no: string) => [
  { value: "true", label: yes },
  { value: "false", label: no },
];

const NARROW = "(max-width: 48em)";

/** What the gallery shows, and in what order. Where there is little room, the conditions open on demand. */
export function Filters({ project, filter, reviewer, onChange, onClear }: Props) {
  const members = useMembers(project.id);
  const cycles = useCycles(project.id);
  const ranking = useRanking(project.id, false);
  const search = useDebouncedCallback((text: string) => {
    onChange({ filename: text.trim() });
  }, 300);
  const select = (name: keyof Filter, label: string, data: { value: string; label: string }[], width = 150) => (
    <Select
      label={label}
      size="xs"
      w={width}
      clearable
      searchable={data.length > 8}
      placeholder={t`any`}
      data={data}
      value={filter[name] === undefined ? null : String(filter[name])}
      onChange={(value) => {
        onChange({ [name]: value });
      }}
    />
  );
  const narrow = useMediaQuery(NARROW);
  const [opened, { toggle }] = useDisclosure(false);
  const count = conditions(filter);
  const batches = ranking.data?.batches.map((batch) => batch.number) ?? [];
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={t`Order`}
        size="xs"
        w={180}
        allowDeselect={false}
        data={orders(reviewer)}
        value={filter.order ?? "oldest"}
        onChange={(order) => {
          onChange({ order: order === "oldest" ? null : order });
        }}
      />
      {narrow && (
        <Button size="xs" variant="default" leftSection={<IconFilter size={16} />} aria-expanded={opened} onClick={toggle}>
          {count === 0 ? t`Filter` : t`Filter (${count})`}
        </Button>
      )}
      {(!narrow || opened) && (
        <>
          <TextInput
            key={filter.filename ?? ""}
            label={t`Name contains`}
            size="xs"
            w={150}
            defaultValue={filter.filename ?? ""}
            onChange={(event) => {
              search(event.currentTarget.value);
            }}
          />
          {select("class", t`Class`, project.classes.map((one) => ({ value: one.name, label: one.name })))}
          {select("labelled", t`Label`, yesNo(t`labelled`, t`without a label`))}
          {select("split", t`Split`, [
            { value: "pool", label: t`pool` },
            { value: "validation", label: t`validation` },
            { value: "test", label: t`test` },
          ], 120)}
          {batches.length > 0 && select("pool_batch", t`Pool batch`, batches.map((number) => ({ value: String(number), label: String(number) })), 110)}
          {(cycles.data?.length ?? 0) > 0 &&
            select("cycle", t`Asked in cycle`, (cycles.data ?? []).map((cycle) => ({ value: String(cycle.number), label: String(cycle.number) })), 120)}
          {select("source", t`Label came by`, [
            { value: "annotation", label: t`answers` },
            { value: "review", label: t`a reviewer` },
            { value: "import", label: t`import` },
          ])}
          {reviewer && (
            <>
              {select("annotator", t`Answered by`, (members.data ?? []).map((one) => ({ value: one.user_id, label: one.name })))}
              {select("flagged", t`Flag`, yesNo(t`flagged`, t`not flagged`), 120)}
              {select("skipped", t`Skip`, yesNo(t`skipped`, t`not skipped`), 120)}
        </>
      )}
      {select("unsettled", t`Settled`, yesNo(t`answered, no label`, t`others`))}
      {select("near_duplicate", t`Near-duplicate`, yesNo(t`of another image`, t`of none`))}
        </>
      )}
      {typeof filter.measured_in === "number" && (
        <Condition onRemove={() => { onChange({ measured_in: null, true: null, predicted: null }); }}>
          {measured(filter.measured_in, filter.true, filter.predicted)}
        </Condition>
      )}
      {filter.alike && (
        <Condition onRemove={() => { onChange({ alike: null }); }}>
          <Trans>Images of one shot</Trans>
        </Condition>
      )}
      {count > 0 && (
        <Button size="xs" variant="subtle" onClick={onClear}>
          <Trans>Show all</Trans>
        </Button>
      )}
    </Group>
  );
}

/** A condition that a link has set, and that can only be taken away here. */
function Condition({ children, onRemove }: { children: ReactNode; onRemove: () => void }) {
  return (
    <Pill
      size="lg"
      withRemoveButton
      removeButtonProps={{ "aria-label": t`Take this condition away`, "aria-hidden": false, tabIndex: 0 }}
      onRemove={onRemove}
    >
      {children}
    </Pill>
  );
}

function measured(cycle: number, is: string | null | undefined, taken: string | null | undefined): string {
  if (!is || !taken) return t`Measured in cycle ${cycle}`;
  return is === taken ? t`Cycle ${cycle}: ${is}, recognised` : t`Cycle ${cycle}: ${is}, taken for ${taken}`;
}

function orders(reviewer: boolean): { value: string; label: string }[] {
  return [
    { value: "oldest", label: t`oldest first` },
    { value: "newest", label: t`newest first` },
    { value: "hardest", label: t`hardest first` },
    { value: "easiest", label: t`easiest first` },
    ...(reviewer ? [{ value: "least_sure", label: t`model least sure first` }] : []),
    { value: "filename", label: t`by name` },
  ];
}
