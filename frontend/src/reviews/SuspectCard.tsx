import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Card, Group, Menu, Stack, Text } from "@mantine/core";
import { IconCheck, IconDots } from "@tabler/icons-react";

import { type Class, contentUrl, type Suspect } from "../api/client";
import { percent } from "../language/format";

interface Props {
  suspect: Suspect;
  classes: readonly Class[];
  busy: boolean;
  onSay: (name: string) => void;
}

/** One doubted label: the picture, what it is called, what the models see, and the ways to settle it. */
export function SuspectCard({ suspect, classes, busy, onSay }: Props) {
  const { image, given, suggested, verdict } = suspect;
  const now = image.label ?? given;
  return (
    <Card withBorder padding="xs" component="article" data-testid={`suspect-${suspect.position}`}>
      <a className="suspect-picture" href={contentUrl(image.id, "display")} target="_blank" rel="noopener">
        <img
          className={Math.max(image.width, image.height) < 128 ? "tiny" : undefined}
          src={contentUrl(image.id, "thumb")}
          alt={t`${{ filename: image.filename }}, labelled ${now}`}
          loading="lazy"
        />
      </a>
      <Stack gap={6} mt="xs">
        <div className="suspect-names">
          <Text size="xs" c="dimmed"><Trans>Label</Trans></Text>
          <Text size="sm" fw={600}>
            <Dot color={colorOf(classes, given)} /> {given}
          </Text>
          <Text size="xs" c="dimmed"><Trans>Models see</Trans></Text>
          <Text size="sm">
            <Dot color={colorOf(classes, suggested)} /> {suggested}{" "}
            <Text span size="xs" c="dimmed" className="figures">
              <Trans>{{ share: percent(suspect.confidence) }} sure</Trans>
            </Text>
          </Text>
        </div>
        <Group gap={4} wrap="nowrap" mt={2}>
          {verdict === null ? (
            <>
              <Say label={t`Keep`} title={t`Keep ${given}`} disabled={busy} onClick={() => { onSay(given); }} />
              <Say label={t`Change`} title={t`Change to ${suggested}`} filled disabled={busy} onClick={() => { onSay(suggested); }} />
            </>
          ) : (
            <Text size="xs" flex={1} miw={0} c="dimmed">
              <IconCheck size={13} aria-hidden style={{ verticalAlign: -2 }} />{" "}
              {verdict === "kept" ? t`Kept by ${{ name: suspect.settled_by ?? "" }}` : t`Changed to ${now} by ${{ name: suspect.settled_by ?? "" }}`}
            </Text>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={30} disabled={busy} aria-label={t`Another class for ${{ filename: image.filename }}`}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
              <Menu.Label><Trans>It is</Trans></Menu.Label>
              {classes.map((one) => (
                <Menu.Item
                  key={one.id}
                  leftSection={<Dot color={one.color} />}
                  onClick={() => {
                    onSay(one.name);
                  }}
                >
                  {one.name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Stack>
    </Card>
  );
}

interface SayProps {
  label: string;
  title: string;
  disabled: boolean;
  filled?: boolean;
  onClick: () => void;
}

function Say({ label, title, disabled, filled = false, onClick }: SayProps) {
  return (
    <Button
      size="compact-sm"
      h={30}
      px={2}
      fz="xs"
      flex={1}
      variant={filled ? "light" : "default"}
      title={title}
      aria-label={title}
      disabled={disabled}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}

function Dot({ color }: { color: string }) {
  return <span className="dot" style={{ background: color }} aria-hidden />;
}

function colorOf(classes: readonly Class[], name: string): string {
  return classes.find((one) => one.name === name)?.color ?? "transparent";
}
