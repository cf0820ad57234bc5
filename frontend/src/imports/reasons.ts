import { i18n } from "@lingui/core";
import { t } from "@lingui/core/macro";

/** Why files are not taken, by code, in languages other than English; the server's own reason is more precise. */
const reasons = (): Readonly<Record<string, string>> => ({
  not_an_image: t`This is not an image that can be read.`,
  corrupt: t`The file is damaged or incomplete.`,
  too_large: t`The file is too large.`,
  too_many_pixels: t`The image has too many pixels.`,
  too_much_memory: t`Decoding takes more memory than is allowed for one file.`,
  too_slow: t`Decoding takes too long.`,
  decoder_crashed: t`Decoding the file ends its process.`,
  total_too_large: t`The import is too large; the rest was left out.`,
  too_many_entries: t`The import has too many files.`,
  unsafe_path: t`The path is not safe.`,
  not_a_file: t`This is not a plain file.`,
  link: t`Links are not followed.`,
  unreadable: t`The file cannot be read.`,
  not_found: t`There is no such file or folder.`,
  not_a_zip: t`This is not a zip file, or its end is missing.`,
  encrypted: t`The entry is encrypted; pack it without a password.`,
  bomb: t`The entry unpacks to far more than its packed size.`,
  unsupported_compression: t`The zip is packed in a way that cannot be read.`,
  no_address: t`This is no address that can be read.`,
  address_not_allowed: t`The address is not below one that may be imported.`,
  in_archive: t`It lies in an archive, and has no address to be referenced by; import it as a copy.`,
  metadata_too_large: t`The list says more of this image than is kept.`,
  unknown_class: t`The project has no class of this folder's name, and a held-out image needs one.`,
});

export function reasonOf({ code, reason }: { code: string; reason: string }): string {
  return i18n.locale === "en" ? reason : (reasons()[code] ?? reason);
}
