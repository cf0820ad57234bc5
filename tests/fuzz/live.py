"""What is really there, for requests to name: one project with one of everything, and who may see it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete

from app.db.models import (
    Annotation,
    Assignment,
    Class,
    Cycle,
    Image,
    Invitation,
    Label,
    Member,
    PasswordLink,
    QueueItem,
    Try,
)
from app.db.session import unit_of_work
from app.domain import enums
from app.domain.plans import plan_named
from app.schemas.accounts import TokenCreate, UserCreate
from app.services import accounts, secrets
from app.services.secrets import fingerprint
from app.storage.blobs import blob_store
from tests.service.test_access import world
from tests.stack import PASSWORD, QUICK, Person

LATER = timedelta(days=1)


@dataclass
class Live:
    """Ids by the names of path parameters, and values by the names of fields."""

    ids: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def person(*, admin: bool = False, scope: enums.TokenScope = enums.TokenScope.MANAGE) -> Person:
    """Somebody with an account and a token."""
    with pytest.MonkeyPatch.context() as patch, unit_of_work() as work:
        patch.setattr(secrets, "_hasher", lambda: QUICK)
        new = UserCreate(email=f"{uuid4().hex}@example.org", name="A", password=PASSWORD, is_admin=admin)
        user = accounts.create_user(work.session, new)
        _, token = accounts.create_token(work.session, user, TokenCreate(name="t", scope=scope))
    return Person(user, token, None)  # type: ignore[arg-type]  # nothing is asked by its client


def live(caller: Person | None, role: str) -> Live:
    """A new project, in which the caller has the role; a `reader` is one of its owners."""
    ids = world(caller, "owner" if role == "reader" else role)
    other = person()
    sha = blob_store().put(b"other bytes")
    with unit_of_work() as work:
        db = work.session
        db.execute(delete(Try))  # who failed too often would only be told so
        project = ids["project_id"]
        soon = datetime.now(UTC) + LATER

        def add(row: Any) -> Any:
            db.add(row)
            db.flush()
            return row

        add(Member(project_id=project, user_id=other.user.id, role=enums.Role.ANNOTATOR))
        dog = add(Class(project_id=project, name="dog", color="#ffffff", position=1))
        image = add(
            Image(
                project_id=project, sha256=sha, filename="b.png", width=1, height=1, format="PNG", bytes=5,
                split=enums.Split.POOL,
            )
        )  # fmt: skip
        cycle = add(
            Cycle(
                project_id=project, number=2, budget=2, state=enums.CycleState.LABELLING,
                opened_at=soon - LATER,
                plan=plan_named("random").model_dump(mode="json"), queued=2,
                strategy=enums.QueryStrategyName.RANDOM,
            )
        )  # fmt: skip
        item = add(
            QueueItem(
                cycle_id=cycle.id, image_id=image.id, position=0, state=enums.QueueItemState.ANSWERED,
                done_by=[other.user.id],
            )
        )  # fmt: skip
        add(QueueItem(cycle_id=cycle.id, image_id=ids["image_id"], position=1))
        add(
            Label(
                image_id=ids["image_id"],
                project_id=project,
                class_id=ids["class_id"],
                source=enums.LabelSource.IMPORT,
            )
        )
        said = add(
            Assignment(
                queue_item_id=item.id, user_id=other.user.id, expires_at=soon,
                state=enums.AssignmentState.ANSWERED,
            )
        )  # fmt: skip
        add(
            Annotation(
                project_id=project, image_id=image.id, assignment_id=said.id, user_id=other.user.id,
                class_id=ids["class_id"], revision=1,
            )
        )  # fmt: skip
        secret = uuid4().hex
        add(
            Invitation(
                project_id=project, role=enums.Role.ANNOTATOR, secret_hash=fingerprint(secret),
                expires_at=soon, invited_by_id=other.user.id,
            )
        )  # fmt: skip
        add(PasswordLink(user_id=other.user.id, secret_hash=fingerprint(secret), expires_at=soon))
    ids |= {"user_id": other.user.id}
    paths = {name: str(value) for name, value in ids.items()}
    mine = paths.get("assignment_id", str(said.id))
    return Live(
        paths,
        {
            "assignment_id": mine,
            "ids": [mine],
            "image_id": paths["image_id"],
            "class": "cat",
            "class_id": paths["class_id"],
            "into": str(dog.id),
            "to": str(other.user.id),
            "annotator": str(other.user.id),
            "user_id": str((caller or other).user.id),
            "email": other.user.email,
            "password": PASSWORD,
            "secret": secret,
            "old_password": PASSWORD,
            "cycle_id": paths["cycle_id"],
            "cycle": 1,
            "model_id": paths["model_id"],
            "uri": "file:///etc",
        },
    )
