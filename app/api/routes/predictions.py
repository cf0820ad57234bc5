"""What task models take held-out images for, and images that show a ranking."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from app.api.access import InProject, Member
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import rankings
from app.db.models import Cycle, PretextRun
from app.domain.enums import Role
from app.domain.storable import NoNul
from app.schemas.base import Page
from app.schemas.predictions import ConfusionOut, PredictionOut, RankedImage
from app.services import blind, predictions
from app.storage.blobs import blob_store

router = Router(tags=["learning"])
OfCycle = Annotated[Member, Depends(InProject(Role.ANNOTATOR, Cycle))]
OfRun = Annotated[Member, Depends(InProject(Role.ANNOTATOR, PretextRun))]
ClassName = Annotated[
    str | None, NoNul, Query(max_length=200, description="as in `classes` of the confusion")
]


@router.get("/cycles/{cycle_id}/confusion")
def get_confusion(cycle_id: UUID, work: Work, member: OfCycle) -> ConfusionOut:
    """Return the confusion matrix of a cycle's task model."""
    return predictions.confusion(work.session, member.found)


@router.get("/cycles/{cycle_id}/predictions")
def list_predictions(
    cycle_id: UUID,
    work: Work,
    member: OfCycle,
    true: ClassName = None,
    predicted: ClassName = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[PredictionOut]:
    """List what a cycle's task model took held-out images for, the surest first."""
    blind.refuse(work.session, member.project_id, member.role)
    return predictions.listing(
        work.session,
        blob_store(),
        member.found,
        true=true,
        predicted=predicted,
        cursor=cursor,
        limit=limit,
    )


@router.get("/pretext-runs/{run_id}/examples")
def list_examples(
    run_id: UUID, work: Work, member: OfRun, count: Annotated[int, Query(ge=2, le=100)] = 8
) -> Page[RankedImage]:
    """List images at equal distances of the ranking, from its first (hardest, by default) to its last."""
    blind.refuse(work.session, member.project_id, member.role)
    return Page(
        items=[RankedImage.model_validate(e) for e in rankings.examples(work.session, member.found, count)]
    )
