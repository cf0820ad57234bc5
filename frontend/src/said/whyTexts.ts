import { t } from "@lingui/core/macro";

type Details = Readonly<Record<string, unknown>>;

/** Why the API refused what was entered, in languages other than English, by the `why` of an error's details. */
const texts = (told: (name: string) => string): Readonly<Record<string, string>> => ({
  class_of_no_model: t`The model knows no class ${{ name: told("name") }}.`,
  kept_hotkey: t`The hotkey ${{ hotkey: told("hotkey") }} is kept for undo and skip.`,
  labels_for_a_backtest: t`The project has ${{ labelled: told("labelled") }} labelled pool images; a budget of ${{ budget: told("budget") }} needs twice as many, of two classes at least.`,
  labels_for_a_check: t`A label check needs ${{ least: told("least") }} labels, and ${{ each: told("least_of_a_class") }} in each of two classes at least; the project has ${{ labelled: told("labelled") }}, and ${{ classes: told("classes") }} such classes.`,
  merge_into_itself: t`A class cannot be merged into itself.`,
  merge_into_nothing: t`The project has no such class to merge into.`,
  most_classes: t`A project has at most ${{ most: told("most") }} classes.`,
  most_examples: t`A class has at most ${{ most: told("most") }} examples.`,
  named_twice: t`${{ email: told("email") }} is named twice.`,
  no_account: t`There is no account for ${{ email: told("email") }}.`,
  no_classes: t`The project has no classes to label with.`,
  no_masks: t`Masks do not work yet.`,
  no_owner: t`A project needs at least one owner.`,
  no_segmentation: t`Segmentation does not work yet.`,
  no_such_image: t`The project has no such image.`,
  no_such_member: t`The project has no such member.`,
  no_such_path: t`There is no such file or folder.`,
  pool_batches_beyond_pool: t`The pool has ${{ images: told("images") }} images; it cannot be cut into ${{ parts: told("pool_batches") }}.`,
  shown_already: t`The image is shown with this class already.`,
  unreadable_folder: t`The folder cannot be read.`,
});

/** Null for reasons of which nothing is known here. */
export function whyText(details: Details): string | null {
  const told = (name: string) => {
    const value = details[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  return typeof details.why === "string" ? (texts(told)[details.why] ?? null) : null;
}
