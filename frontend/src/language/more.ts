import { knowErrors } from "../api/errors";
import { moreTexts } from "./speak";

/** For pages whose words do not come first: resolves when their texts are there, and those of the API's errors. */
export async function moreWords(): Promise<void> {
  const [{ errorWords }] = await Promise.all([import("../said/errorWords"), moreTexts()]);
  knowErrors(errorWords);
}
