"""The OpenID provider, asked by Authlib: where people sign in, and whom its tokens name."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import httpx2
import structlog
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from app.config import Settings
from app.db.identities import Flow
from app.domain.errors import Invalid, NotReady
from app.services.discovery import Discovered, Unusable, document_of, read

if TYPE_CHECKING:
    from authlib.integrations.starlette_client import StarletteOAuth2App

_SECONDS = 10.0  # for all that a step of signing in asks of the provider
_FRESH_SECONDS = 3600.0  # after which it is asked anew what it says of itself, and for its keys
_LEEWAY_SECONDS = 60  # by which its clock may be another
log = structlog.get_logger()


class ProviderUnavailable(NotReady):
    """The OpenID provider does not answer, or not in a way that can be used."""

    code = "oidc_unavailable"


class TokenRefused(Invalid):
    """What the OpenID provider said of the person does not hold."""

    code = "oidc_token_refused"


def _is_true(value: Any) -> bool:
    return value is True or value == "true"  # some providers send text


def _lower(value: str | None) -> str | None:
    return value and value.lower()


def _text(value: Any) -> str | None:
    """Only text that a person could read, and a database could keep; with none, all goes on."""
    return value.strip() or None if isinstance(value, str) and value.isprintable() else None


class Said(BaseModel):
    """What a provider says of a person."""

    subject: str = Field(alias="sub", pattern="^[ -~]{1,255}$")
    email: Annotated[str | None, BeforeValidator(_text), AfterValidator(_lower)] = None
    email_verified: Annotated[bool, BeforeValidator(_is_true)] = False
    name: Annotated[str | None, BeforeValidator(_text)] = None


class Departure(NamedTuple):
    """Where a browser goes to sign in, and what must come back with it."""

    url: str
    state: str
    nonce: str
    code_verifier: str


class OpenIdProvider:
    """One provider, for the life of a process."""

    def __init__(self, settings: Settings) -> None:
        """Know a provider; it is asked nothing before somebody signs in."""
        self.issuer = settings.oidc_issuer or ""
        self._settings = settings
        self._client: StarletteOAuth2App | None = None
        self._known_until = 0.0

    async def departure(self, redirect_uri: str) -> Departure:
        """Return where to sign in; raises ProviderUnavailable."""
        async with _answering():
            client = await self._known()
            made = await client.create_authorization_url(redirect_uri)
        return Departure(made["url"], made["state"], made["nonce"], made["code_verifier"])

    async def said(self, code: str, flow: Flow) -> Said:
        """Return what the provider says of who came back with a code.

        The ID token's signature, issuer, audience, times and nonce hold. Raises ProviderUnavailable,
        TokenRefused.
        """
        async with _answering():
            client = await self._known()
            token = await client.fetch_access_token(
                redirect_uri=flow.redirect_uri, code=code, code_verifier=flow.code_verifier
            )
            claims = await self._claims(client, token, flow.nonce)
            return Said.model_validate(claims)

    async def _known(self) -> "StarletteOAuth2App":
        if self._client is None or time.monotonic() > self._known_until:
            async with httpx2.AsyncClient(timeout=_SECONDS) as http:
                answer = await http.get(document_of(self.issuer))
            self._client = self._client_of(read(answer.raise_for_status().content, self.issuer))
            self._known_until = time.monotonic() + _FRESH_SECONDS
        return self._client

    def _client_of(self, found: Discovered) -> "StarletteOAuth2App":
        # Imported here: who signs in by password alone should not wait for it.
        from authlib.integrations.starlette_client import OAuth  # noqa: PLC0415

        secret = self._settings.oidc_client_secret
        return OAuth().register(
            "provider",
            client_id=self._settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            authorize_url=found.authorization_endpoint,
            access_token_url=found.token_endpoint,
            issuer=found.issuer,
            jwks_uri=found.jwks_uri,
            userinfo_endpoint=found.userinfo_endpoint,
            id_token_signing_alg_values_supported=found.algorithms,
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": found.auth_method(secret=secret is not None),
                "timeout": _SECONDS,
                "leeway": 0,  # of an access token that is used at once, or not at all
            },
        )

    async def _claims(self, client: "StarletteOAuth2App", token: Any, nonce: str) -> dict[str, Any]:
        wanted = {"iss": self.issuer, "aud": self._settings.oidc_client_id}
        options = {name: {"essential": True, "value": value} for name, value in wanted.items()}
        claims = await client.parse_id_token(
            token, nonce=nonce, claims_options=options, leeway=_LEEWAY_SECONDS
        )
        if claims is None:
            raise TokenRefused("The OpenID provider sent no ID token.")
        whole = {"email", "email_verified"} <= claims.keys()
        if whole or not client.server_metadata["userinfo_endpoint"]:
            return dict(claims)
        more = await client.userinfo(token=token)  # where some providers keep the address
        if more["sub"] != claims["sub"]:
            raise TokenRefused("The OpenID provider told of somebody else.")
        return dict(more)


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """Turn what goes wrong with a provider into what people are told; the log says more."""
    from authlib.integrations.base_client import OAuthError  # noqa: PLC0415  # as above
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        async with asyncio.timeout(_SECONDS):
            yield
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, Unusable) as error:
        log.warning("oidc_unavailable", error=f"{type(error).__name__}: {error}"[:300])
        raise ProviderUnavailable("The OpenID provider does not answer as it should.") from error
    except (OAuthError, JoseError, ValueError, KeyError, TypeError) as error:
        log.warning("oidc_token_refused", error=f"{type(error).__name__}: {error}"[:300])
        raise TokenRefused("What the OpenID provider said does not hold.") from error
