import { useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ok, type SessionFigures } from "../api/client";
import { keys } from "../api/keys";
import { dayBegan } from "./dayBegan";
import type { Desk } from "../bench/desk";
import type { Outbox } from "../bench/outbox";
import { isAnswered, type Mark } from "../bench/session";

/** One's own figures as they were when `given` answers had been given on this page. */
export interface Today extends SessionFigures {
  day: string;
  given: number;
}

interface Sources {
  day: string;
  given: () => number;
  unsent: () => Promise<ReadonlyMap<string, Mark>>;
  ask: () => Promise<SessionFigures>;
}

/**
 * What the server counts, and what waits to be sent. If answers were on their way meanwhile, nobody can tell whether they
 * are counted: then the count from before goes on, so that it does not jump.
 */
export async function counted({ day, given, unsent, ask }: Sources, known: Today | undefined): Promise<Today> {
  const begun = given();
  const before = await unsent();
  const figures = await ask();
  const after = await unsent();
  const quiet = begun === given() && JSON.stringify([...before]) === JSON.stringify([...after]);
  if (!quiet && known?.day === day) return { ...known, seconds: figures.seconds, streak: figures.streak };
  const waiting = [...before.values()].filter(isAnswered).length;
  return { ...figures, day, given: begun, answers: figures.answers + waiting };
}

/** One's figures of today, with what was answered on this page since they were counted. */
export function useToday(desk: Desk, outbox: Outbox, given: number): SessionFigures | null {
  const client = useQueryClient();
  const { project } = desk;
  const queryKey = keys.session(project);
  const { data } = useQuery({
    queryKey,
    gcTime: 0, // another desk counts anew
    queryFn: () => {
      const day = dayBegan();
      const params = { path: { project_id: project }, query: { since: day } };
      return counted(
        {
          day,
          given: () => desk.state.given,
          unsent: () => outbox.unsent(project),
          ask: () => ok(api.GET("/api/v1/projects/{project_id}/session", { params })),
        },
        client.getQueryData<Today>(queryKey),
      );
    },
  });
  return data ? { ...data, answers: Math.max(data.answers + given - data.given, 0) } : null;
}
