import { api, ok } from "../api/client";
import type { Server } from "./desk";

// What is leased right after a release must not be caught by it.
let released: Promise<unknown> = Promise.resolve();

/** The desk's side of the API. */
export function serverOf(project: string): Server {
  const params = { path: { project_id: project } };
  return {
    lease: async (limit) => {
      await released;
      return (await ok(api.POST("/api/v1/projects/{project_id}/assignments", { params, body: { limit } }))).items;
    },
    renew: async (ids) => {
      const body = { ids: [...ids] };
      const held = await ok(api.POST("/api/v1/projects/{project_id}/assignments/renewal", { params, body }));
      return held.items.map((item) => item.id);
    },
    release: (ids) => {
      const body = { ids: [...ids] };
      // `keepalive` lets it go out while the page is closing. If it does not, the leases end by themselves.
      const sent = api.POST("/api/v1/projects/{project_id}/assignments/release", { params, body, keepalive: true });
      released = sent.catch(() => undefined);
    },
  };
}
