"""What is shown with control images where the others come with the task model's suggestion.

Nobody asked the model about them, and it has mostly learned them: its own word would be right and sure where
it is neither for the images of a queue. So a suggestion is drawn: the class as the model mistakes classes on
held-out images, the confidence between those of the queue items before and after it: a queue may be in the
order of confidence, and no two images have the same one.
"""

from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import controls, learning
from app.db.class_sets import ClassSets
from app.db.models import Class, Control, Cycle, Model, Project
from app.domain.controls import between, drawn, weighted
from app.domain.project_settings import ProjectSettings


class StandIns:
    """The suggestions of one cycle's control images. The model is read once, and only if one is needed."""

    def __init__(self, db: Session, project: Project, cycle: Cycle) -> None:
        self._db = db
        self._cycle = cycle
        self._audit_share = ProjectSettings.model_validate(project.settings).audit_share
        self._sets = ClassSets(db, project.id)

    @cached_property
    def _model(self) -> Model | None:
        return learning.latest_model(self._db, self._cycle.project_id)

    @cached_property
    def _told(self) -> list[Class | None]:
        return learning.told_by(self._db, self._model) if self._model else []

    def suggestion(self, control: Control, user_id: UUID, position: int) -> dict[str, Any]:
        """Return the columns of a control item that say what is shown; empty where nothing is."""

        def chance(about: object) -> float:
            return drawn(self._cycle.control_key, about, user_id, control.id)

        near = controls.scores_before(self._db, self._cycle.id, position)
        if not near or chance("audit") < self._audit_share:
            return {}
        score = between(near[0], near[1] if len(near) > 1 else None, chance("score"))
        if control.class_ids is not None:
            present = self._sets.present(control.class_ids)
            kept = [row.id for row in present if chance(row.id) < self._recalls.get(row.id, 1.0)]
            return {"score": score, "suggested_class_ids": sorted(kept)}
        known = self._sets.present([control.class_id] if control.class_id else [])
        if not known:
            return {}
        return {"score": score, "suggested_class_id": self._mistaken(known[0].id, chance("class"))}

    def _mistaken(self, known: UUID, number: float) -> UUID:
        """What the model takes such images for, as often as it does; the known class if nobody knows."""
        counts: dict[UUID, float] = {}
        confusion = self._model.metrics.get("confusion", []) if self._model else []
        for row, true in zip(confusion, self._told, strict=False):
            if true is None or true.id != known:
                continue
            for count, predicted in zip(row, self._told, strict=False):
                if predicted is not None:
                    counts[predicted.id] = counts.get(predicted.id, 0) + count
        place = weighted(list(counts.values()), number)
        return known if place is None else list(counts)[place]

    @cached_property
    def _recalls(self) -> dict[UUID, float]:
        """How much of each class the model finds."""
        marks = self._model.metrics.get("per_class", []) if self._model else []
        return {
            row.id: mark["recall"]
            for row, mark in zip(self._told, marks, strict=False)
            if row is not None and mark["recall"] is not None
        }
