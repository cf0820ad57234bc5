import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";

import { type ControlReport, contentUrl } from "../api/client";
import { named } from "./words";

const FEW = 8;

interface Props {
  project: string;
  person: ControlReport["annotators"][number];
}

/** The control images that one person answered in another way; each leads to its page. */
export function WrongAnswers({ project, person }: Props) {
  const [all, setAll] = useState(false);
  const { name, wrong } = person;
  const shown = all ? wrong : wrong.slice(0, FEW);
  return (
    <div data-testid="wrong-answers">
      <Title order={4} size="h5" mb="xs">
        <Trans>Where {name} said something else</Trans>
      </Title>
      <div className="controls-wrong">
        {shown.map((one) => {
          const { image } = one;
          const said = named(one.class, one.classes);
          const known = named(one.known_class, one.known_classes);
          return (
            <Link key={image.id} to={`/projects/${project}/images?image=${image.id}`} title={one.note ?? undefined}>
              <span className="controls-picture">
                <img
                  className={Math.max(image.width, image.height) < 128 ? "tiny" : undefined}
                  src={contentUrl(image.id, "thumb")}
                  alt={image.filename}
                  loading="lazy"
                />
              </span>
              <Text size="xs" fw={600}>{t`said ${said}`}</Text>
              <Text size="xs" c="dimmed">{t`known: ${known}`}</Text>
            </Link>
          );
        })}
      </div>
      {wrong.length > shown.length && (
        <Button
          size="compact-sm"
          variant="subtle"
          mt="xs"
          onClick={() => {
            setAll(true);
          }}
        >
          {t`Show all ${{ count: wrong.length }}`}
        </Button>
      )}
    </div>
  );
}
