import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPencil, IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useParams } from "react-router";

import type { Class, Example, Guidelines as Found } from "../api/client";
import { Failed } from "../app/States";
import { undoable } from "../app/undo";
import { covers, useProject } from "../projects/useProject";
import { AddExample } from "./AddExample";
import { Editor } from "./Editor";
import { Examples } from "./Examples";
import Markdown from "./Markdown";
import { Revisions } from "./Revisions";
import { useAddExample, useGuidelines, useRemoveExample } from "./useGuidelines";

/** What annotators are told: the project's text with its history, and what shows each class. */
export default function Guidelines() {
  const { id = "" } = useParams();
  const project = useProject(id);
  const found = useGuidelines(id);
  const [editing, setEditing] = useState(false);
  if (!project.data) return <Skeleton h={200} />;
  const editable = covers(project.data.role, "engineer");
  return (
    <Stack maw={1000}>
      <title>{t`Guidelines · ${{ name: project.data.name }} · Nextbatch`}</title>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h3">
            <Trans>Guidelines</Trans>
          </Title>
          <Text size="sm" c="dimmed">
            <Trans>What annotators read beside the image. They are told when it changes.</Trans>
          </Text>
        </div>
        {editable && found.data && !editing && (
          <Button
            variant="default"
            leftSection={<IconPencil size={16} />}
            onClick={() => {
              setEditing(true);
            }}
          >
            <Trans>Edit</Trans>
          </Button>
        )}
      </Group>
      {found.error && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={160} />}
      {found.data &&
        (editing ? (
          <Editor
            project={id}
            revision={found.data.revision}
            onClose={() => {
              setEditing(false);
            }}
          />
        ) : (
          <Card withBorder data-testid="guidelines">
            {found.data.revision?.text ? (
              <Markdown text={found.data.revision.text} />
            ) : (
              <Text size="sm" c="dimmed">
                <Trans>No text yet.</Trans>
              </Text>
            )}
          </Card>
        ))}
      {found.data && (
        <>
          <Title order={3} size="h4">
            <Trans>Classes</Trans>
          </Title>
          {project.data.classes.map((entry) => (
            <OfClass key={entry.id} project={id} entry={entry} found={found.data} editable={editable} />
          ))}
        </>
      )}
      <Revisions project={id} />
    </Stack>
  );
}

interface Props {
  project: string;
  entry: Class;
  found: Found;
  editable: boolean;
}

function OfClass({ project, entry, found, editable }: Props) {
  const [adding, setAdding] = useState(false);
  const remove = useRemoveExample(project);
  const add = useAddExample(project, entry.id);
  const bringBack = ({ image_id, kind, caption }: Example) => add.mutateAsync({ image_id, kind, caption });
  const examples = found.examples.filter((example) => example.class_id === entry.id);
  const removal = (example: Example) => (
    <ActionIcon
      className="remove"
      variant="default"
      size="sm"
      aria-label={t`Show this image no longer`}
      loading={remove.isPending && remove.variables === example.id}
      onClick={() => {
        const removal = remove.mutateAsync(example.id);
        void undoable(removal, t`The example of ${{ name: entry.name }} is shown no longer.`, () => bringBack(example));
      }}
    >
      <IconX size={14} />
    </ActionIcon>
  );
  return (
    <Card withBorder data-testid={`guidelines-${entry.name}`}>
      <Group justify="space-between" wrap="nowrap" mb={entry.guideline || examples.length > 0 ? "xs" : 0}>
        <Group gap="xs" wrap="nowrap">
          <div style={{ width: 12, height: 12, borderRadius: "50%", background: entry.color, flex: "none" }} />
          <Text fw={600} size="sm">
            {entry.name}
          </Text>
        </Group>
        {editable && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => {
              setAdding(true);
            }}
          >
            <Trans>Example</Trans>
          </Button>
        )}
      </Group>
      {entry.guideline && <Markdown text={entry.guideline} />}
      <Examples examples={examples}>{editable ? removal : undefined}</Examples>
      {adding && (
        <AddExample
          project={project}
          entry={entry}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </Card>
  );
}
