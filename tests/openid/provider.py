"""A small OpenID provider: it signs in whom a test names, and says what a test wants to be said.

Run as `python -m tests.openid.provider PORT`.
"""

import base64
import hmac
import json
import sys
import time
from typing import Any
from urllib.parse import unquote, urlencode
from uuid import uuid4

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "nextbatch", "a secret of the client"


class Provider:
    """Who signs in next, the codes that are out, and the key."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.next: dict[str, Any] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.handed_out: dict[str, dict[str, Any]] = {}
        self.key = new_key()
        self.document = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    async def prepare(self, request: Request) -> Response:
        """Take what a test wants: `claims`, those `elsewhere`, a `fault`, a `document`, or a new key."""
        self.next = await request.json()
        if self.next.get("rotate"):
            self.key = new_key()
        return Response(status_code=204)

    def discovery(self, _: Request) -> Response:
        return JSONResponse(self.document | self.next.get("document", {}))

    def jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        back = {"state": asked["state"]}
        if self.next.get("fault") == "denied":
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back | {'error': 'access_denied'})}")
        wanted = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        if any(asked.get(name) != value for name, value in wanted.items()):
            return Response("not what was expected", status_code=400)
        code = uuid4().hex
        self.codes[code] = asked | self.next
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back | {'code': code})}")

    async def token(self, request: Request) -> Response:
        form = dict(await request.form())
        asked = self.codes.pop(str(form.get("code")), None)
        if asked is None or not self._may_have_it(request, form, asked):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        access_token = uuid4().hex
        self.handed_out[access_token] = asked
        answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": 60}
        if asked.get("fault") != "no id token":
            answer["id_token"] = self._signed(asked)
        return JSONResponse(answer)

    def _may_have_it(self, request: Request, form: dict[str, Any], asked: dict[str, Any]) -> bool:
        shown = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        return (
            [unquote(part) for part in shown.split(":")] == [CLIENT, SECRET]
            and form["redirect_uri"] == asked["redirect_uri"]
            and create_s256_code_challenge(form["code_verifier"]) == asked["code_challenge"]
        )

    def _signed(self, asked: dict[str, Any]) -> str:
        fault, now = asked.get("fault"), int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims |= {k: v for k, v in asked["claims"].items() if k not in asked.get("elsewhere", [])}
        claims |= WRONG.get(str(fault), {})
        header = {"alg": "RS256", "kid": self.key.kid}
        if fault == "signature":  # by somebody else, under the same name
            return jwt.encode(header, claims, RSAKey.import_key(new_key().as_dict(private=True)))
        if fault == "symmetric":  # by what everybody has: the public key
            return by_hand(header | {"alg": "HS256"}, claims, self.key.as_pem(private=False))
        if fault == "unsigned":
            return jwt.encode({"alg": "none"}, claims, OctKey.import_key("no key"), algorithms=["none"])
        return jwt.encode(header, claims, self.key)

    def userinfo(self, request: Request) -> Response:
        asked = self.handed_out[request.headers["authorization"].removeprefix("Bearer ")]
        told = asked["claims"] | ({"sub": "another"} if asked.get("fault") == "userinfo" else {})
        return JSONResponse(told)


# What an ID token says wrongly.
WRONG: dict[str, dict[str, Any]] = {
    "nonce": {"nonce": "of another sign-in"},
    "issuer": {"iss": "http://127.0.0.1/another"},
    "audience": {"aud": "another"},
    "expired": {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
    "subject": {"sub": ""},
}


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token that joserfc would not sign."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    signature = hmac.digest(secret, b".".join(parts), "sha256")
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": uuid4().hex, "use": "sig"})


def provider(port: int) -> Starlette:
    at = Provider(f"http://127.0.0.1:{port}")
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", at.discovery),
            Route("/authorize", at.authorize),
            Route("/token", at.token, methods=["POST"]),
            Route("/jwks", at.jwks),
            Route("/userinfo", at.userinfo),
            Route("/prepare", at.prepare, methods=["PUT"]),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(provider(int(sys.argv[1])), port=int(sys.argv[1]), log_level="warning")
