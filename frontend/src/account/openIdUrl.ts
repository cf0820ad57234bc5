/** With which the server tells a page why somebody is not signed in. */
export const REFUSED = "sign_in_error";

/** Where a sign-in at the OpenID provider begins that comes back to a page. */
export function startUrl(pathname: string, search: string): string {
  const params = new URLSearchParams(search);
  params.delete(REFUSED);
  const rest = params.toString();
  return `/api/v1/oidc/start?${new URLSearchParams({ to: rest ? `${pathname}?${rest}` : pathname }).toString()}`;
}
