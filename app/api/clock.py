"""Each request's id, and the counting of them: how many, and how long to the answer's first byte."""

import re
import time
from secrets import token_hex

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import Ids, ids
from app.traces import spans

log = structlog.get_logger()
REQUEST_ID = "X-Request-ID"
_HEADER = REQUEST_ID.lower().encode()
_SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

disable_created_metrics()  # type: ignore[no-untyped-call]  # when each series began: as many again, and nobody asks for it
# Of this process; it holds nothing but the two, so that what is scraped is what we say.
registry = CollectorRegistry()
_requests = Counter(
    "nextbatch_http_requests", "Requests answered", ["route", "method", "status"], registry=registry
)
_seconds = Histogram(
    "nextbatch_http_request_seconds",
    "Seconds until an answer began",
    ["route", "method"],
    buckets=_BUCKETS,
    registry=registry,
)
# To look a metric up by its labels costs more than all else here.
_found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}


class Clock:
    """ASGI middleware that gives ids and counts. Streams that go on for hours are counted as they begin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        request_id = _id_of(scope)
        # Never taken back: each request is a task of its own, and what the server says of it comes later.
        known: Ids = {"request_id": request_id.decode()} | spans.trace_ids()
        ids.set(known)

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _count(scope, message["status"], time.perf_counter() - begun)
                spans.tell(known)
                message["headers"] = [*message["headers"], (_HEADER, request_id)]
            await send(message)

        try:
            await self.app(scope, receive, timed)
        except Exception:
            # The answer to what nobody expected is given outside of all middleware.
            _count(scope, 500, time.perf_counter() - begun)
            raise


def _id_of(scope: Scope) -> bytes:
    """Return the id that a proxy gave the request, if it may stand in a log, or else a new one."""
    for name, value in scope["headers"]:
        if name == _HEADER and _SANE.fullmatch(value):
            return bytes(value)
    return token_hex(16).encode()


def route_of(scope: Scope) -> str:
    """Return the template of the path, so that there are as many as routes; `none` if it is no route's."""
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(route, "path", "none")


def _count(scope: Scope, status: int, seconds: float) -> None:
    key = (route_of(scope), scope["method"], status)
    found = _found.get(key)
    if found is None:
        route, method, _ = key
        method = method if method in _METHODS else "other"
        found = (_requests.labels(route, method, status), _seconds.labels(route, method))
        if method != "other":
            _found[key] = found
    if status >= 500:
        # By its template: paths may hold secrets, as invitations' links do.
        log.warning("request_failed", route=key[0], method=key[1], status=status, seconds=round(seconds, 3))
    found[0].inc()
    found[1].observe(seconds)
