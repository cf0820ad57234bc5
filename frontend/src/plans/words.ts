import type { Plan, PoolOrder, PretextTask, Strategy } from "../api/client";

/** What a pretext task has its network learn, without any labels. */
export const TASKS: Record<PretextTask, { label: string; learns: string }> = {
  rotation: { label: "Rotation", learns: "how far an image is turned" },
  colorization: { label: "Colorization", learns: "which colours a grey image had" },
  jigsaw: { label: "Jigsaw", learns: "how the tiles of an image were shuffled" },
  simsiam: { label: "SimSiam", learns: "that two views of one image belong together" },
};

export const ORDERS: Record<PoolOrder, { label: string; says: string }> = {
  descending: { label: "Descending", says: "hardest first" },
  ascending: { label: "Ascending", says: "easiest first" },
  shuffled: { label: "Shuffled", says: "cut at random, whatever the loss" },
};

/** Query strategies: their names, and which images they take. */
export const RULES: Record<Strategy, { label: string; takes: string }> = {
  uniform: { label: "Uniform", takes: "images at even steps through the order by pretext loss" },
  random: { label: "Random", takes: "any images, by chance" },
  least_confidence: { label: "Least confidence", takes: "the images whose top class the task model gives the least probability" },
  margin: { label: "Margin", takes: "the images whose two likeliest classes are closest" },
  entropy: { label: "Entropy", takes: "the images over whose classes the task model is most undecided" },
  bald: { label: "BALD", takes: "the images on which sampled task models, each sure of itself, disagree" },
  coreset: { label: "Core-set", takes: "the images farthest from all that is labelled" },
  badge: { label: "BADGE", takes: "a diverse set of images the task model is unsure of" },
  learning_loss: { label: "Learning loss", takes: "the images whose loss a second head predicts to be largest" },
  typiclust: { label: "TypiClust", takes: "typical images of the largest unlabelled clusters" },
  probcover: { label: "ProbCover", takes: "the images whose neighbourhoods hold the most others" },
  uherding: { label: "Uncertainty herding", takes: "the images that stand for many the task model is unsure of" },
};

export const STARTS: Record<Plan["start"], string> = {
  scratch: "Fresh weights in every cycle",
  pretext: "The pretext network's weights",
};

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
  const rule = (name: Strategy) => `${RULES[name].label}: ${RULES[name].takes}`;
  const byBatch = plan.scope === "pool_batch";
  const task = `${TASKS[plan.pretext_task].label}: a network learns ${TASKS[plan.pretext_task].learns}`;
  return [
    { term: "Pretext task", says: needsRun(plan) ? task : "None is needed" },
    ...(byBatch ? [{ term: "Order", says: `Pool batches, ${ORDERS[plan.order].says}` }] : []),
    { term: "Scope", says: byBatch ? "A cycle chooses from its pool batch" : "A cycle chooses from the whole pool" },
    { term: "First rule", says: rule(plan.first) },
    { term: "Later rule", says: rule(plan.later) },
    { term: "Start", says: STARTS[plan.start] },
  ];
}

/** "rotation, hardest first": the pretext run that a plan asks for. */
export function runWords(task: PretextTask, order: PoolOrder): string {
  return `${TASKS[task].label.toLowerCase()}, ${ORDERS[order].says}`;
}
