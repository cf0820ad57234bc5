import { t } from "@lingui/core/macro";

import type { Desk } from "../bench/desk";
import type { Outbox } from "../bench/outbox";
import { number } from "../language/format";
import { useToday } from "./today";

interface Props {
  desk: Desk;
  outbox: Outbox;
  /** Answers that were given on this page and stand. */
  given: number;
}

/** How many of today, how quickly, and how many in a row agree: for oneself, so nothing blinks or cheers. */
export default function Today({ desk, outbox, given }: Props) {
  const today = useToday(desk, outbox, given);
  if (!today || today.answers === 0) return null;
  const { answers, seconds, streak } = today;
  const took = seconds !== null && number(seconds, { style: "unit", unit: "second", maximumFractionDigits: 1 });
  return (
    <>
      <span title={t`Your answers today in this project`}>{t`${answers} today`}</span>
      {took !== false && <span title={t`The median of your last answers today`}>{t`${took} an image`}</span>}
      {streak > 1 && (
        <span title={t`Your last ${streak} answers in closed cycles that can be compared all agree with the label`}>
          {t`${streak} in a row agree`}
        </span>
      )}
    </>
  );
}
