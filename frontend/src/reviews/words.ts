import type { LabelCheck } from "../api/client";

/** Below this share of labels that models agree with, they know too little to contradict people. */
const TRUSTED = 0.5;

/** What a check found, in one sentence. */
export function found(check: LabelCheck): string {
  if (check.checked === null) return "";
  const looked = `${number(check.checked)} labels checked`;
  const rare = check.left_out ? `, ${number(check.left_out)} left out because their class has too few` : "";
  const agreed = check.agreement === null ? "" : ` Models agree with ${percent(check.agreement)} of them.`;
  if (check.suspects === 0) return `${looked}${rare}. None looks wrong.${agreed}`;
  return `${looked}${rare}. ${number(check.suspects)} may be wrong, ${number(check.settled)} of those settled.${agreed}`;
}

/** Why the suspects should not be believed, or null. */
export function doubt(check: LabelCheck): string | null {
  if (check.agreement === null || check.agreement >= TRUSTED) return null;
  return `The models agree with only ${percent(check.agreement)} of the labels: they have learnt too little, and their suspicions say little.`;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
const number = (value: number) => value.toLocaleString("en");
