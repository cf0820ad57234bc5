import createClient from "openapi-fetch";

import { apiError } from "./errors";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
export type Project = Schemas["ProjectOut"];
export type ClassIn = Schemas["ClassIn"];
export type Class = Schemas["ClassOut"];
export type ClassDetail = Schemas["ClassDetail"];
export type ClassPatch = Schemas["ClassPatch"];
export type SchemaChange = Schemas["SchemaChangeOut"];
export type AuditEvent = Schemas["AuditEventOut"];
export type AuditAction = Schemas["AuditAction"];
export type Role = Schemas["Role"];
export type Member = Schemas["MemberOut"];
export type Invitation = Schemas["InvitationOut"];
export type BrowserSession = Schemas["BrowserOut"];
export type Token = Schemas["TokenOut"];
export type TokenScope = Schemas["TokenScope"];
export type User = Schemas["UserOut"];
export type Sentence = Schemas["Sentence"];
export type Job = Schemas["JobOut"];
export type JobListed = Schemas["JobListed"];
export type LogLine = Schemas["LogLine"];
export type Export = Schemas["ExportOut"];
export type ExportFormat = Schemas["ExportFormat"];
export type ImageMap = Schemas["MapOut"];
export type MapPoints = Schemas["MapPointsOut"];
export type Estimate = Schemas["EstimateOut"];
export type Cycle = Schemas["CycleOut"];
export type Model = Schemas["ModelOut"];
export type Balance = Schemas["Balance"];
export type Stopping = Schemas["StoppingOut"];
export type Gain = Schemas["GainOut"];
export type PretextRun = Schemas["PretextRunDetail"];
export type Assignment = Schemas["AssignmentOut"];
export type Queue = Schemas["QueueOut"];
export type Me = Schemas["Me"];
export type Preferences = Schemas["Preferences"];
export type Plan = Schemas["Plan"];
export type PretextTask = Schemas["PretextTaskName"];
export type PoolOrder = Schemas["PoolOrder"];
export type Strategy = Schemas["QueryStrategyName"];
export type Backtest = Schemas["BacktestOut"];
export type BacktestSummary = Schemas["BacktestSummary"];
export type LabelCheck = Schemas["LabelCheckOut"];
export type Suspect = Schemas["SuspectOut"];
export type Image = Schemas["ImageOut"];
export type ImageDetail = Schemas["ImageDetail"];
export type HistoryEvent = Schemas["HistoryEvent"];
export type ReviewItem = Schemas["ReviewItem"];
export type Said = Schemas["SaidOut"];
export type ReviewReason = Schemas["ReviewReason"];
export type Agreement = Schemas["AnnotatorAgreement"];
export type ControlReport = Schemas["ControlReport"];
export type Share = Schemas["ShareOut"];
export type LabelRule = Schemas["LabelRule"];
export type Guidelines = Schemas["GuidelinesOut"];
export type Revision = Schemas["RevisionOut"];
export type Example = Schemas["ExampleOut"];
export type Folder = Schemas["FolderOut"];
export type ImportLabels = Schemas["ImportLabels"];
export type ImportMode = "copy" | "reference";
export type SessionFigures = Schemas["SessionOut"];
export type Throughput = Schemas["ThroughputOut"];
export type NewBacktest = Schemas["BacktestCreate"];

export const api = createClient<paths>({ baseUrl: "" });

/** The data of an answer; throws ApiError if the API refused. */
export async function ok<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw apiError(response.status, error);
  return data as T;
}

export function contentUrl(imageId: string, size: "full" | "display" | "thumb"): string {
  return `/api/v1/images/${imageId}/content?size=${size}`;
}
