import { t } from "@lingui/core/macro";

import type { Plan, PoolOrder, PretextTask, Strategy } from "../api/client";

/** What a pretext task has its network learn, without any labels. */
export const tasks = (): Record<PretextTask, { label: string; learns: string }> => ({
  rotation: { label: t`Rotation`, learns: t`how far an image is turned` },
  colorization: { label: t`Colorization`, learns: t`which colours a grey image had` },
  jigsaw: { label: t`Jigsaw`, learns: t`how the tiles of an image were shuffled` },
  simsiam: { label: t`SimSiam`, learns: t`that two views of one image belong together` },
});

export const orders = (): Record<PoolOrder, { label: string; says: string }> => ({
  descending: { label: t`Descending`, says: t`hardest first` },
  ascending: { label: t`Ascending`, says: t`easiest first` },
  shuffled: { label: t`Shuffled`, says: t`cut at random, whatever the loss` },
});

/** Query strategies: their names, and which images they take. */
export const rules = (): Record<Strategy, { label: string; takes: string }> => ({
  uniform: { label: t`Uniform`, takes: t`images at even steps through the order by pretext loss` },
  random: { label: t`Random`, takes: t`any images, by chance` },
  least_confidence: { label: t`Least confidence`, takes: t`the images whose top class the task model gives the least probability` },
  margin: { label: t`Margin`, takes: t`the images whose two likeliest classes are closest` },
  entropy: { label: t`Entropy`, takes: t`the images over whose classes the task model is most undecided` },
  bald: { label: "BALD", takes: t`the images on which sampled task models, each sure of itself, disagree` },
  coreset: { label: t`Core-set`, takes: t`the images farthest from all that is labelled` },
  badge: { label: "BADGE", takes: t`a diverse set of images the task model is unsure of` },
  learning_loss: { label: t`Learning loss`, takes: t`the images whose loss a second head predicts to be largest` },
  typiclust: { label: t`TypiClust`, takes: t`typical images of the largest unlabelled clusters` },
  probcover: { label: t`ProbCover`, takes: t`the images whose neighbourhoods hold the most others` },
  uherding: { label: t`Uncertainty herding`, takes: t`the images that stand for many the task model is unsure of` },
});

export const starts = (): Record<Plan["start"], string> => ({
  scratch: t`Fresh weights in every cycle`,
  pretext: t`The pretext network's weights`,
});

const FEATURES: readonly Strategy[] = ["typiclust", "probcover", "uherding"];

/** Whether any cycle of a plan looks at a pretext run; the server has the last word (`no_pretext_run`). */
export function needsRun(plan: Plan): boolean {
  const looks = (rule: Strategy) => rule === "uniform" || FEATURES.includes(rule);
  return plan.scope === "pool_batch" || plan.start === "pretext" || looks(plan.first) || looks(plan.later);
}

/** Whether a pretext run is one that a plan can follow. */
export function fits(plan: Plan, run: { task: PretextTask; order: PoolOrder }): boolean {
  return run.task === plan.pretext_task && (plan.scope === "pool" || run.order === plan.order);
}

/** A plan in words, a line for each decision. */
export function lines(plan: Plan): { term: string; says: string }[] {
  const rule = (name: Strategy) => `${rules()[name].label}: ${rules()[name].takes}`;
  const byBatch = plan.scope === "pool_batch";
  const task = t`${{ task: tasks()[plan.pretext_task].label }}: a network learns ${{ learns: tasks()[plan.pretext_task].learns }}`;
  return [
    { term: t`Pretext task`, says: needsRun(plan) ? task : t`None is needed` },
    ...(byBatch ? [{ term: t`Order`, says: t`Pool batches, ${{ order: orders()[plan.order].says }}` }] : []),
    { term: t`Scope`, says: byBatch ? t`A cycle chooses from its pool batch` : t`A cycle chooses from the whole pool` },
    { term: t`First rule`, says: rule(plan.first) },
    { term: t`Later rule`, says: rule(plan.later) },
    { term: t`Start`, says: starts()[plan.start] },
  ];
}

/** "rotation, hardest first": the pretext run that a plan asks for. */
export function runWords(task: PretextTask, order: PoolOrder): string {
  return `${tasks()[task].label.toLowerCase()}, ${orders()[order].says}`;
}
