import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Text } from "@mantine/core";
import { useEffect, useState } from "react";

import { useChangePreferences } from "../account/usePreferences";
import { useKnown } from "./CommandButton";
import { type Command, type Group as Kind, isClassCommand } from "./commands";
import { assigned, clash, keysOf, restored } from "./keymap";
import { keystroke, readable } from "./keystrokes";

const kinds = (): Record<Kind, string> => ({
  Answer: t`Answer`,
  Move: t`Move`,
  Picture: t`Picture`,
  Grid: t`In the grid`,
  Page: t`Page`,
});

/** All keys, and a way to change one's own. */
export default function Help() {
  const { commands, own } = useKnown();
  const change = useChangePreferences();
  const [asked, setAsked] = useState<Command | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    if (!asked) return;
    function press(event: KeyboardEvent) {
      if (!asked || event.key === "Tab") return; // Tab leaves, as everywhere
      event.preventDefault();
      event.stopPropagation();
      const key = keystroke(event);
      if (key === null) return;
      const refusal = key === "escape" ? null : clash(commands, own, asked, key);
      setProblem(refusal);
      if (refusal) return;
      if (key !== "escape") change({ keys: copied(assigned(own, asked, key)) });
      setAsked(null);
    }
    window.addEventListener("keydown", press, { capture: true });
    return () => {
      window.removeEventListener("keydown", press, { capture: true });
    };
  }, [asked, change, commands, own]);

  function restore(command: Command) {
    const usual = restored(commands, own, command);
    if (usual) change({ keys: copied(usual) });
    setProblem(usual ? null : t`The usual keys of “${{ label: command.label }}” belong to other commands now. Change those first.`);
  }

  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        <Trans>Press a key’s button to give the command another one. Classes get their keys in the project’s settings.</Trans>
      </Text>
      {problem && (
        <Alert color="red" role="alert" mb="sm">
          {problem}
        </Alert>
      )}
      <div className="bench-help">
        {Object.entries(kinds()).map(([kind, heading]) => (
          <section key={kind} aria-label={heading}>
            <h3>{heading}</h3>
            <dl>
              {commands
                .filter((command) => command.group === kind)
                .map((command) => (
                  <div key={command.id} data-testid={`help-${command.id}`}>
                    <dt>{command.label}</dt>
                    <dd>
                      {isClassCommand(command) ? (
                        keysOf(command, own).map((key) => <kbd key={key}>{readable(key)}</kbd>)
                      ) : (
                        <>
                          {own[command.id] && (
                            <button
                              type="button"
                              className="bench-link"
                              onClick={() => {
                                restore(command);
                              }}
                            >
                              <Trans>usual</Trans>
                            </button>
                          )}
                          <button
                            type="button"
                            className="bench-keys"
                            aria-label={t`Change the key of ${{ label: command.label }}`}
                            onClick={() => {
                              setProblem(null);
                              setAsked(command);
                            }}
                          >
                            {asked?.id === command.id ? (
                              <em><Trans>press a key</Trans></em>
                            ) : (
                              keysOf(command, own).map((key) => <kbd key={key}>{readable(key)}</kbd>)
                            )}
                          </button>
                        </>
                      )}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <Group justify="end" mt="md">
        <Button
          variant="default"
          disabled={Object.keys(own).length === 0}
          onClick={() => {
            change({ keys: {} });
          }}
        >
          <Trans>All usual keys</Trans>
        </Button>
      </Group>
    </>
  );
}

function copied(own: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(own).map(([id, keys]) => [id, [...keys]]));
}
