import { t } from "@lingui/core/macro";

import type { Export, ExportFormat } from "../api/client";

export type LabelFormat = Exclude<ExportFormat, "onnx">;

export interface FormatChoice {
  value: LabelFormat;
  label: string;
  /** What it is good for. */
  help: string;
  /** It cannot be without the images, or need not have them. */
  images: "always" | "asked";
}

/** The formats of labels; those for which an image lies in one folder are for one class an image. */
export function formats(several: boolean): FormatChoice[] {
  const all: FormatChoice[] = [
    { value: "csv", label: "CSV", help: t`A table for spreadsheets.`, images: "asked" },
    { value: "jsonl", label: "JSON Lines", help: t`One object a line, for scripts.`, images: "asked" },
    { value: "parquet", label: "Parquet", help: t`A table in columns, for pandas, Polars and DuckDB.`, images: "asked" },
    { value: "imagefolder", label: "ImageFolder", help: t`A folder for each class, as torchvision reads it.`, images: "always" },
    { value: "huggingface", label: "Hugging Face", help: t`A dataset that load_dataset reads.`, images: "always" },
    { value: "label-studio", label: "Label Studio", help: t`Tasks with annotations, as Label Studio imports them.`, images: "asked" },
  ];
  return all.filter((one) => !several || one.value !== "imagefolder");
}

/** What an export is called in a list. */
export function nameOf({ format, images }: Pick<Export, "format" | "images">): string {
  const known = formats(false).find((one) => one.value === format);
  const name = known?.label ?? format;
  return images && known?.images === "asked" ? t`${name} with images` : name;
}
