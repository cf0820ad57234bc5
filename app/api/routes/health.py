"""Liveness, readiness and metrics, for the machines that watch the service."""

import asyncio

from fastapi import Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel, Field

from app.api.access import Watcher
from app.api.clock import registry
from app.api.errors import RESPONSES
from app.api.router import Router
from app.api.transaction import Work
from app.domain.errors import NotReady
from app.schemas.base import Error
from app.services.metrics import DeploymentCollector
from app.services.readiness import OK, PROBES, SECONDS

router = Router(tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """Whether the service can work, and of each part `ok` or what is wrong with it."""

    status: str = Field(description="`ok`, or `ill` if a part is")
    parts: dict[str, str]


class NotReadyBody(Readiness):
    """The same, in the shape of every error as well."""

    error: Error


@router.get("/healthz")
def healthz() -> Health:
    """Tell that the process answers."""
    return Health()


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={503: {"model": NotReadyBody, "description": "A part is ill"}},
)
async def readyz() -> Readiness | JSONResponse:
    """Tell of database, broker, store and workers whether each answers; 503 if one does not.

    The answer comes within a few seconds, and says `no answer` of a part that takes longer.
    """
    asked = {part: asyncio.wrap_future(probe.answer()) for part, probe in PROBES.items()}
    await asyncio.wait(asked.values(), timeout=SECONDS)
    parts = {part: answer.result() if answer.done() else "no answer" for part, answer in asked.items()}
    ill = [part for part, found in parts.items() if found != OK]
    if not ill:
        return Readiness(status=OK, parts=parts)
    error = Error(code=NotReady.code, message=f"Not ready: {', '.join(ill)}.", details={"missing": ill})
    body = NotReadyBody(status="ill", parts=parts, error=error)
    return JSONResponse(body.model_dump(), status_code=503)


@router.get(
    "/metrics", response_class=Response, responses={status: RESPONSES[status] for status in (401, 403, 503)}
)
def metrics(work: Work, caller: Watcher) -> Response:
    """Return Prometheus metrics: of this process its requests, of the deployment what the database says.

    For administrators, and for whoever sends `NEXTBATCH_METRICS_TOKEN` as a bearer token.
    """
    work.begin()  # how long the statements may take is set for a transaction
    of_deployment = CollectorRegistry()
    of_deployment.register(DeploymentCollector(work.session))
    said = generate_latest(registry) + generate_latest(of_deployment)
    return Response(said, media_type=CONTENT_TYPE_LATEST)
