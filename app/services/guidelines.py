"""What people read before and while they label: the project's text, and example images of classes."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.db import audit, controls, guidelines, projects
from app.db.models import Class, ClassExample, Guideline, User
from app.domain.enums import AuditAction, ExampleKind
from app.domain.errors import Conflict, Invalid
from app.schemas.classes import UserName
from app.schemas.guidelines import ExampleIn, ExampleOut, GuidelinesIn, GuidelinesOut, RevisionOut

MOST_EXAMPLES = 24  # of one class: more are not looked at


class GuidelinesChanged(Conflict):
    """Somebody else saved the guidelines while they were written."""

    code = "guidelines_changed"


class NoExample(Invalid):
    """The image's label does not make it an example of this kind."""

    code = "no_example"


class IsControl(Conflict):
    """A control image is not shown with its answer."""

    code = "is_control"


def read(db: Session, project_id: UUID, user: User) -> GuidelinesOut:
    """Return the guidelines, and whether the reader knows them."""
    found = guidelines.newest(db, project_id)
    changed = guidelines.changed_at(db, project_id)
    read_at = guidelines.read_at(db, project_id, user.id)
    return GuidelinesOut(
        revision=revision_out(*found) if found else None,
        examples=[ExampleOut.model_validate(row) for row in guidelines.examples(db, project_id)],
        changed_at=changed,
        read_at=read_at,
        unread=changed is not None and (read_at is None or read_at < changed),
    )


def revision_out(revision: Guideline, writer: User | None) -> RevisionOut:
    """Return a revision with its writer's name."""
    return RevisionOut(
        id=revision.id,
        created_at=revision.created_at,
        user=UserName(id=writer.id, name=writer.name) if writer else None,
        text=revision.text,
    )


def write(db: Session, project_id: UUID, user: User, new: GuidelinesIn) -> None:
    """Save a revision, which its writer knows; the same text is none. Raises GuidelinesChanged."""
    projects.lock(db, project_id)
    found = guidelines.newest(db, project_id)
    before = found[0] if found else None
    if new.replaces != (before.id if before else None):
        raise GuidelinesChanged("The guidelines were changed by somebody else.")
    if new.text != (before.text if before else ""):
        db.add(Guideline(project_id=project_id, user_id=user.id, text=new.text))
        db.flush()
        guidelines.note_reading(db, project_id, user.id)
        # The revisions themselves are kept, and shown on the page of guidelines.
        audit.record(db, AuditAction.GUIDELINES_CHANGED, project_id=project_id)


def add_example(db: Session, row: Class, new: ExampleIn) -> ClassExample:
    """Show an image as what the class is, or is not; raises Invalid, NoExample, IsControl."""
    projects.lock(db, row.project_id)
    known, label = guidelines.label_of(db, row.project_id, new.image_id)
    if not known:
        raise Invalid("The project has no such image.", field="image_id", why="no_such_image")
    if label is None:
        raise NoExample("The image has no label.", field="image_id")
    if (label == row.id) is not (new.kind is ExampleKind.EXAMPLE):
        shown = "this class" if new.kind is ExampleKind.EXAMPLE else "another class"
        raise NoExample(f"The image must be labelled with {shown}.", field="image_id")
    if controls.marked(db, new.image_id):
        raise IsControl("A control image would give its answer away.", field="image_id")
    present = [e for e in guidelines.examples(db, row.project_id) if e.class_id == row.id]
    if any(example.image_id == new.image_id for example in present):
        raise Invalid("The image is shown with this class already.", field="image_id", why="shown_already")
    if len(present) >= MOST_EXAMPLES:
        raise Invalid(
            f"A class has at most {MOST_EXAMPLES} examples.",
            field="image_id",
            why="most_examples",
            most=MOST_EXAMPLES,
        )
    example = ClassExample(project_id=row.project_id, class_id=row.id, **new.model_dump())
    db.add(example)
    db.flush()
    told = {"image": str(new.image_id), "kind": new.kind.value, "caption": new.caption}
    _record_example(db, AuditAction.EXAMPLE_ADDED, example, after=told)
    return example


def change_example(db: Session, example: ClassExample, caption: str) -> None:
    """Change the caption of an example."""
    before, example.caption = example.caption, caption
    db.flush()
    _record_example(
        db, AuditAction.EXAMPLE_CHANGED, example, before={"caption": before}, after={"caption": caption}
    )


def remove_example(db: Session, example: ClassExample) -> None:
    """Show an image with a class no longer; the image itself stays."""
    db.delete(example)
    told = {"image": str(example.image_id), "kind": example.kind.value, "caption": example.caption}
    _record_example(db, AuditAction.EXAMPLE_REMOVED, example, before=told)


def _record_example(
    db: Session,
    action: AuditAction,
    example: ClassExample,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    name = db.get_one(Class, example.class_id).name
    project_id = example.project_id
    audit.record(
        db, action, project_id=project_id, subject_id=example.id, name=name, before=before, after=after
    )
