import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type SyntheticEvent, useState } from "react";
import { useParams } from "react-router";

import type { ClassDetail } from "../api/client";
import { messageOf } from "../api/errors";
import { useProjectEvents } from "../api/events";
import { Failed } from "../app/States";
import { covers, useProject } from "../projects/useProject";
import { ClassRow } from "./ClassRow";
import { History } from "./History";
import { MergeDialog } from "./MergeDialog";
import { useAddClass, useClasses } from "./useClasses";

/** The label schema of a project: what annotators choose from, and how that changed. */
export default function Classes() {
  const { id = "" } = useParams();
  useProjectEvents(id);
  const project = useProject(id);
  const classes = useClasses(id);
  const [merging, setMerging] = useState<ClassDetail | null>(null);
  if (!project.data) return <Skeleton h={200} />;
  const editable = covers(project.data.role, "engineer");
  const rows = classes.data ?? [];

  return (
    <Stack maw={1000}>
      <title>{t`Classes · ${{ name: project.data.name }} · Nextbatch`}</title>
      <div>
        <Title order={3}><Trans>Classes</Trans></Title>
        <Text size="sm" c="dimmed" maw={680}>
          <Trans>What annotators choose from, in this order.</Trans>{" "}
          {editable && <Trans>Changes hold at once, while people label: nothing that was answered is lost.</Trans>}
        </Text>
      </div>
      {classes.error && <Failed error={classes.error} onRetry={() => void classes.refetch()} />}
      {classes.isPending && <Skeleton h={240} />}
      {classes.data && (
        <Card withBorder p={0} style={{ overflow: "visible" }}>
          {rows.length === 0 ? (
            <Text size="sm" c="dimmed" p="md">
              <Trans>No classes yet.</Trans> {editable ? t`Add the first one below.` : t`An engineer of the project adds them.`}
            </Text>
          ) : (
            <div role="list" aria-label={t`Classes`}>
              <div className={editable ? "class-row head editable" : "class-row head"} aria-hidden>
                <span />
                <span><Trans>Name</Trans></span>
                <b><Trans>Hotkey</Trans></b>
                <span><Trans>Guideline</Trans></span>
                <b><Trans>Labels</Trans></b>
              </div>
              {rows.map((entry, place) => (
                <ClassRow
                  key={entry.id}
                  project={id}
                  entry={entry}
                  place={place}
                  count={rows.length}
                  editable={editable}
                  onMerge={() => {
                    setMerging(entry);
                  }}
                />
              ))}
            </div>
          )}
          {editable && <AddClass project={id} />}
        </Card>
      )}
      <History project={id} editable={editable} />
      {merging && (
        <MergeDialog
          project={id}
          source={merging}
          classes={rows}
          onClose={() => {
            setMerging(null);
          }}
        />
      )}
    </Stack>
  );
}

function AddClass({ project }: { project: string }) {
  const [name, setName] = useState("");
  const add = useAddClass(project);
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    add.mutate(name, {
      onSuccess: () => {
        setName("");
      },
    });
  }
  return (
    <form onSubmit={submit} style={{ borderTop: "1px solid var(--mantine-color-default-border)" }}>
      <Group p="sm" gap="xs" align="flex-start" wrap="nowrap">
        <TextInput
          aria-label={t`Name of a new class`}
          placeholder={t`New class`}
          maxLength={100}
          value={name}
          style={{ flex: 1, maxWidth: 260 }}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Button type="submit" variant="default" leftSection={<IconPlus size={16} />} disabled={!name.trim()} loading={add.isPending}>
          <Trans>Add</Trans>
        </Button>
      </Group>
      {add.error && (
        <Alert color="red" m="sm" mt={0}>
          {messageOf(add.error)}
        </Alert>
      )}
    </form>
  );
}
