"""The images of a project, filtered and ordered."""

from collections.abc import Iterator
from itertools import chain, product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db import gallery
from app.db.models import Cycle, Image, QueueItem
from app.db.session import unit_of_work
from app.domain.enums import Role
from app.domain.image_filter import ImageFilter, Order
from tests.service.ranked import ranked
from tests.service.test_labelling import say, take
from tests.stack import MakeProject, Person, Project, Stack


def found(project: Project, *, who: Person | None = None, **query: Any) -> list[str]:
    client = who.client if who else project.client
    items = client.call("GET", f"/projects/{project.id}/images", params=query)["items"]
    return [item["id"] for item in items]


def counted(project: Project, **query: Any) -> int:
    return int(project.client.call("GET", f"/projects/{project.id}/images/count", params=query)["images"])


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    made = make_project(pool=6, test=2, plan="random", auto_next_cycle=False)
    made.start_cycle(budget=4)
    return made


def answer(person: Person, item: dict[str, Any], name: str, **more: object) -> None:
    person.client.call("PUT", f"/assignments/{item['id']}/annotation", json={"class": name} | more)


def test_each_filter_lets_through_what_meets_it_and_counts_it(project: Project, owner: Person) -> None:
    first, second, third, fourth = take(owner, project, 4)
    say(owner, first["id"], "3")
    answer(owner, second, "4", flagged=True)
    owner.client.call("DELETE", f"/assignments/{third['id']}", json={"reason": "dark"})
    by_filter: dict[str, tuple[Any, list[str]]] = {
        "class": ("3", [first["image"]]),
        "source": ("annotation", [first["image"], second["image"]]),
        "cycle": (1, [one["image"] for one in (first, second, third, fourth)]),
        "annotator": (str(owner.user.id), [first["image"], second["image"]]),
        "flagged": (True, [second["image"]]),
        "skipped": (True, [third["image"]]),
    }
    for name, (value, images) in by_filter.items():
        assert sorted(found(project, **{name: value})) == sorted(images), name
        assert counted(project, **{name: value}) == len(images), name
    assert counted(project) == 8
    assert counted(project, flagged=False) == 7
    assert counted(project, split="test") == 2
    assert counted(project, labelled=True, split="pool") == 2


def test_a_name_is_searched_as_it_is_written(project: Project) -> None:
    name = project.client.call("GET", f"/projects/{project.id}/images")["items"][0]["filename"]
    assert counted(project, filename=name.upper()) == 1
    assert counted(project, filename="%") == 0


def test_an_answer_taken_back_flags_no_more(project: Project, owner: Person) -> None:
    (mine,) = take(owner, project, 1)
    answer(owner, mine, "3", flagged=True)
    body = {"user_id": str(owner.user.id), "items": [{"assignment_id": mine["id"], "retract": True}]}
    owner.client.call("POST", f"/projects/{project.id}/answers", json=body)
    assert found(project, flagged=True) == []


def test_images_are_ordered_by_how_sure_the_model_is(project: Project) -> None:
    with unit_of_work() as work:
        items = select(QueueItem).join(Cycle).where(Cycle.project_id == UUID(project.id))
        rows = work.session.scalars(items.order_by(QueueItem.position)).all()
        for item, score in zip(rows, (0.4, 0.9, 0.2, 0.6), strict=True):
            work.session.get_one(Image, item.image_id).confidence = score
        expected = [str(rows[place].image_id) for place in (2, 0, 3, 1)]
    assert found(project, order="least_sure")[:4] == expected
    assert len(found(project, order="least_sure")) == 8


def pages(project: Project, **query: Any) -> Iterator[list[str]]:
    """The images of page after page."""
    cursor: str | None = ""
    while cursor is not None:
        asked = query | ({"cursor": cursor} if cursor else {})
        page = project.client.call("GET", f"/projects/{project.id}/images", params=asked)
        yield [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]


def losses_of(project: Project, scored: int) -> dict[str, float]:
    """A loss for the first so many images; the middle ones have the same."""
    return {image: float(place // 3) for place, image in enumerate(found(project)[:scored])}


@pytest.mark.parametrize("order", ["oldest", "newest", "hardest", "easiest", "least_sure", "filename"])
def test_pages_hold_every_image_once_while_labels_come(project: Project, owner: Person, order: str) -> None:
    ranked(project, losses_of(project, 6))
    seen: list[str] = []
    for page in pages(project, order=order, limit=3):
        seen += page
        if held := take(owner, project, 1):
            say(owner, held[0]["id"], "3")
    assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize("scored", [0, 4, 6, 8])
@pytest.mark.parametrize("order", ["hardest", "easiest"])
def test_images_without_a_loss_come_behind_all_others(project: Project, order: str, scored: int) -> None:
    losses = losses_of(project, scored)
    if losses:
        ranked(project, losses)
    hardest = order == "hardest"
    with_loss = sorted(losses, key=lambda image: (losses[image], image), reverse=hardest)
    without = sorted(set(found(project)) - set(losses), reverse=hardest)
    read = list(pages(project, order=order, limit=3))
    assert list(chain(*read)) == with_loss + without
    assert [len(page) for page in read] == [3, 3, 2]


@pytest.mark.parametrize("order", ["hardest", "easiest"])
def test_a_page_looks_at_so_many_images_for_those_without_a_loss(
    project: Project, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "LOOKED_AT", 2)
    images = found(project)
    ranked(project, dict.fromkeys(images[1:7], 1.0))
    read: list[list[UUID]] = []
    cursor: str | None = ""
    with unit_of_work() as work:
        while cursor is not None:
            page, cursor = gallery.page(
                work.session, UUID(project.id), ImageFilter(), order=order, cursor=cursor, limit=4
            )
            read.append([image.id for image, *_ in page])
    without = [UUID(images[0]), UUID(images[7])]
    # Six with a loss, and four times two images, of which the first and the last have none.
    assert [len(page) for page in read] == [4, 3, 0, 0, 1, 0]
    assert [*read[1][2:], *read[4]] == (without[::-1] if order == "hardest" else without)


@pytest.mark.parametrize("order", ["oldest", "newest", "hardest", "easiest", "least_sure", "filename"])
def test_a_page_looks_at_so_many_images_for_names_that_contain_something(
    project: Project, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = found(project)
    ranked(project, dict.fromkeys(images[1:6], 1.0))
    named = {images[0], images[3], images[4], images[7]}
    with unit_of_work() as work:
        for image in named:
            work.session.get_one(Image, UUID(image)).filename += " of Interest"
    inside = [image for image in chain(*pages(project, order=order)) if image in named]
    for most, limit in product((2, 3, 8, 9), (1, 4)):
        monkeypatch.setattr(gallery, "LOOKED_AT", most)
        read: list[list[str]] = []
        cursor: str | None = ""
        with unit_of_work() as work:
            while cursor is not None:
                wanted = ImageFilter(filename="of interest")
                page, cursor = gallery.page(
                    work.session, UUID(project.id), wanted, order=order, cursor=cursor, limit=limit
                )
                read.append([str(image.id) for image, *_ in page])
        assert list(chain(*read)) == inside
        assert max(map(len, read)) <= limit
        # As many pages as it takes to look at all, and an empty one at the end; by loss, in two parts.
        assert len(read) <= 8 // most + len(inside) // limit + 3


def test_a_pool_batch_by_loss_holds_none_without_a_loss(project: Project) -> None:
    first, second, third, fourth, *_ = found(project)
    ranked(project, {first: 4, second: 3, third: 2, fourth: 1})
    assert list(pages(project, order="easiest", pool_batch=2, limit=1)) == [[fourth], [third]]
    assert counted(project, pool_batch=2) == 2


@pytest.mark.parametrize("query", [{"flagged": True}, {"skipped": False}, {"order": "least_sure"}])
def test_annotators_do_not_ask_what_others_said(
    stack: Stack, project: Project, query: dict[str, object]
) -> None:
    annotator = stack.person()
    project.add(annotator, Role.ANNOTATOR)
    refused = annotator.client.request("GET", f"/projects/{project.id}/images", params=query)
    assert refused.status_code == 403
    assert len(found(project, who=annotator, split="pool")) == 6


def test_an_unknown_filter_is_refused(project: Project) -> None:
    refused = project.client.request("GET", f"/projects/{project.id}/images", params={"colour": "red"})
    assert refused.status_code == 422
