"""Control images: marks, and the accuracy that follows from them."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.api.access import InProject, Member, Reviewer
from app.api.router import Router
from app.api.transaction import Work
from app.db.models import Image
from app.domain.enums import Role
from app.schemas.controls import ControlReport, ControlsDraw, ControlsDrawn, ControlState
from app.services import controls

router = Router(tags=["reviews"])
OfImage = Annotated[Member, Depends(InProject(Role.REVIEWER, Image))]


@router.get("/projects/{project_id}/controls")
def get_control_report(project_id: UUID, work: Work, member: Reviewer) -> ControlReport:
    """Tell how right each annotator is, by the control images that they answered."""
    return controls.report(work.session, member.found)


@router.post("/projects/{project_id}/controls", status_code=201)
def draw_controls(project_id: UUID, body: ControlsDraw, work: Work, member: Reviewer) -> ControlsDrawn:
    """Make so many labelled images control images, by chance: of the pool, or held out if too few."""
    return controls.draw(work.session, project_id, member.user, body.count)


@router.get("/images/{image_id}/control")
def get_control(image_id: UUID, work: Work, member: OfImage) -> ControlState:
    """Tell whether an image is a control image, and what its known answer is."""
    return controls.state(work.session, member.project_id, image_id)


@router.put("/images/{image_id}/control")
def mark_control(image_id: UUID, work: Work, member: OfImage) -> ControlState:
    """Make a labelled image a control image; its label of now is the known answer."""
    return controls.mark(work.session, member.found, member.user)


@router.delete("/images/{image_id}/control", status_code=204)
def unmark_control(image_id: UUID, work: Work, member: OfImage) -> None:
    """Take the mark away; answers for the image no longer count in anybody's accuracy."""
    controls.unmark(work.session, image_id)
