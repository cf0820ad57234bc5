"""Calls that annotators make all day, without what FastAPI does for endpoints of every shape.

That is a quarter of what such a call costs. Whatever is not quite plain goes FastAPI's way, which reads the
body anew: so does what is wrong, and is told in the same words as everywhere.
"""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.requests import ClientDisconnect

from app.api.access import id_in_path
from app.api.visits import Visiting

Handler = Callable[[Request], Awaitable[Response]]
_JSON = "application/json"
_LONGEST = 64 * 1024  # bytes of a plain body


def fits(route: APIRoute) -> bool:
    """Tell whether an endpoint takes an id from its path, one body, and a visit that lets its caller in."""
    found = route.dependant
    visits = [one.call for one in found.dependencies]
    return (
        (len(found.path_params), len(found.body_params), len(visits)) == (1, 1, 1)
        and not (found.query_params or found.header_params or found.cookie_params)
        and isinstance(visits[0], Visiting)
        and visits[0].by_itself
    )


def handler(route: APIRoute, at_length: Handler) -> Handler:
    """Return what calls the endpoint of a route that fits, or else lets it be called `at_length`."""
    found = route.dependant
    (path,), (body,), (visit,) = found.path_params, found.body_params, found.dependencies
    endpoint, visiting, visit_name = found.call, visit.call, visit.name
    assert endpoint is not None  # noqa: S101  # it fits
    assert isinstance(visiting, Visiting)  # noqa: S101
    assert visit_name is not None  # noqa: S101
    given: TypeAdapter[Any] = TypeAdapter(cast("type[Any]", body.field_info.annotation))
    told: TypeAdapter[Any] = TypeAdapter(route.response_model)

    async def handle(request: Request) -> Response:
        key = id_in_path(request)
        if key is None or not _is_plain(request):
            return await at_length(request)
        try:
            said = given.validate_json(await request.body())
        except (ValueError, ClientDisconnect):
            return await at_length(request)
        values = {path.name: key, body.name: said, visit_name: await visiting(request)}
        return Response(told.dump_json(await endpoint(**values), by_alias=True), media_type=_JSON)

    return handle


def _is_plain(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    return request.headers.get("content-type") == _JSON and length.isdecimal() and int(length) <= _LONGEST
