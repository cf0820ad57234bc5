import { useSyncExternalStore } from "react";

import { deliver } from "./deliver";
import { Outbox, type OutboxState, type Told } from "./outbox";
import { openShelf } from "./shelf";

const NAME = "nextbatch-answers";
const PAUSE_MS = 1000;
let opened: Promise<Outbox> | null = null;
let owner = "";

/** The outbox of the person who is signed in; what another one left stays until that one is back. */
export function outboxOf(user: string): Promise<Outbox> {
  if (opened === null || owner !== user) {
    owner = user;
    void opened?.then((before) => {
      before.stop();
    });
    opened = open(user);
  }
  return opened;
}

async function open(user: string): Promise<Outbox> {
  const shelf = await openShelf();
  const outbox = new Outbox(user, shelf, deliver, { alone, channel: channel(user), pauseMs: PAUSE_MS });
  const kick = () => void outbox.kick();
  window.addEventListener("online", kick);
  document.addEventListener("visibilitychange", kick);
  if (!shelf.lasts) {
    window.addEventListener("beforeunload", (event) => {
      if (outbox.state.unsent > 0) event.preventDefault();
    });
  }
  kick();
  return outbox;
}

// Browsers have locks only on HTTPS and localhost. Without them two tabs may both send: the same twice.
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = (navigator as Partial<Navigator>).locks;
  return locks ? (locks.request(NAME, work) as Promise<T>) : work();
}

function channel(user: string) {
  const wire = new BroadcastChannel(`${NAME}-${user}`);
  return {
    post: (told: readonly Told[]) => {
      wire.postMessage(told);
    },
    listen: (hear: (told: readonly Told[]) => void) => {
      wire.onmessage = (event: MessageEvent<readonly Told[]>) => {
        hear(event.data);
      };
    },
  };
}

export function useOutboxState(outbox: Outbox): OutboxState {
  return useSyncExternalStore(
    (changed) => outbox.subscribe(changed),
    () => outbox.state,
  );
}
