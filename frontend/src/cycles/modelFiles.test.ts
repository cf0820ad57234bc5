import { afterEach, expect, test, vi } from "vitest";

import { api, type Model } from "../api/client";
import { writtenOnnx } from "./modelFiles";

const MODEL = { id: "m", project_id: "p" } as Model;

function answers(...statuses: { status: string; error?: string | null }[]) {
  const response = new Response();
  const post = vi.spyOn(api, "POST").mockResolvedValue({ data: { export: { id: "e" } }, response });
  const get = vi.spyOn(api, "GET");
  for (const job of statuses) get.mockResolvedValueOnce({ data: { job }, response });
  return { post, get };
}

afterEach(() => {
  vi.restoreAllMocks();
});

test("waits until the file is written", async () => {
  const { post, get } = answers({ status: "queued" }, { status: "running" }, { status: "succeeded" });
  expect(await writtenOnnx(MODEL, 0)).toBe("e");
  expect(get).toHaveBeenCalledTimes(3);
  expect(post.mock.calls[0]?.[1]).toMatchObject({ body: { format: "onnx", model: "m" } });
});

test("says why there is no file", async () => {
  answers({ status: "failed", error: "no space" });
  await expect(writtenOnnx(MODEL, 0)).rejects.toThrow("no space");
});
