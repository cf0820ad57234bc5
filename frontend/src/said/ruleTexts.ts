import { t } from "@lingui/core/macro";

/** What a field must be, in languages other than English, by the rule that it breaks; null for rules that are not known here. */
export function ruleText(rule: string, limits: Readonly<Record<string, number>>): string | null {
  const { ge, gt, le, lt, min_length: least, max_length: most } = limits;
  switch (rule) {
    case "missing":
      return t`This must be filled in.`;
    case "string_too_short":
      return least === 1 ? t`This must be filled in.` : t`At least ${{ least: least ?? "" }} characters.`;
    case "string_too_long":
      return t`At most ${{ most: most ?? "" }} characters.`;
    case "string_pattern_mismatch":
      return t`This is not written as it must be.`;
    case "greater_than_equal":
      return t`At least ${{ least: ge ?? "" }}.`;
    case "greater_than":
      return t`More than ${{ least: gt ?? "" }}.`;
    case "less_than_equal":
      return t`At most ${{ most: le ?? "" }}.`;
    case "less_than":
      return t`Less than ${{ most: lt ?? "" }}.`;
    case "int_type":
    case "int_parsing":
    case "int_from_float":
      return t`This must be a whole number.`;
    case "float_type":
    case "float_parsing":
      return t`This must be a number.`;
    case "nul_in_text":
      return t`This holds a character that no text may have: NUL.`;
    case "year_out_of_range":
      return t`This is too long ago, or too far ahead.`;
    case "class_named_twice":
      return t`Two classes have the same name.`;
    case "hotkey_given_twice":
      return t`Two classes have the same hotkey.`;
    case "kept_hotkeys":
      return t`Some hotkeys are kept for undo and skip.`;
    case "key_given_twice":
      return t`One key is given to two commands.`;
    case "plan_named_twice":
      return t`A plan is named twice.`;
    case "first_asks_a_model":
      return t`The first cycle cannot ask a task model: there is none yet.`;
    default:
      return null;
  }
}
