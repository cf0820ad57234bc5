"""A running OpenID provider, and a service that knows it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from app.config import get_settings
from app.embedded import free_port
from app.main import create_app
from tests.openid.provider import CLIENT, SECRET
from tests.stack import Stack

URL = "http://nextbatch.example"
ALICE = {"sub": "alice", "email": "alice@example.org", "email_verified": True, "name": "Alice"}


class OpenId:
    """The provider, from outside."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def prepare(self, claims: dict[str, Any] | None = None, **more: Any) -> None:
        """Let the next who signs in be somebody; forget what was wanted before."""
        asked = {"claims": claims or {}} | more
        httpx.put(f"{self.issuer}/prepare", json=asked).raise_for_status()

    def settings(self, **more: Any) -> dict[str, str]:
        """What makes a service know the provider."""
        known = {"issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "Example ID"}
        told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in more.items()}
        return {f"NEXTBATCH_OIDC_{name.upper()}": value for name, value in (known | told).items()}


@pytest.fixture(scope="session")
def started_openid() -> Iterator[OpenId]:
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    with subprocess.Popen([sys.executable, "-m", "tests.openid.provider", str(port)]) as process:
        while True:
            try:
                httpx.get(f"{issuer}/jwks")
                break
            except httpx.ConnectError:
                assert process.poll() is None
                time.sleep(0.05)
        yield OpenId(issuer)
        process.terminate()


@pytest.fixture
def openid(started_openid: OpenId) -> OpenId:
    """The provider; nobody signs in yet."""
    started_openid.prepare()
    return started_openid


def somebody(**more: Any) -> dict[str, Any]:
    """The claims of a person whom nobody knows yet."""
    name = uuid4().hex
    known = {"sub": name, "email": f"{name}@example.org", "email_verified": True, "name": "Grace"}
    return known | more


class Browser:
    """A browser at a service of this process."""

    def __init__(self, portal: BlockingPortal, api: FastAPI, url: str) -> None:
        self._portal = portal
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url=url)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._portal.call(partial(self.http.get, path, **more))

    def leaves(self, to: str = "/") -> str:
        """Begin to sign in; returns where the provider leads back to."""
        start = self.get("/api/v1/oidc/start", params={"to": to})
        assert start.status_code == 303
        return httpx.get(start.headers["location"]).headers["location"]

    def signs_in(self, to: str = "/") -> str:
        """Sign in at the provider; returns where that leads."""
        return self.comes_back(self.leaves(to))

    def comes_back(self, callback: str) -> str:
        parts = urlsplit(callback)
        answer = self.get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 303
        return answer.headers["location"]

    def me(self) -> dict[str, Any] | None:
        """Whose session it is, if it has one."""
        answer = self.get("/api/v1/me")
        return dict(answer.json()["user"]) if answer.is_success else None


Open = Callable[..., Browser]


@pytest.fixture
def visit(stack: Stack, openid: OpenId) -> Iterator[Open]:
    """Opens browsers at a service that knows the provider, with settings of its own."""
    with pytest.MonkeyPatch.context() as patch, start_blocking_portal() as portal:

        def visit(url: str = URL, **settings: Any) -> Browser:
            for name, value in openid.settings(**settings).items():
                patch.setenv(name, value)
            get_settings.cache_clear()
            return Browser(portal, create_app(), url)

        yield visit
    get_settings.cache_clear()
