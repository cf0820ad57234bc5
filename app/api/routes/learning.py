"""Pretext runs, cycles and task models."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from app.api.access import Annotator, Engineer, InProject, Member
from app.api.bytes import RESPONSES, blob
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import learning as rows
from app.db import rankings
from app.db.models import Cycle, Model, PretextRun, PretextScore, Project
from app.db.paging import Key, read_page
from app.domain.enums import Role
from app.domain.storable import Number
from app.schemas.base import Page
from app.schemas.jobs import JobOut
from app.schemas.learning import (
    CycleAccepted,
    CycleCreate,
    CycleOut,
    ModelOut,
    PretextRunAccepted,
    PretextRunCreate,
    PretextRunDetail,
    PretextRunOut,
    ScoreOut,
)
from app.services import blind, cycles, exports, pretext_runs

router = Router(tags=["learning"])
OfRun = Annotated[Member, Depends(InProject(Role.ANNOTATOR, PretextRun))]
OfCycle = Annotated[Member, Depends(InProject(Role.ANNOTATOR, Cycle))]
EngineerOfCycle = Annotated[Member, Depends(InProject(Role.ENGINEER, Cycle))]
OfModel = Annotated[Member, Depends(InProject(Role.ANNOTATOR, Model))]
EngineerOfModel = Annotated[Member, Depends(InProject(Role.ENGINEER, Model))]


@router.post("/projects/{project_id}/pretext-runs", status_code=202)
def start_pretext_run(
    project_id: UUID, body: PretextRunCreate, work: Work, member: Engineer
) -> PretextRunAccepted:
    """Train a pretext task on the pool, rank it, and cut it into pool batches."""
    run, job = pretext_runs.start(work, project_id, member.user.id, body)
    return PretextRunAccepted(pretext_run=pretext_runs.out(run, job), job=JobOut.model_validate(job))


@router.get("/projects/{project_id}/pretext-runs")
def list_pretext_runs(
    project_id: UUID, work: Work, _: Annotator, cursor: Cursor = None, limit: Limit = 100
) -> Page[PretextRunOut]:
    """List pretext runs, oldest first."""
    found, after = read_page(work.session, rows.runs(project_id), [PretextRun.id], cursor, limit)
    return Page(items=[pretext_runs.out(run, job) for run, job, *_ in found], next_cursor=after)


@router.get("/pretext-runs/{run_id}")
def get_pretext_run(run_id: UUID, work: Work, member: OfRun) -> PretextRunDetail:
    """Return a pretext run with its pool batches."""
    hidden = blind.is_blind(work.session.get_one(Project, member.project_id), member.role)
    return pretext_runs.detail(work, member.found, of_open_cycle=not hidden)


@router.get("/pretext-runs/{run_id}/scores")
def list_scores(
    run_id: UUID,
    work: Work,
    member: OfRun,
    pool_batch: Number | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[ScoreOut]:
    """List the losses of a pretext run, hardest first."""
    blind.refuse(work.session, member.project_id, member.role)
    query = rankings.scores(run_id, pool_batch)
    keys: list[Key] = [PretextScore.loss, PretextScore.image_id]
    found, after = read_page(work.session, query, keys, cursor, limit, descending=True)
    return Page(items=[ScoreOut.model_validate(score) for score, *_ in found], next_cursor=after)


@router.post("/projects/{project_id}/cycles", status_code=202)
def start_cycle(project_id: UUID, body: CycleCreate, work: Work, member: Engineer) -> CycleAccepted:
    """Begin the next cycle: query images, then wait for their labels."""
    cycle, job = cycles.start(work, project_id, member.user.id, body)
    return CycleAccepted(cycle=cycles.out(work.session, cycle), job=JobOut.model_validate(job))


@router.get("/projects/{project_id}/cycles")
def list_cycles(
    project_id: UUID, work: Work, member: Annotator, cursor: Cursor = None, limit: Limit = 100
) -> Page[CycleOut]:
    """List cycles, oldest first."""
    found, after = read_page(work.session, rows.cycles(project_id), [Cycle.id], cursor, limit)
    outs = cycles.outs(work.session, [(c, m) for c, m, *_ in found])
    items = blind.cycles(work.session, project_id, outs, user_id=member.user.id, role=member.role)
    return Page(items=items, next_cursor=after)


@router.get("/cycles/{cycle_id}")
def get_cycle(cycle_id: UUID, work: Work, member: OfCycle) -> CycleOut:
    """Return a cycle with the metrics of its task model."""
    found = [cycles.out(work.session, member.found)]
    project_id, user_id = member.project_id, member.user.id
    return blind.cycles(work.session, project_id, found, user_id=user_id, role=member.role)[0]


@router.post("/cycles/{cycle_id}/closure", status_code=202)
def close_cycle(cycle_id: UUID, work: Work, member: EngineerOfCycle) -> CycleAccepted:
    """End labelling now, and train."""
    cycle, job = cycles.close(work, cycle_id, member.user.id)
    return CycleAccepted(cycle=cycles.out(work.session, cycle), job=JobOut.model_validate(job))


@router.get("/models/{model_id}")
def get_model(model_id: UUID, member: OfModel) -> ModelOut:
    """Return a task model's metrics."""
    return cycles.model_out(member.found)


@router.get("/models/{model_id}/content", response_class=Response, responses=RESPONSES)
def get_model_content(model_id: UUID, request: Request, work: Work, member: EngineerOfModel) -> Response:
    """Return a task model's weights as safetensors; for ONNX start an export."""
    name = exports.model_file_name(work.session, member.found, "safetensors")
    return blob(request, exports.weights_of(member.found), "application/octet-stream", name)
