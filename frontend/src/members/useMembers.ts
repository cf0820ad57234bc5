import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, type Member, ok, type Role } from "../api/client";
import { keys } from "../api/keys";

export function useMembers(project: string) {
  return useQuery({
    queryKey: keys.members(project),
    queryFn: async () => {
      const params = { path: { project_id: project } };
      return (await ok(api.GET("/api/v1/projects/{project_id}/members", { params }))).items;
    },
  });
}

/** A project's invitations, newest first; only owners may ask. */
export function useInvitations(project: string, allowed: boolean) {
  return useQuery({
    queryKey: keys.invitations(project),
    enabled: allowed,
    queryFn: async () => {
      const params = { path: { project_id: project }, query: { limit: 50 } };
      return (await ok(api.GET("/api/v1/projects/{project_id}/invitations", { params }))).items;
    },
  });
}

export function useChangeMember(project: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ user, role }: { user: string; role: Role }) => {
      const params = { path: { project_id: project, user_id: user } };
      return ok(api.PATCH("/api/v1/projects/{project_id}/members/{user_id}", { params, body: { role } }));
    },
    // One's own role may be among them.
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(project) }),
  });
}

export function useRemoveMember(project: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (user: string) => {
      const params = { path: { project_id: project, user_id: user } };
      return ok(api.DELETE("/api/v1/projects/{project_id}/members/{user_id}", { params }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.project(project) }),
  });
}

/** Makes somebody a member again who was one. */
export function usePutMember(project: string): (member: Member) => Promise<void> {
  const client = useQueryClient();
  return async ({ user_id, role }) => {
    const params = { path: { project_id: project, user_id } };
    await ok(api.PUT("/api/v1/projects/{project_id}/members/{user_id}", { params, body: { role } }));
    await client.invalidateQueries({ queryKey: keys.project(project) });
  };
}

export function useInvite(project: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (body: { role: Role; expires_in_hours: number }) =>
      ok(api.POST("/api/v1/projects/{project_id}/invitations", { params: { path: { project_id: project } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations(project) }),
  });
}

export function useRevoke(project: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { inline: true },
    mutationFn: (invitation: string) =>
      ok(api.DELETE("/api/v1/invitations/{invitation_id}", { params: { path: { invitation_id: invitation } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations(project) }),
  });
}
