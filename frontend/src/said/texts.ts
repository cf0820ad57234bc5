import { t } from "@lingui/core/macro";

import type { Sentence } from "../api/client";
import { number } from "../language/format";

type Texts = Readonly<Record<string, string>>;

/** Values as people read them: numbers in groups, words as they are. */
function shown(values: Sentence["values"]): (name: string) => string {
  return (name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? "");
  };
}

/** How far a job is. */
function steps(of: (name: string) => string): Texts {
  return {
    decoded: t`${{ done: of("done") }} of ${{ total: of("total") }} decoded`,
    files: t`${{ done: of("done") }} of ${{ total: of("total") }} files`,
    exported: t`${{ done: of("done") }} of ${{ total: of("total") }} labels written`,
    writing_onnx: t`writing ONNX`,
    images: t`${{ done: of("done") }} of ${{ total: of("total") }} images`,
    near_duplicates: t`${{ done: of("done") }} of ${{ total: of("total") }} looked at for near-duplicates`,
    scored_by_workers: t`${{ done: of("done") }} of ${{ total: of("total") }} images scored; ${{ workers: of("workers") }} workers`,
    scored: t`${{ done: of("done") }} of ${{ total: of("total") }} images scored`,
    resumed: t`resumed after epoch ${{ epoch: of("epoch") }}`,
    epoch: t`epoch ${{ epoch: of("epoch") }} of ${{ epochs: of("epochs") }}`,
    epoch_loss: t`epoch ${{ epoch: of("epoch") }} of ${{ epochs: of("epochs") }}, loss ${{ loss: of("loss") }}`,
    map_step: t`step ${{ step: of("step") }} of at most ${{ steps: of("steps") }}`,
    fold: t`fold ${{ fold: of("fold") }} of ${{ folds: of("folds") }}`,
    trainings: t`${{ done: of("done") }} of ${{ total: of("total") }} trainings`,
  };
}

/** How a job, or a cycle with it, ended badly. */
function failures(of: (name: string) => string): Texts {
  return {
    job_cancelled: t`The job was cancelled.`,
    process_died: t`The process of the job died ${{ count: of("count") }} times.`,
    worker_silent: t`The worker went silent ${{ count: of("count") }} times.`,
    unexpected: t`Something unexpected: ${{ reason: of("reason") }}`,
  };
}

/** What is worth knowing of a cycle's query. */
function notes(of: (name: string) => string): Texts {
  const missing = of("missing") === "dropout" ? t`dropout` : t`a loss head`;
  return {
    pool_batches_used: t`All pool batches are used; this cycle queries all that remains of the pool.`,
    pool_batch_labelled: t`Pool batch ${{ wanted: of("wanted") }} is labelled already; this cycle queries pool batch ${{ batch: of("batch") }}.`,
    alike_wait: t`${{ count: of("count") }} near-duplicates of images asked for now wait for a later cycle.`,
    known_wait: t`${{ count: of("count") }} near-duplicates of labelled images wait for a later cycle.`,
    few_left: t`Only ${{ count: of("count") }} images were left to query.`,
    strategy_replaced: t`The last task model was trained without ${{ missing }}; this cycle queries by least confidence.`,
    other_network: t`The pretext run trained ${{ pretext: of("pretext") }} and not ${{ wanted: of("wanted") }}, so the task model began with fresh weights.`,
    next_waits: t`The next cycle waits for the pretext run that its plan needs.`,
  };
}

/** Whether more labels still bring much, and why. */
function advice(of: (name: string) => string): Texts {
  const measure = of("measure") === "Accuracy" ? t`Accuracy` : t`Mean average precision`;
  const rate = t`${{ slope: of("slope") }} points a doubling of the labels (${{ low: of("low") }} to ${{ high: of("high") }}) over the last ${{ models: of("models") }} models`;
  const agreed = t`Cohen's kappa between one model and the next is ${{ kappa: of("kappa") }} over the last ${{ count: of("count") }}; ${{ stable: of("stable") }} counts as stable`;
  return {
    no_curve: t`There is no learning curve: no labelled images are held out.`,
    few_held_out: t`A trend takes ${{ fewest: of("fewest") }} held-out images; there are ${{ count: of("count") }}.`,
    few_cycles: t`A trend takes ${{ fewest: of("fewest") }} trained cycles with different numbers of labels.`,
    curve_flat: t`${{ measure }} has levelled off: ${{ rate }}.`,
    curve_rises: t`${{ measure }} still rises: ${{ rate }}.`,
    curve_may_rise: t`${{ measure }} may still rise: ${{ rate }}.`,
    few_comparisons: t`Whether predictions are stable takes ${{ count: of("count") }} comparisons of consecutive models.`,
    predictions_stable: t`Predictions for unlabelled images are stable: ${{ agreed }}.`,
    predictions_change: t`Predictions for unlabelled images still change: ${{ agreed }}.`,
  };
}

/** Why confidences are calibrated as they are. */
function calibration(of: (name: string) => string): Texts {
  return {
    few_to_calibrate: t`Confidences are not calibrated: that takes ${{ fewest: of("fewest") }} labelled validation images, and there are ${{ count: of("count") }}.`,
    no_mistakes: t`Confidences are not calibrated: the model makes no mistake on the validation images.`,
    calibrated_by_halves: t`Without a test split, its effect is measured on halves that calibrate each other.`,
    calibration_unmeasured: t`Without a test split, there are too few images to measure its effect.`,
    plain_sigmoid: t`Where images may have several classes, confidences are the plain sigmoid.`,
  };
}

/** What a backtest must be read with in mind. */
function cautions(of: (name: string) => string): Texts {
  return {
    few_seeds: t`Only ${{ count: of("count") }} seeds: differences between plans are not to be trusted below ${{ fewest: of("fewest") }} (Ji et al. 2023).`,
    few_test_images: t`A class has only ${{ count: of("count") }} test images: its recall is a rough figure.`,
    no_random_plan: t`There is no plan “random”, the floor that every other plan should beat.`,
    pool_used_up: t`The pool has ${{ images: of("images") }} images, and ${{ wanted: of("wanted") }} labels are asked for: it will be used up.`,
    small_pool_batches: t`A pool batch has ${{ images: of("images") }} images, fewer than the budget of ${{ budget: of("budget") }}: there is nothing to choose for ${{ plans: of("plans") }}.`,
    few_pool_batches: t`There are ${{ batches: of("batches") }} pool batches for ${{ cycles: of("cycles") }} cycles: behind the last, all that is left is open to ${{ plans: of("plans") }}.`,
  };
}

/** Why a merge of classes cannot be undone. */
function blocked(of: (name: string) => string): Texts {
  return {
    target_gone: t`${{ name: of("name") }} was itself merged or removed since.`,
    name_taken_since: t`Another class is called ${{ name: of("name") }} now; rename it first.`,
    learned_as_one: t`A task model was trained since: it has learned both as one class.`,
    training_as_one: t`A training is under way that may count both as one class.`,
  };
}

/** A sentence of the server in the language of the page; null for codes that are not known here. */
export function sentenceText({ code, values }: Pick<Sentence, "code" | "values">): string | null {
  const of = shown(values);
  for (const texts of [steps, failures, notes, advice, calibration, cautions, blocked]) {
    const found = texts(of)[code];
    if (found !== undefined) return found;
  }
  return null;
}
