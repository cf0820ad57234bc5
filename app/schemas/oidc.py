"""Ways to sign in."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import Out

# A path of this service, and never another host: no `//host`, and nothing that browsers take for it.
_FIRST, _OTHERS = r"[\x21-\x22\x24-\x2E\x30-\x5B\x5D-\x7E]", r"[\x21-\x22\x24-\x5B\x5D-\x7E]"
OwnPath = Annotated[str, Field(pattern=f"^/({_FIRST}{_OTHERS}*)?$", max_length=2000)]


class OidcOption(Out):
    """An OpenID provider."""

    name: str = Field(description="what people call it")


class SignInOptions(Out):
    """How one may sign in."""

    password: bool
    oidc: OidcOption | None = Field(description="null: no OpenID provider is configured")
