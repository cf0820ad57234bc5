import { t } from "@lingui/core/macro";

import type { Job } from "../api/client";
import { apiError } from "../api/errors";

/**
 * Uploads files for a preview, telling how far it is (0..1); answers with the id of the preview's job.
 * XMLHttpRequest, because fetch cannot tell how much of a body is sent.
 */
export function upload(
  project: string,
  files: readonly File[],
  told: (part: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const form = new FormData();
  form.append("preview", "true");
  for (const file of files) form.append("file", file, pathOf(file));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/projects/${project}/imports`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => {
      told(total > 0 ? loaded / total : 0);
    };
    request.onload = () => {
      if (request.status === 202) resolve((request.response as { job: Job }).job.id);
      else reject(apiError(request.status, request.response));
    };
    request.onerror = () => {
      reject(new TypeError(t`The upload was interrupted.`));
    };
    signal.addEventListener("abort", () => {
      request.abort();
      reject(new Error("aborted"));
    });
    request.send(form);
  });
}

/** The path of a file inside the folder it was dropped with: the folders may be its label. */
export function pathOf(file: File): string {
  const path = "path" in file && typeof file.path === "string" ? file.path : file.webkitRelativePath;
  return (path || file.name).replace(/^(\.?\/)+/, "");
}
