"""What an OpenID provider says of itself."""

from pydantic import BaseModel, ValidationError

from app.domain.issuers import check_issuer

# Signed with a key of the provider's own: with `none` or a shared secret, others could sign as well.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class Unusable(Exception):
    """The provider cannot be used as it is; says why."""


class Discovered(BaseModel):
    """The part of a discovery document that signing in needs."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: list[str] = ["RS256"]
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]

    @property
    def algorithms(self) -> list[str]:
        """By what an ID token may be signed."""
        return [name for name in ALGORITHMS if name in self.id_token_signing_alg_values_supported]

    def auth_method(self, *, secret: bool) -> str:
        """How this service shows the provider who it is."""
        if not secret:
            return "none"
        stated = self.token_endpoint_auth_methods_supported
        only_post = "client_secret_post" in stated and "client_secret_basic" not in stated
        return "client_secret_post" if only_post else "client_secret_basic"


def document_of(issuer: str) -> str:
    """Return the address of an issuer's discovery document."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def read(document: bytes, issuer: str) -> Discovered:
    """Return what a discovery document says; raises Unusable if it is none, or not this issuer's."""
    try:
        found = Discovered.model_validate_json(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Unusable(f"This is no discovery document: {where} {first['msg']}") from error
    if found.issuer != issuer:
        raise Unusable(f"The provider calls itself {found.issuer}, and not {issuer}.")
    for place in (
        found.authorization_endpoint,
        found.token_endpoint,
        found.jwks_uri,
        found.userinfo_endpoint,
    ):
        try:
            check_issuer(place or issuer)
        except ValueError as error:
            raise Unusable(str(error)) from error
    if not found.algorithms:
        raise Unusable(f"The provider signs by none of {', '.join(ALGORITHMS)}.")
    return found
