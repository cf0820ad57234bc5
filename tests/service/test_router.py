"""Every route is found through its shape, and no other path is taken for one."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI

from app.api.router import Router
from app.main import create_app


@pytest.fixture(scope="module")
def api() -> FastAPI:
    return create_app()


Ask = Callable[[str, str], httpx.Response]


@pytest.fixture(scope="module")
def ask(api: FastAPI) -> Iterator[Ask]:
    """Calls the application in this process."""

    async def call(method: str, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://api") as client:
            return await client.request(method, path)

    with start_blocking_portal() as portal:
        yield lambda method, path: portal.call(call, method, path)


def test_every_path_is_found(api: FastAPI, ask: Ask) -> None:
    paths = [path.replace("{", "").replace("}", "") for path in api.openapi()["paths"]]
    assert len(paths) > 50
    # A method that none of them has: 405 says that the path is one, 404 that it is none.
    assert {path: ask("BREW", path).status_code for path in paths} == dict.fromkeys(paths, 405)


@pytest.mark.parametrize("path", ["/jobs", "/projects/x/y/z", "/jobs/x/images", "/jobs/x/log/more", "/"])
def test_other_paths_are_none(ask: Ask, path: str) -> None:
    assert ask("GET", f"/api/v1{path}").json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("path", ["/{thing_id}/images", "/files/{name:path}"])
def test_a_route_without_a_simple_shape_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no simple shape"):
        Router().add_api_route(path, lambda: None)
