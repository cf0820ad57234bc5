import { t } from "@lingui/core/macro";

import type { Plan } from "../api/client";

/** What the plans are that ship with the server, in its words (app/domain/plans/named.toml). */
const texts = (): Record<string, string | undefined> => ({
  pt4al: t`PT4AL as published: pool batches by pretext loss, hardest first; uniform in loss rank, then least confidence`,
  "pt4al-ascending": t`PT4AL's ablation: the easiest pool batch first`,
  "pt4al-shuffled": t`PT4AL's control: pool batches cut at random, so that the pretext loss plays no part`,
  random: t`Any images of the whole pool: the baseline`,
  "least-confidence": t`Any images first, then the least confident of the whole pool`,
  "learning-loss": t`Any images first, then those whose loss a second head predicts to be largest`,
  coreset: t`Any images first, then those farthest from all that is labelled`,
  badge: t`Any images first, then a diverse set of uncertain ones`,
  typiclust: t`Typical images of the largest unlabelled clusters of pretext features, in every cycle`,
  nextbatch: t`Typical images first, then those whose neighbourhoods the task model is least sure of; trainings start from the pretext network`,
});

/** What a plan that ships is, in a sentence of the reader's language. */
export function shippedSummary({ name, summary }: Plan): string {
  return texts()[name] ?? summary; // a server that is newer than this page may have others
}
