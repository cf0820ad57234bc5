import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Card, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { IconFolder, IconLink, IconServer } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useDropzone } from "react-dropzone";

import { messageOf } from "../api/errors";
import { percent } from "../language/format";
import { AddressDialog } from "./AddressDialog";
import { FolderDialog } from "./FolderDialog";
import { PreviewCard } from "./PreviewCard";
import { Report } from "./Report";
import { upload } from "./upload";
import { addressOf, useFolder } from "./useImports";

type Step =
  | { at: "choice" }
  | { at: "upload"; part: number; abort: AbortController }
  | { at: "preview"; job: string }
  | { at: "import"; job: string };

/** From files to images: choose, look at what would happen, confirm, read what happened. */
export function ImportPanel({ project }: { project: string }) {
  const [step, setStep] = useState<Step>({ at: "choice" });
  const [error, setError] = useState<string | null>(null);
  const again = () => {
    setStep({ at: "choice" });
  };

  async function send(files: readonly File[]) {
    if (files.length === 0) return;
    const abort = new AbortController();
    setError(null);
    setStep({ at: "upload", part: 0, abort });
    try {
      const told = (part: number) => {
        setStep({ at: "upload", part, abort });
      };
      setStep({ at: "preview", job: await upload(project, files, told, abort.signal) });
    } catch (refused) {
      if (!abort.signal.aborted) setError(messageOf(refused));
      again();
    }
  }

  return (
    <Card withBorder>
      <Stack gap="xs">
        <Title order={2} size="h4">
          <Trans>Import</Trans>
        </Title>
        {error && <Alert color="red">{error}</Alert>}
        {(step.at === "choice" || step.at === "import") && (
          <Choice
            project={project}
            onFiles={(files) => void send(files)}
            onPreview={(job) => {
              setStep({ at: "preview", job });
            }}
          />
        )}
        {step.at === "upload" && (
          <div>
            <Group justify="space-between" mb={4}>
              <Text size="sm">
                <Trans>Uploading… {{ part: percent(step.part) }}</Trans>
              </Text>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  step.abort.abort();
                }}
              >
                <Trans>Cancel</Trans>
              </Button>
            </Group>
            <Progress value={100 * step.part} aria-label={t`Upload progress`} />
          </div>
        )}
        {step.at === "preview" && (
          <PreviewCard
            project={project}
            job={step.job}
            onConfirmed={(job) => {
              setStep({ at: "import", job });
            }}
            onDiscarded={again}
          />
        )}
        {step.at === "import" && <Report job={step.job} onClose={again} />}
      </Stack>
    </Card>
  );
}

interface ChoiceProps {
  project: string;
  onFiles: (files: readonly File[]) => void;
  onPreview: (job: string) => void;
}

function Choice({ project, onFiles, onPreview }: ChoiceProps) {
  const [browsing, setBrowsing] = useState<"folders" | "addresses" | null>(null);
  const roots = useFolder(project, null);
  const allowed = [...(roots.data?.addresses ?? []), ...(roots.data?.entries ?? []).map((entry) => addressOf(entry.path))];
  const close = () => {
    setBrowsing(null);
  };
  const folder = useRef<HTMLInputElement>(null);
  const drop = useDropzone({ onDrop: onFiles });
  return (
    <>
      <div
        {...drop.getRootProps({
          className: drop.isDragActive ? "drop over" : "drop",
          "aria-label": t`Choose files to import`,
        })}
      >
        <input {...drop.getInputProps({ "aria-label": t`Choose files to import` })} data-testid="import-drop" />
        <Text>
          <Trans>Drop images, a folder or a zip here</Trans>
        </Text>
        <Text size="sm" c="dimmed">
          <Trans>or click to choose. You see what will happen before anything is imported.</Trans>
        </Text>
        <Text size="sm" c="dimmed">
          <Trans>A manifest (CSV, JSON Lines, Parquet) or Label Studio's export beside the images says what they are.</Trans>
        </Text>
      </div>
      <Group gap="xs">
        <input
          ref={folder}
          type="file"
          hidden
          multiple
          {...{ webkitdirectory: "" }}
          onChange={(event) => {
            onFiles([...(event.currentTarget.files ?? [])]);
          }}
        />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconFolder size={14} />}
          onClick={() => {
            folder.current?.click();
          }}
        >
          <Trans>Choose a folder</Trans>
        </Button>
        {roots.data && roots.data.entries.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconServer size={14} />}
            onClick={() => {
              setBrowsing("folders");
            }}
          >
            <Trans>From the server</Trans>
          </Button>
        )}
        {allowed.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconLink size={14} />}
            onClick={() => {
              setBrowsing("addresses");
            }}
          >
            <Trans>From an address</Trans>
          </Button>
        )}
      </Group>
      {browsing === "folders" && <FolderDialog project={project} onPreview={onPreview} onClose={close} />}
      {browsing === "addresses" && <AddressDialog project={project} allowed={allowed} onPreview={onPreview} onClose={close} />}
    </>
  );
}
