import { i18n } from "@lingui/core";

import type { Sentence } from "../api/client";
import { errorText } from "./errorTexts";
import { sentenceText } from "./texts";

/** What the server says in English (`plain`), in the language of the page where its sentences are known. */
export function said(plain: string, sentences: readonly Sentence[] | undefined): string {
  if (i18n.locale === "en" || !sentences || sentences.length === 0) return plain;
  return sentences.map(translated).join(" ");
}

/** The same for a list, sentence by sentence. */
export function saidEach(plain: readonly string[], sentences: readonly Sentence[] | undefined): string[] {
  if (i18n.locale === "en" || sentences?.length !== plain.length) return [...plain];
  return sentences.map(translated);
}

function translated({ code, text, values }: Sentence): string {
  return sentenceText({ code, values }) ?? errorText(code, text) ?? text;
}
