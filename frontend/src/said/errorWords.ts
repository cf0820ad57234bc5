import type { ErrorWords } from "../api/errors";
import { errorText } from "./errorTexts";
import { ruleText } from "./ruleTexts";
import { whyText } from "./whyTexts";

/** What the API's errors say in languages other than English. */
export const errorWords: ErrorWords = {
  of: (code, message, details) => whyText(details) ?? errorText(code, message),
  ofRule: ruleText,
};
