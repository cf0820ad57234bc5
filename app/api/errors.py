"""The one place where errors become HTTP."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg.errors import LockNotAvailable, QueryCanceled
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from app.api.clock import REQUEST_ID
from app.api.headers import safe_headers
from app.api.visits import let_in_late
from app.domain import errors
from app.logs import known_ids
from app.schemas.base import ErrorBody

STATUS: dict[type[errors.DomainError], int] = {
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.TooManyTries: 429,
    errors.NotReady: 503,
    errors.DomainError: 400,
}
HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 400: "malformed", 413: "too_large"}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": text}
    for status, text in {
        400: "The body cannot be read",
        401: "Not signed in",
        403: "The role does not allow it",
        404: "Unknown, or not the caller's to see",
        409: "Does not fit the present state",
        413: "Larger than the settings allow",
        422: "Invalid",
        429: "Too many failed tries",
        503: "A part that is needed cannot be reached, or is too busy",
    }.items()
}


def _answer(status: int, code: str, message: str, details: Any = None) -> JSONResponse:
    body = {"error": {"code": code, "message": message, "details": jsonable_encoder(details or {})}}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if status == 429 and details:
        headers["Retry-After"] = str(details["seconds"])
    return JSONResponse(body, status_code=status, headers=headers)


def add_error_handlers(api: FastAPI) -> None:
    """Give every error the one shape."""

    @api.exception_handler(errors.DomainError)
    def domain(_: Request, error: errors.DomainError) -> JSONResponse:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        return _answer(status, error.code, error.message, error.details)

    @api.exception_handler(Exception)
    def unexpected(_: Request, __: Exception) -> JSONResponse:
        # Outside of all middleware, which the error has passed by; the server writes it into its log.
        request_id = {"request_id": known_ids().get("request_id", "")}
        answer = _answer(500, "unexpected", "Something went wrong. The log of the API says what.", request_id)
        answer.headers.update(safe_headers() | {REQUEST_ID: request_id["request_id"]})
        return answer

    @api.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        try:
            await let_in_late(request)
        except errors.DomainError as refused:
            return domain(request, refused)
        except OperationalError as lost:
            return database(request, lost)
        fields = [
            {
                "field": ".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]),
                "message": e["msg"],
                "rule": e["type"],
                "limits": {k: v for k, v in e.get("ctx", {}).items() if isinstance(v, int | float)},
            }
            for e in error.errors()
        ]
        text = "; ".join(f"{f['field']}: {f['message']}" for f in fields)
        return _answer(422, "invalid", text, {"fields": fields})

    @api.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        return _answer(error.status_code, HTTP_CODES.get(error.status_code, "http_error"), str(error.detail))

    @api.exception_handler(OperationalError)
    def database(_: Request, error: OperationalError) -> JSONResponse:
        if isinstance(error.orig, LockNotAvailable | QueryCanceled):
            return _answer(503, "database_busy", "The database is too busy. Try again in a moment.")
        return _answer(503, "not_ready", "The database cannot be reached.")
