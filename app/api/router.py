"""Routers that cost little: few changes of threads, and no look through routes that cannot be meant."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.routing import Match
from starlette.types import Scope

from app.api import quick
from app.db.session import UnitOfWork

_Shape = tuple[int, str, str | None]  # how many parts a path has, its first one, and its last if it is no id


class Router(APIRouter):
    """FastAPI's, whose endpoints run in one thread with the commit of their transaction.

    A change of threads costs as much as a statement does, and to try the expressions of a hundred routes
    twice that.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=_Route, **options)
        self._shapes: set[_Shape] = set()
        self._lengths: list[int] = []

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add a route; raises ValueError if its path does not begin with a word, or an id spans parts."""
        super().add_api_route(path, endpoint, **options)
        first, *others = f"{self.prefix}{path}".removeprefix("/").split("/")
        if first.startswith("{") or ":" in path:
            raise ValueError(f"{path} is of no simple shape.")
        last = others[-1] if others else first
        self._shapes.add((1 + len(others), first, None if last.startswith("{") else last))
        self._lengths = sorted({length for length, *_ in self._shapes})

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the routes only if one of them may be meant by its shape."""
        parts = scope["path"].split("/")
        for length in self._lengths:
            if length >= len(parts):
                break
            first, last = parts[-length], parts[-1]
            if not self._shapes.isdisjoint({(length, first, last), (length, first, None)}):
                return super().matches(scope)
        return Match.NONE, {}


class _Route(APIRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        told = endpoint if inspect.iscoroutinefunction(endpoint) else _in_one_thread(endpoint)
        super().__init__(path, told, **options)

    def get_route_handler(self) -> quick.Handler:  # type: ignore[override]  # any awaitable will do
        at_length = super().get_route_handler()
        return quick.handler(self, at_length) if quick.fits(self) else at_length


def _in_one_thread(endpoint: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Call an endpoint and commit what it did, in one go."""

    def act(values: dict[str, Any]) -> Any:
        answer = endpoint(**values)
        work = values.get("work")
        if isinstance(work, UnitOfWork):
            work.commit()
        return answer

    async def acting(**values: Any) -> Any:
        return await run_in_threadpool(act, values)

    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(acting, name, getattr(endpoint, name))
    acting.__signature__ = inspect.signature(endpoint)  # type: ignore[attr-defined]  # what FastAPI looks at
    return acting
