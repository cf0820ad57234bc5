"""Projects and their label schema."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import audit, projects
from app.db.models import ImageCount, Member, Project, User
from app.domain.deletion import KEPT_FOR
from app.domain.enums import AuditAction, Balance, LabelRule, ProjectTask, Role, Split
from app.domain.errors import Forbidden, NotSupported
from app.domain.project_settings import ProjectSettings
from app.schemas.projects import ClassOut, Counts, ProjectCreate, ProjectOut, ProjectPatch
from app.services import blind, classes


class BalanceNotPossible(NotSupported):
    """The project's kind has no such balance."""

    code = "balance_not_possible"


class LabelRuleNotPossible(NotSupported):
    """The project's kind has no such label rule."""

    code = "label_rule_not_possible"


class LeaderboardNeedsOwner(Forbidden):
    """Whether people are ranked is for an owner to say."""

    code = "leaderboard_needs_owner"


def create(db: Session, user: User, new: ProjectCreate) -> Project:
    """Add a project that the caller owns; raises BalanceNotPossible, LabelRuleNotPossible, NotSupported."""
    if new.task is ProjectTask.SEGMENTATION:
        raise NotSupported("Segmentation does not work yet.", field="task", why="no_segmentation")
    _check(new.task, new.settings)
    project = Project(name=new.name, task=new.task, settings=new.settings.model_dump(mode="json"))
    db.add(project)
    db.flush()
    db.add(Member(project_id=project.id, user_id=user.id, role=Role.OWNER))
    audit.record(
        db,
        AuditAction.PROJECT_CREATED,
        project_id=project.id,
        subject_id=project.id,
        name=new.name,
        after={"task": new.task.value},
    )
    classes.set_all(db, project.id, user.id, new.classes)
    return project


def change(db: Session, project_id: UUID, user: User, role: Role, patch: ProjectPatch) -> Project:
    """Change what the patch names; raises ClassInUse, LeaderboardNeedsOwner and those of `create`."""
    project = projects.lock(db, project_id)
    if patch.name is not None:
        audit.record(
            db,
            AuditAction.PROJECT_RENAMED,
            project_id=project_id,
            subject_id=project_id,
            before={"name": project.name},
            after={"name": patch.name},
        )
        project.name = patch.name
    if patch.settings is not None:
        _check(project.task, patch.settings)
        before = ProjectSettings.model_validate(project.settings)
        if patch.settings.leaderboard and not before.leaderboard and role is not Role.OWNER:
            raise LeaderboardNeedsOwner(
                "Only an owner may turn the leaderboard on.", field="settings.leaderboard"
            )
        settings = patch.settings.model_dump(mode="json")
        audit.record(
            db,
            AuditAction.SETTINGS_CHANGED,
            project_id=project_id,
            subject_id=project_id,
            before=before.model_dump(mode="json"),
            after=settings,
        )
        project.settings = settings
    if patch.classes is not None:
        classes.set_all(db, project_id, user.id, patch.classes)
    db.flush()
    return project


def _check(task: ProjectTask, settings: ProjectSettings) -> None:
    if task is not ProjectTask.MULTI_LABEL_CLASSIFICATION:
        return
    if settings.label_rule is LabelRule.DAWID_SKENE:
        raise LabelRuleNotPossible(
            "People are weighed by their reliability only where images have one class each; "
            "`majority` and `reviewer` work.",
            field="settings.label_rule",
        )
    if settings.balance is Balance.SAMPLING:
        raise BalanceNotPossible(
            "An image may have frequent and rare classes at once, so that sampling cannot balance them; "
            "`loss` can.",
            field="settings.balance",
        )


def outs(db: Session, found: Sequence[Project], roles: dict[UUID, Role]) -> list[ProjectOut]:
    """Return projects as their members see them; projects without a role are seen by admins, as owners."""
    ids = [p.id for p in found]
    schemas = projects.classes_of(db, ids)
    splits = projects.image_counts(db, ids)
    hidden = [p.id for p in found if blind.is_blind(p, roles.get(p.id))]
    labelled = projects.labelled_counts(db, ids, hidden)
    return [
        ProjectOut(
            id=p.id,
            name=p.name,
            task=p.task,
            classes=[ClassOut.model_validate(c) for c in schemas[p.id]],
            settings=ProjectSettings.model_validate(p.settings),
            role=roles.get(p.id, Role.OWNER),
            counts=_counts(splits[p.id], labelled[p.id]),
            created_at=p.created_at,
            deleted_at=p.deleted_at,
            removed_at=p.deleted_at + KEPT_FOR if p.deleted_at else None,
        )
        for p in found
    ]


def _counts(splits: Mapping[Split, ImageCount], labelled: int) -> Counts:
    of = {split: splits[split].images if split in splits else 0 for split in Split}
    return Counts(
        images=sum(of.values()),
        pool=of[Split.POOL],
        labelled=labelled,
        validation=of[Split.VALIDATION],
        test=of[Split.TEST],
        bytes=sum(one.bytes for one in splits.values()),
    )
