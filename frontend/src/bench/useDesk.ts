import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";

import { keys } from "../api/keys";
import { Desk, type DeskState } from "./desk";
import type { Outbox } from "./outbox";
import { Pictures } from "./pictures";
import { serverOf } from "./server";

const COUNTED_MS = 1000;

/** A desk at a project for as long as the page is open, and its pictures. */
export function useDesk(project: string, leaseMinutes: number, outbox: Outbox) {
  const client = useQueryClient();
  const [desk] = useState(() => new Desk(project, outbox, serverOf(project)));
  const [pictures] = useState(
    () =>
      new Pictures((ms) => {
        desk.measure("loads", ms);
      }),
  );
  const state: DeskState = useSyncExternalStore(desk.subscribe, () => desk.state);

  useEffect(() => {
    desk.reopen();
    let stale: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = outbox.subscribe((told) => {
      desk.hear(told);
      if (told.length === 0) return;
      // Not at every answer: on a slow line the pictures need it more.
      stale ??= setTimeout(() => {
        stale = undefined;
        void client.invalidateQueries({ queryKey: keys.queue(project) });
        void client.invalidateQueries({ queryKey: keys.session(project) });
      }, COUNTED_MS);
    });
    const awake = () => {
      if (document.visibilityState === "hidden") return;
      desk.awake();
      pictures.retry();
    };
    const close = () => {
      desk.close();
    };
    const reopen = (event: PageTransitionEvent) => {
      if (event.persisted) desk.reopen();
    };
    const renewal = setInterval(() => void desk.renew(), Math.min(leaseMinutes / 3, 5) * 60_000);
    window.addEventListener("online", awake);
    document.addEventListener("visibilitychange", awake);
    window.addEventListener("pagehide", close);
    window.addEventListener("pageshow", reopen);
    return () => {
      unsubscribe();
      clearTimeout(stale);
      clearInterval(renewal);
      window.removeEventListener("online", awake);
      document.removeEventListener("visibilitychange", awake);
      window.removeEventListener("pagehide", close);
      window.removeEventListener("pageshow", reopen);
      desk.close();
    };
  }, [client, desk, leaseMinutes, outbox, pictures, project]);

  return { desk, pictures, state };
}
