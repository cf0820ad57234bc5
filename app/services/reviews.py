"""Label checks, and the reviewer's word on labels."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import audit, images, jobs, projects, queue, rankings, reviews
from app.db.class_sets import ClassSets, OneOrSet, stored
from app.db.models import Job, LabelCheck, Project, Review, Suspect, User
from app.db.session import UnitOfWork
from app.domain.enums import AuditAction, JobKind, Split, Verdict
from app.domain.errors import Conflict, NotFound, TooFewLabels, UnknownClass
from app.domain.label_check import LEAST_OF_A_CLASS, LEAST_OF_ALL
from app.schemas.images import ImageOut
from app.schemas.jobs import JobOut
from app.schemas.reviews import LabelCheckCreate, LabelCheckOut, LabelIn, ReviewOut, SuspectOut
from app.services import class_sets, labels
from app.services.cycles import close_if_answered


class LabelCheckRunning(Conflict):
    """Another label check of the project has not ended."""

    code = "label_check_running"


class NotLabelled(Conflict):
    """The image has no label that could be reviewed."""

    code = "not_labelled"


def start(work: UnitOfWork, project_id: UUID, user_id: UUID, new: LabelCheckCreate) -> tuple[LabelCheck, Job]:
    """Ask for a label check; raises OneClassOnly, TooFewLabels, LabelCheckRunning."""
    class_sets.refuse_sets(projects.lock(work.session, project_id).task, "Label checks")
    if jobs.live(work.session, project_id, JobKind.LABEL_CHECK):
        raise LabelCheckRunning("A label check of this project has not ended.")
    labelled = images.labelled(work.session, project_id, list(Split))
    enough = [n for n in Counter(row[2] for row in labelled).values() if n >= LEAST_OF_A_CLASS]
    if len(enough) < 2 or sum(enough) < LEAST_OF_ALL:
        raise TooFewLabels(
            f"A label check needs {LEAST_OF_ALL} labels, and {LEAST_OF_A_CLASS} in each of two classes at "
            f"least; the project has {len(labelled)}, and {len(enough)} such classes.",
            why="labels_for_a_check",
            least=LEAST_OF_ALL,
            least_of_a_class=LEAST_OF_A_CLASS,
            labelled=len(labelled),
            classes=len(enough),
        )
    job = jobs.enqueue(work, JobKind.LABEL_CHECK, project_id, user_id, {})
    check = LabelCheck(project_id=project_id, job_id=job.id, folds=new.folds)
    work.session.add(check)
    work.session.flush()
    work.session.refresh(check)
    work.session.refresh(job)
    return check, job


def outs(db: Session, rows: Sequence[tuple[LabelCheck, Job]]) -> list[LabelCheckOut]:
    """Return label checks as the API shows them."""
    counts = reviews.suspect_counts(db, [check.id for check, _ in rows])
    computed = {"suspects", "settled", "job"}
    found = []
    for check, job in rows:
        fields: dict[str, Any] = {
            n: getattr(check, n) for n in LabelCheckOut.model_fields if n not in computed
        }
        suspects, settled = counts.get(check.id, (0, 0))
        found.append(
            LabelCheckOut(**fields, suspects=suspects, settled=settled, job=JobOut.model_validate(job))
        )
    return found


def out(db: Session, check: LabelCheck) -> LabelCheckOut:
    """Return one label check as the API shows it."""
    return outs(db, [(check, db.get_one(Job, check.job_id))])[0]


def suspects_out(db: Session, project_id: UUID, rows: Sequence[Sequence[Any]]) -> list[SuspectOut]:
    """Return rows of `reviews.suspects` as the API shows them."""
    placed = rankings.placed(db, project_id, [row[1].id for row in rows])
    return [_suspect(row, placed.get(row[1].id)) for row in rows]


def _suspect(row: Sequence[Any], placed: rankings.Placed | None) -> SuspectOut:
    suspect: Suspect = row[0]
    review: Review | None = row[5]
    verdict = None
    if review is not None:
        verdict = Verdict.KEPT if review.class_id == suspect.class_id else Verdict.CHANGED
    return SuspectOut(
        position=suspect.position,
        image=ImageOut.of(row[1], placed, row[4]),
        given=row[2],
        suggested=row[3],
        score=suspect.score,
        confidence=suspect.confidence,
        verdict=verdict,
        settled_by=row[6],
        settled_at=review.created_at if review else None,
    )


def review(work: UnitOfWork, project_id: UUID, image_id: UUID, user: User, given: LabelIn) -> ReviewOut:
    """Set, or confirm, an image's label.

    Raises NotFound, NotLabelled, UnknownClass, SeveralClasses, OneClass.
    An image that people answered or skipped may have none yet, and gets one.
    What the label was, who changed it and when stays in the history, and suspects of the image are settled.
    """
    db = work.session
    queue.labelling_cycle(db, project_id, lock=True)  # before the label, as answers do
    answer, name = _given(db, project_id, given)
    label = reviews.lock_label(db, project_id, image_id)
    if label is None:
        if not images.in_project(db, project_id, image_id):
            raise NotFound("There is no such image.")
        if reviews.last_asked(db, image_id) is None:
            raise NotLabelled("The image has no label yet; it is labelled when a cycle asks for it.")
    before, _ = images.label_of(db, image_id)
    row = Review(
        project_id=project_id,
        image_id=image_id,
        user_id=user.id,
        **stored(answer),
        previous_class_id=label.class_id if label else None,
        previous_class_ids=label.class_ids if label else None,
        previous_source=label.source if label else None,
    )
    db.add(row)
    labels.accept_review(db, row)
    db.flush()
    sets = ClassSets(db, project_id)
    told = [name or ", ".join(sets.said(row.class_ids) or [])]
    told.append(before or ", ".join(sets.said(row.previous_class_ids) or []))
    audit.record(
        db,
        AuditAction.LABEL_SET,
        project_id=project_id,
        subject_id=image_id,
        after={"label": told[0], "instead_of": told[1]},
    )
    db.refresh(row)
    reviews.settle(db, row)
    if cycle := queue.labelling_cycle(db, project_id):
        work.commit()
        close_if_answered(work, cycle.id)
    return review_out(row, name, before, sets)


def _given(db: Session, project_id: UUID, given: LabelIn) -> tuple[OneOrSet, str | None]:
    """The class that a reviewer gives, with its name, or the set of them."""
    if given.classes is not None:
        return class_sets.chosen(db, project_id, given.classes), None
    class_sets.refuse_one(db.get_one(Project, project_id).task)
    chosen = next((c for c in projects.classes(db, project_id) if c.name == given.class_name), None)
    if chosen is None:
        raise UnknownClass(f"The project has no class {given.class_name!r}.", field="class")
    return chosen.id, chosen.name


def review_out(row: Review, class_name: str | None, previous: str | None, sets: ClassSets) -> ReviewOut:
    """Return a review as the API shows it."""
    named = {"class_name", "previous", "classes", "previous_classes"}
    fields: dict[str, Any] = {n: getattr(row, n) for n in ReviewOut.model_fields if n not in named}
    return ReviewOut(
        **fields,
        class_name=class_name,
        previous=previous,
        classes=sets.said(row.class_ids),
        previous_classes=sets.said(row.previous_class_ids),
    )
