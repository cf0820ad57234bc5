"""Images of one shot in the live loop."""

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from app.db import duplicates
from app.db.session import unit_of_work
from tests.digits import digits, zip_of
from tests.stack import MakeProject, Project, quiet


def saved_again(data: bytes) -> bytes:
    """The same picture as another file."""
    file = io.BytesIO()
    Image.open(io.BytesIO(data)).save(file, "JPEG", quality=95)
    return file.getvalue()


def with_copies(make_project: MakeProject, folder: Path, **settings: Any) -> Project:
    """A project of six digits and a copy of each."""
    project = make_project(plan="random", **settings)
    shots = digits()[:6]
    files = [*shots, *((saved_again(data), label) for data, label in shots)]
    path = zip_of(folder / "shots.zip", files)
    project.client.wait_for_job(project.client.upload(project.id, path, "ignore"), quiet)
    return project


def listed(project: Project, **query: Any) -> list[dict[str, Any]]:
    """Images of a project that meet a filter."""
    items: list[dict[str, Any]] = project.client.call("GET", f"/projects/{project.id}/images", params=query)[
        "items"
    ]
    return items


def test_a_cycle_asks_for_each_shot_once_and_says_what_waits(
    make_project: MakeProject, tmp_path: Path
) -> None:
    project = with_copies(make_project, tmp_path)
    cycle = project.start_cycle(budget=8)
    assert (cycle["queued"], cycle["held_back"]) == (6, 6)
    assert " ".join(one["text"] for one in cycle["said"]["note"]) == cycle["note"]
    assert cycle["note"] == (
        "6 near-duplicates of images asked for now wait for a later cycle. Only 6 images were left to query."
    )


def test_the_gallery_tells_near_duplicates_and_what_they_are_like(
    make_project: MakeProject, tmp_path: Path
) -> None:
    project = with_copies(make_project, tmp_path)
    assert listed(project, near_duplicate=True) == []
    project.start_cycle(budget=6)
    copies = listed(project, near_duplicate=True)
    assert len(copies) == 6
    assert len({image["duplicate_of_id"] for image in copies}) == 6
    assert not any(image["duplicate_of_id"] for image in listed(project, near_duplicate=False))
    pair = listed(project, alike=copies[0]["duplicate_of_id"])
    assert len({image["id"] for image in pair}) == 2
    assert copies[0]["id"] in {image["id"] for image in pair}


def test_enough_other_images_need_no_note(make_project: MakeProject, tmp_path: Path) -> None:
    cycle = with_copies(make_project, tmp_path).start_cycle(budget=4)
    assert (cycle["queued"], cycle["held_back"], cycle["note"]) == (4, 6, "")


@pytest.mark.parametrize(("setting", "queued"), [("ask_once", 6), ("ask_all", 8)])
def test_the_project_decides(make_project: MakeProject, tmp_path: Path, setting: str, queued: int) -> None:
    project = with_copies(make_project, tmp_path, near_duplicates=setting)
    assert project.start_cycle(budget=8)["queued"] == queued


def test_copies_of_labelled_images_come_when_nothing_else_is_left(
    make_project: MakeProject, tmp_path: Path
) -> None:
    project = with_copies(make_project, tmp_path, budget=8)
    project.start_cycle(budget=6)
    for held in project.client.call("POST", f"/projects/{project.id}/assignments", json={"limit": 6})[
        "items"
    ]:
        project.client.call("PUT", f"/assignments/{held['id']}/annotation", json={"class": "1"})
    cycle = project.client.open_cycle(project.id, quiet)
    while cycle["number"] == 1:
        cycle = project.client.open_cycle(project.id, quiet)
    assert (cycle["number"], cycle["queued"], cycle["held_back"]) == (2, 6, 0)
    # The copies were like labelled images, and stay so though they are asked now.
    assert len(listed(project, near_duplicate=True)) == 6


def test_two_images_never_name_each_other(make_project: MakeProject, tmp_path: Path) -> None:
    project = with_copies(make_project, tmp_path)
    project.start_cycle(budget=6)
    one = listed(project, near_duplicate=True)[0]
    image, twin = UUID(one["id"]), UUID(one["duplicate_of_id"])
    with unit_of_work() as work:  # as another ranking would have them
        duplicates.keep(work.session, UUID(project.id), [image, twin], {twin: image})
    (other,) = (found for found in listed(project, near_duplicate=True) if found["id"] == str(twin))
    assert other["duplicate_of_id"] == str(image)
    assert str(image) not in {found["id"] for found in listed(project, near_duplicate=True)}
    assert len(listed(project, near_duplicate=True)) == 6
