"""What is kept counted is what a plain count of the rows comes to, whatever people did."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.db import label_counts, projects, tallies, votes
from app.db.models import (
    Annotation,
    Assignment,
    Cycle,
    Image,
    Label,
    LabelCount,
    PretextRun,
    PretextScore,
    QueueItem,
)
from app.db.session import unit_of_work
from app.domain.enums import AssignmentState, CycleState, QueueItemState, Split
from tests.digits import digits, zip_of
from tests.service.ranked import ranked
from tests.service.test_classes import merge, unmerge
from tests.service.test_jobs import wait_until
from tests.service.test_labelling import say, take
from tests.service.test_overlap import people, schema_id
from tests.stack import MakeProject, Person, Project, Stack, quiet

CLASSES = "345"


class Walk:
    """People who do at random what can be done, and now and then the end of a cycle."""

    def __init__(self, project: Project, who: list[Person], seed: int) -> None:
        self.project, self.who, self.random = project, who, Random(seed)
        self.merged: dict[str, str] = {}

    def step(self) -> None:
        """Do something; what is not possible just now is refused, and changes nothing."""
        acts = {self.answer: 12, self.skip: 3, self.take_back: 4, self.review: 3, self.send_back: 3}
        acts |= {self.merge: 1, self.unmerge: 1}
        self.random.choices(list(acts), list(acts.values()))[0]()

    def answer(self) -> None:
        person = self.random.choice(self.who)
        for item in take(person, self.project, 1):
            say(person, item["id"], self.random.choice(CLASSES))
            if self.random.random() < 0.3:
                say(person, item["id"], self.random.choice(CLASSES))

    def skip(self) -> None:
        person = self.random.choice(self.who)
        for item in take(person, self.project, 1):
            person.client.request("DELETE", f"/assignments/{item['id']}", json={"reason": "dark"})

    def take_back(self) -> None:
        person = self.random.choice(self.who)
        with unit_of_work() as work:
            mine = select(Assignment.id).where(Assignment.user_id == person.user.id)
            ids = list(work.session.scalars(mine.order_by(Assignment.id)))
        if ids:
            one = {"assignment_id": str(self.random.choice(ids)), "retract": True}
            body = {"user_id": str(person.user.id), "items": [one]}
            person.client.request("POST", f"/projects/{self.project.id}/answers", json=body)

    def review(self) -> None:
        body = {"class": self.random.choice(CLASSES)}
        self.project.client.request("PUT", f"/projects/{self.project.id}/labels/{self.image()}", json=body)

    def send_back(self) -> None:
        path = f"/projects/{self.project.id}/images/{self.image()}/return"
        body = {"comment": "look again", "to": str(self.random.choice(self.who).user.id)}
        self.project.client.request("POST", path, json=body)

    def merge(self) -> None:
        name, into = self.random.sample(CLASSES, 2)
        merge_is_possible = not self.merged
        if merge_is_possible and merge(self.project, name, into).is_success:
            self.merged[name] = schema_id(self.project, name)

    def unmerge(self) -> None:
        for name, key in list(self.merged.items()):
            if unmerge(self.project, key).is_success:
                del self.merged[name]

    def image(self) -> str:
        return self.random.choice(self.images())

    def images(self) -> list[str]:
        with unit_of_work() as work:
            query = select(Image.id).where(Image.project_id == UUID(self.project.id))
            return [str(key) for key in work.session.scalars(query.order_by(Image.id))]

    def losses(self) -> dict[str, float]:
        """Losses of most images, whether they have labels or not."""
        return {image: self.random.random() for image in self.images() if self.random.random() < 0.8}

    def next_cycle(self) -> None:
        """Close the cycle that is open, with whatever is left in it, and open another one."""
        for cycle in self.cycles():
            self.project.client.request("POST", f"/cycles/{cycle['id']}/closure")
        wait_until(lambda: all(cycle["state"] == "done" for cycle in self.cycles()))
        self.project.start_cycle(budget=6)

    def cycles(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.project.client.call("GET", f"/projects/{self.project.id}/cycles")[
            "items"
        ]
        return found


def labels_of(project: UUID, *, of_open_cycle: bool = True) -> Counter[tuple[Split, tuple[UUID | None, ...]]]:
    """A plain count of the labels."""
    with unit_of_work() as work:
        rows = work.session.execute(
            select(Image.split, Label.class_id, Cycle.state)
            .join(Image, Image.id == Label.image_id)
            .outerjoin(Cycle, Cycle.id == Label.cycle_id)
            .where(Label.project_id == project)
        ).all()
    return Counter(
        (split, (class_id,))
        for split, class_id, state in rows
        if of_open_cycle or state is not CycleState.LABELLING
    )


def check_labels(project: UUID) -> None:
    plain, still = labels_of(project), labels_of(project, of_open_cycle=False)
    with unit_of_work() as work:
        kept = label_counts.counts(work.session, [project])
        without = label_counts.counts(work.session, [project], [project])
        labelled = projects.labelled_counts(work.session, [project])[project]
    assert {(said.split, said.classes): count for said, count in kept.items()} == plain
    assert {(said.split, said.classes): count for said, count in without.items()} == still
    assert labelled == sum(count for (split, _), count in plain.items() if split is Split.POOL)


def check_batches(project: UUID, runs: list[UUID]) -> None:
    batch_of = select(PretextScore.pool_batch, Cycle.state).join(
        Label, Label.image_id == PretextScore.image_id
    )
    batch_of = batch_of.outerjoin(Cycle, Cycle.id == Label.cycle_id)
    with unit_of_work() as work:
        for key in runs:
            rows = work.session.execute(batch_of.where(PretextScore.pretext_run_id == key)).all()
            run = work.session.get_one(PretextRun, key)
            every = label_counts.by_batch(work.session, run, of_open_cycle=True)
            still = label_counts.by_batch(work.session, run, of_open_cycle=False)
            assert every == Counter(batch for batch, _ in rows)
            assert still == Counter(batch for batch, state in rows if state is not CycleState.LABELLING)


def check_tallies(project: UUID) -> None:
    with unit_of_work() as work:
        db = work.session
        of_cycle = select(QueueItem.cycle_id, QueueItem.state, func.count()).join(Cycle)
        images: dict[UUID, dict[str, int]] = {}
        grouped = of_cycle.where(Cycle.project_id == project).group_by(QueueItem.cycle_id, QueueItem.state)
        for cycle_id, state, count in db.execute(grouped):
            images.setdefault(cycle_id, {})[state] = count
        answers = db.execute(
            select(Assignment.id, Assignment.user_id, Assignment.state, Annotation)
            .join(Annotation, Annotation.assignment_id == Assignment.id)
            .where(Annotation.project_id == project)
        ).all()
        stand = {key: user for key, user, state, _ in answers if state is AssignmentState.ANSWERED}
        first = {
            key: min(a.created_at for k, _, _, a in answers if k == key and a.retracted_at is None)
            for key in stand
        }
        said = Counter(a.class_id for *_, a in answers)
        kept = tallies.of_cycles(db, list(images), tallies.Part.IMAGES)
        people = tallies.of_project(db, project, tallies.Part.PEOPLE)
        classes = tallies.of_project(db, project, tallies.Part.CLASSES)
        now = datetime.now(UTC).timestamp() // tallies.QUARTER * tallies.QUARTER
        begun = [datetime.fromtimestamp(now - 900 * quarters, UTC) for quarters in (0, 1, 95, 96, 97)]
        days = {since: tallies.by_day(db, project, since, 2) for since in begun}
        several = set(db.scalars(votes.by_several(project)))
        counted = {
            (row.image_id, row.user_id) for row in db.scalars(votes.counted(Annotation.project_id == project))
        }
        skipped = select(QueueItem.image_id).join(Assignment).where(Assignment.reason.isnot(None))
        skips = set(db.scalars(skipped.join(Cycle).where(Cycle.project_id == project)))
    assert {
        key: {QueueItemState(state): n for state, n in one.items()} for key, one in kept.items()
    } == images
    assert people == Counter(stand.values())
    assert classes == said
    for since, kept_days in days.items():
        ago = [(stand[key], (at - since) // timedelta(days=1)) for key, at in first.items()]
        plain = Counter((user, min(day, 1)) for user, day in ago if day >= 0)
        assert {
            (user, day): n for user, mine in kept_days.items() for day, n in enumerate(mine) if n
        } == plain
    assert {a[0] for a, b in combinations(sorted(counted), 2) if a[0] == b[0]} <= several
    assert skips <= several


@pytest.mark.parametrize("seed", range(3))
def test_kept_counts_are_plain_counts_whatever_people_did(
    stack: Stack, make_project: MakeProject, tmp_path: Any, seed: int
) -> None:
    made = make_project(
        pool=24, test=4, plan="random", overlap=1 + seed, overlap_share=0.6, auto_next_cycle=False
    )
    made.start_cycle(budget=8)
    walk = Walk(made, people(stack, made, 3), seed)
    project = UUID(made.id)
    runs: list[UUID] = []
    for number in range(3):
        runs.append(ranked(made, walk.losses()))
        for _ in range(5):
            for _ in range(5):
                walk.step()
            check_labels(project)
            check_tallies(project)
            check_batches(project, runs)
        if number == 0:
            more = zip_of(tmp_path / "more.zip", digits()[60:66])
            made.client.wait_for_job(made.client.upload(made.id, more, "use"), quiet)
        if number < 2:
            walk.next_cycle()
    rows = select(func.count()).where(LabelCount.project_id == project)
    with unit_of_work() as work:
        label_counts.add_up(work.session, most=0)
        left = work.session.scalar(rows)
        assert left == len(label_counts.counts(work.session, [project], [project]))
    check_labels(project)
    check_batches(project, runs)
