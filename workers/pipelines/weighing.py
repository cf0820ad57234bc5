"""Labels by how reliable people are, worked out from all answers when a cycle's labelling has closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from app.db import classes, learning, projects, votes, weighing
from app.db.session import unit_of_work
from app.domain.enums import LabelRule
from workers.ml.reliability import Answers, chosen, estimate
from workers.pipelines.claim import Claim


@dataclass(frozen=True)
class _Told:
    """Image, person and class of every counted answer where several people answered, and what is settled."""

    cycle_id: UUID
    rows: list[tuple[UUID, UUID, UUID]]
    reviewed: Mapping[UUID, UUID]
    of_cycle: set[UUID]


def weigh(claim: Claim) -> int:
    """Settle the cycle's images that several people answered; returns how many, 0 under other rules.

    Answers of earlier cycles, and what reviewers settled, help to know people; labels of earlier cycles stay.
    Where two classes are equally probable the image stays as the majority left it. Run again, it changes
    nothing.
    """
    told = _read(claim)
    if told is None or not told.rows:
        return 0
    images = sorted({row[0] for row in told.rows})
    people = sorted({row[1] for row in told.rows})
    settled = {image: told.reviewed[image] for image in images if image in told.reviewed}
    names = sorted({row[2] for row in told.rows}.union(settled.values()))
    place = {key: at for column in (images, people, names) for at, key in enumerate(column)}
    image, person, said = (np.array([place[row[at]] for row in told.rows]) for at in range(3))
    known = np.array([place[settled[key]] if key in settled else -1 for key in images])
    answers = Answers(image, person, said, known, len(people), len(names))
    result = estimate(answers)
    found = {
        key: names[at]
        for key, at in zip(images, chosen(answers, result.probs), strict=True)
        if at is not None and key in told.of_cycle and key not in settled
    }
    with claim.step() as work:
        db = work.session
        projects.lock_shared(db, claim.project_id)
        cycle = learning.lock_cycle(db, told.cycle_id)
        assert cycle is not None  # noqa: S101  # a deleted cycle takes its job along, so the claim was lost
        present = classes.present_of(db, claim.project_id)  # a class may have been merged meanwhile
        ends = {key: present[class_id] for key, class_id in found.items()}
        weighing.accept(db, cycle, {key: row.id for key, row in ends.items() if row is not None})
        shares = zip(people, result.reliability.tolist(), strict=True)
        cycle.reliability = {str(key): share for key, share in shares}
    return len(found)


def _read(claim: Claim) -> _Told | None:
    with unit_of_work() as work:
        db = work.session
        cycle = learning.cycle_of_job(db, claim.job_id)
        if cycle is None or cycle.label_rule is not LabelRule.DAWID_SKENE:
            return None
        rows = votes.compared(db, claim.project_id)
        return _Told(
            cycle_id=cycle.id,
            rows=[(image, person, said) for image, person, said, _ in rows if said is not None],
            reviewed=weighing.reviewed(db, claim.project_id),
            of_cycle=weighing.images_of(db, cycle.id),
        )
