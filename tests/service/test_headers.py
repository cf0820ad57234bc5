"""Every answer tells the browser what not to do."""

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from app.main import create_app
from tests.stack import Stack


@pytest.mark.parametrize(
    "path",
    ["/", "/projects", "/api/docs", "/api/v1/me", "/api/v1/nothing", "/healthz", "/assets/nothing.js"],
)
def test_pages_and_answers_carry_the_policy(stack: Stack, path: str) -> None:
    headers = httpx.get(f"{stack.url}{path}").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["script-src"] == "'self'"
    assert (policy["frame-ancestors"], policy["object-src"], policy["base-uri"]) == ("'none'",) * 3
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_without_secure_cookies_no_browser_is_kept_to_https(stack: Stack) -> None:
    assert "strict-transport-security" not in httpx.get(f"{stack.url}/healthz").headers


def test_an_error_that_nobody_expected_has_the_shape_and_the_headers() -> None:
    api = create_app()

    @api.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("a secret of the server")

    api.router.routes.insert(0, api.router.routes.pop())  # before the page that takes every path

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.get("/api/v1/broken")

    with start_blocking_portal() as portal:
        answer = portal.call(ask)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
