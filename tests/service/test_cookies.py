"""Over HTTPS the session's cookie is one that only this very host can have set."""

from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from app.config import get_settings
from app.main import create_app
from tests.stack import PASSWORD, Person, Stack

URL = "https://nextbatch.example"
SAID = {"Origin": URL}


@pytest.fixture
def secure(stack: Stack) -> Iterator[Stack]:
    """The settings of this process are those of a service behind HTTPS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEXTBATCH_SECURE_COOKIES", "true")
        get_settings.cache_clear()
        yield stack
    get_settings.cache_clear()


def visiting(act: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    """Act as a browser that visits the service at its address."""

    async def visit() -> None:
        transport = httpx.ASGITransport(create_app())
        async with httpx.AsyncClient(transport=transport, base_url=URL, headers=SAID) as client:
            await act(client)

    with start_blocking_portal() as portal:
        portal.call(visit)


async def sign_in(client: httpx.AsyncClient, person: Person) -> str:
    login = {"email": person.user.email, "password": PASSWORD}
    answer = await client.post("/api/v1/auth/login", json=login)
    assert answer.is_success
    return answer.headers["set-cookie"]


def test_it_is_for_https_and_this_host_alone_and_no_scripts(secure: Stack) -> None:
    person = secure.person()

    async def act(client: httpx.AsyncClient) -> None:
        name, *attributes = (await sign_in(client, person)).split("; ")
        assert name.startswith("__Host-nextbatch=")
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=lax"} <= set(attributes)
        assert not any(one.startswith("Domain") for one in attributes)
        assert (await client.get("/api/v1/me")).is_success

    visiting(act)


def test_the_name_that_any_host_may_set_counts_for_nothing(secure: Stack) -> None:
    person = secure.person()

    async def act(client: httpx.AsyncClient) -> None:
        await sign_in(client, person)
        secret = client.cookies["__Host-nextbatch"]
        client.cookies.clear()
        answer = await client.get("/api/v1/me", headers={"Cookie": f"nextbatch_session={secret}"})
        assert answer.status_code == 401

    visiting(act)


def test_signing_out_takes_it_away_in_the_way_that_browsers_heed(secure: Stack) -> None:
    person = secure.person()

    async def act(client: httpx.AsyncClient) -> None:
        await sign_in(client, person)
        told = (await client.post("/api/v1/auth/logout")).headers["set-cookie"]
        assert told.startswith("__Host-nextbatch=")
        assert {"Max-Age=0", "Path=/", "Secure"} <= set(told.split("; "))
        assert "__Host-nextbatch" not in client.cookies

    visiting(act)


def test_without_https_its_name_is_a_plain_one(stack: Stack) -> None:
    login = {"email": stack.person().user.email, "password": PASSWORD}
    answer = httpx.post(f"{stack.url}/api/v1/auth/login", json=login)
    assert answer.headers["set-cookie"].startswith("nextbatch_session=")
    assert "Secure" not in answer.headers["set-cookie"]
