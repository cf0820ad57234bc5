import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Divider, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation, useSearchParams } from "react-router";

import { api, ok } from "../api/client";
import { keys } from "../api/keys";
import { errorText } from "../said/errorTexts";
import { REFUSED, startUrl } from "./openIdUrl";

/** Leads to the OpenID provider, and from there back to this page; nothing where there is no provider. */
export function OpenIdButton() {
  const { pathname, search } = useLocation();
  const options = useQuery({
    queryKey: keys.signInOptions,
    staleTime: Infinity,
    queryFn: () => ok(api.GET("/api/v1/sign-in-options")),
  });
  const provider = options.data?.oidc;
  if (!provider) return null;
  return (
    <>
      <Divider label={t`or`} />
      <Button component="a" variant="default" href={startUrl(pathname, search)}>
        <Trans>Sign in with {{ name: provider.name }}</Trans>
      </Button>
    </>
  );
}

/** Why somebody who comes back from the provider is not signed in; the address forgets it. */
export function OpenIdRefused() {
  const [params, setParams] = useSearchParams();
  const [code] = useState(() => params.get(REFUSED));
  useEffect(() => {
    if (!params.has(REFUSED)) return;
    params.delete(REFUSED);
    setParams(params, { replace: true });
  }, [params, setParams]);
  if (code === null) return null;
  const text = code.startsWith("oidc_") ? errorText(code, "") : null;
  return (
    <Alert color="red" data-testid="sign-in-refused">
      {text ?? t`Signing in did not work.`}
      <Text size="xs">{code}</Text>
    </Alert>
  );
}
