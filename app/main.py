"""The web application: routes, error handlers, the built frontend."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from app import __version__
from app.api.access import stated_access
from app.api.body_limit import BodyLimit
from app.api.errors import RESPONSES, add_error_handlers
from app.api.routes import accounts, events, exports, health, images, jobs, labelling, learning, projects
from app.domain.errors import NotFound

PREFIX = "/api/v1"
STATIC = Path(__file__).parent / "static"


def create_app() -> FastAPI:
    """Return the application; it needs no database before the first request."""
    api = FastAPI(
        title="Nextbatch",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    api.add_middleware(BodyLimit)
    add_error_handlers(api)
    for module in (accounts, projects, images, learning, labelling, exports, jobs, events):
        api.include_router(module.router, prefix=PREFIX, responses=RESPONSES)
    api.include_router(health.router)
    _add_frontend(api)
    api.openapi = lambda: _document(api)  # type: ignore[method-assign]
    return api


def _document(api: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document; `x-access` says who may call each route."""
    if api.openapi_schema is None:
        document = get_openapi(title=api.title, version=api.version, routes=api.routes)
        for route in api.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in route.methods:
                    document["paths"][route.path][method.lower()]["x-access"] = stated_access(route)
        api.openapi_schema = document
    return api.openapi_schema


def _add_frontend(api: FastAPI) -> None:
    """Serve the built pages; every path that is not the API's is the page's to route."""
    if not STATIC.is_dir():
        return
    api.mount("/assets", StaticFiles(directory=STATIC / "assets"), name="assets")

    @api.get("/{path:path}", include_in_schema=False)
    def page(request: Request, path: str) -> FileResponse:
        if path.startswith("api/"):
            raise NotFound("There is no such address.", path=request.url.path)
        file = (STATIC / path).resolve()
        if path and file.is_relative_to(STATIC.resolve()) and file.is_file():
            return FileResponse(file)
        # The page names its assets by hash; the page itself must be fresh after an upgrade.
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
