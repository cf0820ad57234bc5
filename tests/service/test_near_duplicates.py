"""Images of one shot in the live loop."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

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
