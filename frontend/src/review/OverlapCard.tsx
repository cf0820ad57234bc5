import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Card, Group, NumberInput, SegmentedControl, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, ok, type Project } from "../api/client";
import { messageOf } from "../api/errors";
import { keys } from "../api/keys";
import { labelRules, rulesOf } from "./words";

type Change = Partial<Pick<Project["settings"], "overlap" | "overlap_share" | "label_rule">>;

/** How many people are asked for the same image, and how their answers become its label. */
export function OverlapCard({ project, engineer }: { project: Project; engineer: boolean }) {
  const client = useQueryClient();
  const change = useMutation({
    meta: { inline: true },
    scope: { id: `settings ${project.id}` }, // one after the other: each sends all settings as the one before left them
    mutationFn: (part: Change) => {
      const { settings } = client.getQueryData<Project>(keys.project(project.id)) ?? project;
      return ok(
        api.PATCH("/api/v1/projects/{project_id}", {
          params: { path: { project_id: project.id } },
          body: { settings: { ...settings, ...part } },
        }),
      );
    },
    onSuccess: (changed) => {
      client.setQueryData(keys.project(project.id), changed);
    },
  });
  // What was entered shows at once; a refusal takes it back.
  const shown = { ...project.settings, ...(change.isPending ? change.variables : {}) };
  const put = (part: Change) => {
    const [name, value] = Object.entries(part)[0] ?? [];
    if (name && project.settings[name as keyof Change] !== value) change.mutate(part);
  };
  return (
    <Card withBorder data-testid="overlap">
      <Title order={2} size="h4"><Trans>Answers</Trans></Title>
      <Group gap="md" mt={4} align="flex-end">
        <NumberInput
          key={`overlap ${project.settings.overlap}`}
          size="xs"
          hideControls
          w={160}
          label={t`Annotators an image`}
          min={1}
          max={10}
          allowDecimal={false}
          disabled={!engineer}
          defaultValue={project.settings.overlap}
          onBlur={(event) => { put({ overlap: Number(event.currentTarget.value) || 1 }); }}
          onKeyDown={(event) => { if (event.key === "Enter") event.currentTarget.blur(); }}
        />
        {shown.overlap > 1 && (
          <NumberInput
            key={`share ${project.settings.overlap_share}`}
            size="xs"
            hideControls
            w={180}
            label={t`For this share of them`}
            suffix=" %"
            min={0}
            max={100}
            disabled={!engineer}
            defaultValue={Math.round(100 * project.settings.overlap_share)}
            onBlur={(event) => { put({ overlap_share: (Number.parseFloat(event.currentTarget.value) || 0) / 100 }); }}
            onKeyDown={(event) => { if (event.key === "Enter") event.currentTarget.blur(); }}
          />
        )}
      </Group>
      <Group justify="space-between" gap="xs" mt="sm">
        <Text size="sm" id="label-rule"><Trans>Label by</Trans></Text>
        {engineer ? (
          <SegmentedControl
            size="xs"
            aria-labelledby="label-rule"
            data={rulesOf(project).map((rule) => ({ value: rule, label: labelRules()[rule].label }))}
            value={shown.label_rule}
            onChange={(rule) => { put({ label_rule: rule }); }}
          />
        ) : (
          <Text size="sm">{labelRules()[shown.label_rule].label}</Text>
        )}
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {labelRules()[shown.label_rule].does} {engineer && t`The next cycle follows it.`}
      </Text>
      {change.error && <Alert color="red" mt="xs">{messageOf(change.error)}</Alert>}
    </Card>
  );
}
