import { t } from "@lingui/core/macro";

import { api, type Model, ok } from "../api/client";

const LOOK_MILLISECONDS = 500;

export function modelUrl(id: string): string {
  return `/api/v1/models/${id}/content`;
}

/** Has the model written as ONNX, and gives the export's id once its file is there; throws what went wrong. */
export async function writtenOnnx(model: Model, look = LOOK_MILLISECONDS): Promise<string> {
  const begun = await ok(
    api.POST("/api/v1/projects/{project_id}/exports", {
      params: { path: { project_id: model.project_id } },
      body: { format: "onnx", images: false, model: model.id },
    }),
  );
  const path = { export_id: begun.export.id };
  for (;;) {
    const { job } = await ok(api.GET("/api/v1/exports/{export_id}", { params: { path } }));
    if (job.status === "succeeded") return begun.export.id;
    if (job.status === "failed" || job.status === "cancelled") {
      throw new Error(job.error ?? t`The export was cancelled.`);
    }
    await new Promise((resolve) => setTimeout(resolve, look));
  }
}
