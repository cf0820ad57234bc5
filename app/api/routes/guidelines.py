"""Guidelines of a project, and example images of its classes."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.api.access import Annotator, Engineer, InProject, Member
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import guidelines as rows
from app.db.models import Class, ClassExample, Guideline
from app.db.paging import read_page
from app.domain.enums import Role
from app.schemas.base import Page
from app.schemas.guidelines import (
    ExampleIn,
    ExampleOut,
    ExamplePatch,
    GuidelinesIn,
    GuidelinesOut,
    RevisionOut,
)
from app.services import guidelines

router = Router(tags=["guidelines"])
OfClass = Annotated[Member, Depends(InProject(Role.ENGINEER, Class))]
OfExample = Annotated[Member, Depends(InProject(Role.ENGINEER, ClassExample))]


@router.get("/projects/{project_id}/guidelines")
def get_guidelines(project_id: UUID, work: Work, member: Annotator) -> GuidelinesOut:
    """Return the guidelines, the examples of all classes, and whether the caller has read them."""
    return guidelines.read(work.session, project_id, member.user)


@router.put("/projects/{project_id}/guidelines")
def write_guidelines(project_id: UUID, body: GuidelinesIn, work: Work, member: Engineer) -> GuidelinesOut:
    """Save a new revision of the text; the earlier ones stay in the history."""
    guidelines.write(work.session, project_id, member.user, body)
    return guidelines.read(work.session, project_id, member.user)


@router.get("/projects/{project_id}/guidelines/history")
def list_guideline_revisions(
    project_id: UUID, work: Work, _: Annotator, cursor: Cursor = None, limit: Limit = 100
) -> Page[RevisionOut]:
    """List all revisions of the text, newest first."""
    query = rows.revisions(project_id)
    found, after = read_page(work.session, query, [Guideline.id], cursor, limit, descending=True)
    items = [guidelines.revision_out(revision, user) for revision, user, *_ in found]
    return Page(items=items, next_cursor=after)


@router.put("/projects/{project_id}/guidelines/reading", status_code=204)
def note_guidelines_read(project_id: UUID, work: Work, member: Annotator) -> None:
    """Say that the caller has read the guidelines as they are now."""
    rows.note_reading(work.session, project_id, member.user.id)


@router.post("/classes/{class_id}/examples", status_code=201)
def add_example(class_id: UUID, body: ExampleIn, work: Work, member: OfClass) -> ExampleOut:
    """Show a labelled image as what the class is, or is not."""
    return ExampleOut.model_validate(guidelines.add_example(work.session, member.found, body))


@router.patch("/examples/{example_id}")
def change_example(example_id: UUID, body: ExamplePatch, work: Work, member: OfExample) -> ExampleOut:
    """Change the caption of an example."""
    guidelines.change_example(work.session, member.found, body.caption)
    return ExampleOut.model_validate(member.found)


@router.delete("/examples/{example_id}", status_code=204)
def remove_example(example_id: UUID, work: Work, member: OfExample) -> None:
    """Show an image with a class no longer; the image itself stays."""
    guidelines.remove_example(work.session, member.found)
