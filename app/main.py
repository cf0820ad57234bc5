"""The web application: routes, error handlers, the built frontend."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from app import __version__
from app.api.access import stated
from app.api.body_limit import BodyLimit
from app.api.clock import Clock
from app.api.errors import RESPONSES, add_error_handlers
from app.api.headers import SafeHeaders
from app.api.routes import (
    accounts,
    audit,
    backtests,
    classes,
    controls,
    events,
    exports,
    guidelines,
    health,
    images,
    imports,
    jobs,
    labelling,
    learning,
    maps,
    members,
    oidc,
    password_links,
    people,
    predictions,
    projects,
    review_queue,
    reviews,
    sessions,
)
from app.api.telemetry import telemetry
from app.api.transaction import Turns
from app.api.uses import Uses
from app.config import get_settings
from app.db.loop_pool import LoopPool
from app.db.session import limit_statements
from app.domain.errors import NotFound
from app.logs import set_up_logs
from app.services.provider import OpenIdProvider
from app.traces.exporting import send_last, set_up_traces

PREFIX = "/api/v1"
STATIC = Path(__file__).parent / "static"
# Pages name their assets by hash; a page itself must be fresh after an upgrade.
_FRESH = {"Cache-Control": "no-cache"}
# In this order routes are looked through: what annotators do all day comes first.
MODULES = (
    labelling,
    accounts,
    sessions,
    oidc,
    password_links,
    projects,
    members,
    classes,
    guidelines,
    imports,
    images,
    learning,
    predictions,
    reviews,
    review_queue,
    controls,
    people,
    exports,
    backtests,
    maps,
    jobs,
    events,
    audit,
)


def create_app() -> FastAPI:
    """Return the application; it needs no database before the first request."""
    api = FastAPI(
        title="Nextbatch",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # FastAPI's page is made of scripts of other hosts
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan,
        telemetry=telemetry(),
    )
    limit_statements()
    api.state.turns = Turns()
    api.state.loop_pool = LoopPool()
    api.state.uses = Uses(api.state.turns)
    settings = get_settings()
    api.state.oidc = OpenIdProvider(settings) if settings.oidc_issuer else None
    api.add_middleware(BodyLimit)
    api.add_middleware(SafeHeaders)
    api.add_middleware(Clock)  # the last added is the outermost
    add_error_handlers(api)
    for module in MODULES:
        api.include_router(_state_access(module.router), prefix=PREFIX, responses=RESPONSES)
    api.include_router(_state_access(health.router))
    _add_frontend(api)
    return api


def serve() -> FastAPI:
    """Return the application for a server's process, which from now on logs and traces as the settings say.

    Raises LibraryMissing.
    """
    set_up_logs()
    set_up_traces("api")
    return create_app()


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    # What was imported stays for good: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    async with api.state.uses.written():
        yield
    await api.state.loop_pool.close()
    await run_in_threadpool(send_last)


def _state_access(router: APIRouter) -> APIRouter:
    """Say in the OpenAPI document who may call each route (`x-access`), and with what token (`x-scope`)."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.openapi_extra = (route.openapi_extra or {}) | stated(route)
    return router


def _add_frontend(api: FastAPI) -> None:
    """Serve the built pages; every path that is not the API's is the page's to route."""
    if not STATIC.is_dir():
        return
    api.mount("/assets", StaticFiles(directory=STATIC / "assets"), name="assets")

    @api.get("/api/docs", include_in_schema=False)
    def docs() -> FileResponse:
        return FileResponse(STATIC / "docs.html", headers=_FRESH)

    @api.get("/{path:path}", include_in_schema=False)
    def page(request: Request, path: str) -> FileResponse:
        if path.startswith("api/"):
            raise NotFound("There is no such address.", path=request.url.path)
        file = (STATIC / path).resolve()
        if path and file.is_relative_to(STATIC.resolve()) and file.is_file():
            return FileResponse(file)
        return FileResponse(STATIC / "index.html", headers=_FRESH)
