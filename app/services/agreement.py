"""How far a project's annotators agree."""

from collections import Counter
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import accounts, learning, projects, votes
from app.db.class_sets import ClassSets
from app.domain import agreement
from app.schemas.agreement import AnnotatorAgreement, AnnotatorOut, ClassAgreement, PairOut

# A class, or a set of them: two sets agree if they are equal.
Answer = UUID | frozenset[UUID]


def of_project(db: Session, project_id: UUID) -> AnnotatorAgreement:
    """Compare the answers that count, of all images that two people answered at least."""
    by_image: dict[UUID, dict[UUID, Answer]] = {}
    sets = ClassSets(db, project_id)
    for image_id, user_id, class_id, ids in votes.compared(db, project_id):
        answer = class_id or frozenset(row.id for row in sets.present(ids or []))
        by_image.setdefault(image_id, {})[user_id] = answer
    answers = list(by_image.values())
    images = [Counter(said.values()) for said in answers]
    who = Counter(user_id for said in answers for user_id in said)
    names, sure = accounts.names(db, list(who)), learning.reliability(db, project_id)
    return AnnotatorAgreement(
        images=len(images),
        answers=who.total(),
        unanimous=sum(len(said) == 1 for said in images),
        fleiss_kappa=agreement.fleiss_kappa(images),
        alpha=agreement.krippendorff_alpha(images),
        annotators=[
            AnnotatorOut(
                user_id=user_id, name=names[user_id], answers=count, reliability=sure.get(str(user_id))
            )
            for user_id, count in sorted(who.items(), key=lambda row: (names[row[0]], row[0]))
        ],
        pairs=[PairOut.model_validate(pair) for pair in agreement.pairs(answers)],
        classes=[_of_class(images, row.id, row.name) for row in projects.classes(db, project_id)],
    )


def _of_class(images: list[Counter[Answer]], class_id: UUID, name: str) -> ClassAgreement:
    binary = agreement.against_the_rest(images, lambda answer: _holds(answer, class_id))
    given = [said for said in binary if said[True]]
    return ClassAgreement(
        class_name=name,
        images=len(given),
        unanimous=sum(not said[False] for said in given),
        fleiss_kappa=agreement.fleiss_kappa(binary) if given else None,
        alpha=agreement.krippendorff_alpha(binary) if given else None,
    )


def _holds(answer: Answer, class_id: UUID) -> bool:
    return class_id in answer if isinstance(answer, frozenset) else answer == class_id
