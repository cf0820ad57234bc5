import type { LabelCheck } from "../api/client";

/** Below this share of labels that models agree with, they know too little to contradict people. */
const TRUSTED = 0.5;

/** What a check found, in one sentence. */
export function found(check: LabelCheck): string {
  if (check.checked === null) return "";
  const looked = `${number(check.checked)} labels checked`;
  const rare = check.left_out ? `, ${number(check.left_out)} left out because their class has too few` : "";
  if (check.suspects === 0) return `${looked}${rare}. None looks wrong.`;
  return `${looked}${rare}. ${number(check.suspects)} may be wrong, ${number(check.settled)} of them settled.`;
}

/** Why the suspects should not be believed, or null. */
export function doubt(check: LabelCheck): string | null {
  if (check.agreement === null || check.agreement >= TRUSTED) return null;
  const share = Math.round(100 * check.agreement);
  return `The models agree with only ${share} % of the labels: they have learnt too little, and their suspicions say little.`;
}

const number = (value: number) => value.toLocaleString("en");
