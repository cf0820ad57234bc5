"""The label schema of a project, and its history."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.api.access import Annotator, Engineer, InProject, Member
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db import classes as rows
from app.db.models import Class, SchemaChange
from app.db.paging import read_page
from app.domain.enums import Role
from app.schemas.base import Page
from app.schemas.classes import ClassCreate, Classes, ClassPatch, MergeIn, SchemaChangeOut
from app.schemas.projects import ClassOut
from app.services import blind, classes, labels

router = Router(tags=["classes"])
OfClass = Annotated[Member, Depends(InProject(Role.ENGINEER, Class))]


@router.get("/projects/{project_id}/classes")
def list_classes(project_id: UUID, work: Work, member: Annotator) -> Classes:
    """List the classes with how many labels, answers and models name them."""
    hidden = blind.is_blind(member.found, member.role)
    return Classes(items=classes.details(work.session, project_id, of_open_cycle=not hidden))


@router.post("/projects/{project_id}/classes", status_code=201)
def add_class(project_id: UUID, body: ClassCreate, work: Work, member: Engineer) -> ClassOut:
    """Add a class at the end."""
    return ClassOut.model_validate(classes.add(work.session, project_id, member.user, body))


@router.patch("/classes/{class_id}")
def change_class(class_id: UUID, body: ClassPatch, work: Work, member: OfClass) -> ClassOut:
    """Rename, recolour or move a class, or change its hotkey or guideline."""
    return ClassOut.model_validate(classes.change(work.session, member.found, member.user, body))


@router.delete("/classes/{class_id}", status_code=204)
def remove_class(class_id: UUID, work: Work, member: OfClass) -> None:
    """Remove a class that has no labels."""
    classes.remove(work.session, member.found, member.user)


@router.post("/classes/{class_id}/restoration")
def restore_class(class_id: UUID, work: Work, member: OfClass) -> ClassOut:
    """Bring a removed class back."""
    return ClassOut.model_validate(classes.restore(work.session, member.found, member.user))


@router.post("/classes/{class_id}/merge")
def merge_class(class_id: UUID, body: MergeIn, work: Work, member: OfClass) -> ClassOut:
    """Let a class count as another one from now on; returns the other one."""
    target = ClassOut.model_validate(classes.merge(work.session, member.found, member.user, body.into))
    work.commit()
    labels.settle_again(work, member.project_id, [target.id])
    return target


@router.delete("/classes/{class_id}/merge")
def unmerge_class(class_id: UUID, work: Work, member: OfClass) -> ClassOut:
    """Undo a merge, while no task model was trained since; returns the class that is back."""
    target = member.found.merged_into_id
    source = ClassOut.model_validate(classes.unmerge(work.session, member.found, member.user))
    work.commit()
    labels.settle_again(work, member.project_id, [class_id, *([target] if target else [])])
    return source


@router.get("/projects/{project_id}/schema-changes")
def list_schema_changes(
    project_id: UUID, work: Work, _: Annotator, cursor: Cursor = None, limit: Limit = 100
) -> Page[SchemaChangeOut]:
    """List the changes of the label schema, newest first."""
    query = rows.changes(project_id)
    found, after = read_page(work.session, query, [SchemaChange.id], cursor, limit, descending=True)
    items = classes.change_outs(work.session, [(change, row, user) for change, row, user, *_ in found])
    return Page(items=items, next_cursor=after)
