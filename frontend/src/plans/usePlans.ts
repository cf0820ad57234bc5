import { t } from "@lingui/core/macro";
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, ok, type Plan, type Project } from "../api/client";
import { keys } from "../api/keys";
import { shippedSummary } from "./summaries";

const shipped = queryOptions({
  queryKey: keys.plans,
  staleTime: Infinity, // they change with the server's version only
  queryFn: () => ok(api.GET("/api/v1/plans")),
});

/** The plans that ship with the server. */
export function usePlans() {
  return useQuery({ ...shipped, select: ({ items }) => items });
}

/** The plan that the server proposes for new projects; undefined until it is known. */
export function useRecommended() {
  return useQuery({ ...shipped, select: ({ recommended }) => recommended }).data;
}

/** The plan a project follows; undefined until the shipped plans are known. */
export function planOf(project: Project, shipped: readonly Plan[] | undefined): Plan | undefined {
  const { plan } = project.settings;
  return typeof plan === "string" ? shipped?.find((one) => one.name === plan) : plan;
}

/** All plans a project may choose from: the shipped ones, and its own if it has one. */
export function choices(project: Project, shipped: readonly Plan[]): Choice[] {
  const { plan } = project.settings;
  const own = typeof plan === "string" ? [] : [{ value: OWN, label: t`${{ name: plan.name }} (the project's own)`, summary: plan.summary, plan }];
  return [...own, ...shippedChoices(shipped)];
}

/** The shipped plans as choices. */
export function shippedChoices(shipped: readonly Plan[]): Choice[] {
  return shipped.map((plan) => ({ value: plan.name, label: plan.name, summary: shippedSummary(plan), plan }));
}

export interface Choice {
  value: string;
  label: string;
  summary: string;
  plan: Plan;
}

/** No name of a plan may hold this sign. */
const OWN = "@own";

/** The choice that stands for what the project follows now. */
export function chosen(project: Project): string {
  return typeof project.settings.plan === "string" ? project.settings.plan : OWN;
}

/** A choice as the API takes it. */
export function asSent(choice: Choice): string | Plan {
  return choice.value === OWN ? choice.plan : choice.value;
}
