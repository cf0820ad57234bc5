"""What an import would do is told before it does anything."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from app.db.models import Job
from app.db.session import unit_of_work
from tests.digits import digits
from tests.service.test_imports import images, png
from tests.stack import MakeProject, Project, Stack, quiet
from workers.tasks.sweep import clear_uploads


def preview(project: Project, files: list[tuple[str, bytes]]) -> dict[str, Any]:
    """Upload files for a preview; its job, done."""
    answer = project.client.call(
        "POST",
        f"/projects/{project.id}/imports",
        files=[("file", entry) for entry in files],
        data={"preview": "true"},
    )
    job: dict[str, Any] = project.client.wait_for_job(answer["job"]["id"], quiet)
    return job


def confirm(project: Project, job: dict[str, Any], **how: Any) -> dict[str, Any]:
    answer = project.client.call("POST", f"/imports/{job['id']}/confirmation", json=how)
    result: dict[str, Any] = project.client.wait_for_job(answer["job"]["id"], quiet)["result"]
    return result


def code_of(project: Project, method: str, path: str, **options: Any) -> str:
    return str(project.client.request(method, path, **options).json()["error"]["code"])


def waiting(stack: Stack) -> set[str]:
    """The folders of uploads that are on the disk."""
    folder = stack.data_dir / "uploads"
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_a_preview_tells_all_and_imports_nothing(make_project: MakeProject) -> None:
    project = make_project(pool=1)
    known, _ = digits()[0]
    found = preview(
        project,
        [
            ("all/train/7/a.png", png("red")),
            ("all/train/7/b.png", png("blue")),
            ("all/train/zebra/c.png", png("green")),
            ("all/test/zebra/d.png", known),
            ("all/train/7/again.png", png("red")),
            ("all/words.txt", b"hello"),
            ("all/broken.png", png("blue")[:45]),
        ],
    )["result"]
    counts = ("images", "new", "known", "twice", "rejected_count", "bytes")
    size = sum(len(png(colour)) for colour in ("red", "blue", "green"))
    assert [found[name] for name in counts] == [4, 3, 1, 1, 2, size]
    assert (found["known_classes"], found["unknown_classes"]) == (["7"], ["zebra"])
    assert found["reasons"] == {"not_an_image": 1, "corrupt": 1}
    assert {(p["split"], p["folder"]): p["images"] for p in found["places"]} == {
        ("train", "7"): 2,
        ("train", "zebra"): 1,
        ("test", "zebra"): 1,
    }
    assert len(images(project)) == 1


def test_what_is_confirmed_is_what_was_previewed(make_project: MakeProject, stack: Stack) -> None:
    project = make_project()
    before = waiting(stack)
    job = preview(project, [("train/7/a.png", png("red")), ("test/8/b.png", png("blue"))])
    report = confirm(project, job, labels="use")
    assert (report["imported"], report["labelled"]) == (job["result"]["new"], 2)
    assert {image["split"] for image in images(project)} == {"pool", "test"}
    assert waiting(stack) == before
    assert code_of(project, "POST", f"/imports/{job['id']}/confirmation", json={}) == "preview_over"


def test_unknown_classes_are_made_only_if_that_is_confirmed(make_project: MakeProject) -> None:
    made = {}
    for create in (False, True):
        project = make_project()
        job = preview(project, [("zebra/a.png", png("red"))])
        report = confirm(project, job, labels="use", create_classes=create)
        classes = project.client.call("GET", f"/projects/{project.id}")["classes"]
        made[create] = (report["labelled"], "zebra" in [entry["name"] for entry in classes])
    assert made == {False: (0, False), True: (1, True)}


def test_a_discarded_preview_leaves_nothing(make_project: MakeProject, stack: Stack) -> None:
    project = make_project()
    before = waiting(stack)
    job = preview(project, [("a.png", png("red"))])
    assert waiting(stack) != before
    project.client.call("DELETE", f"/imports/{job['id']}")
    assert (waiting(stack), images(project)) == (before, [])


def grown_old(stack: Stack, job: dict[str, Any], hours: float) -> None:
    """Let a job have ended, and its upload have come, hours ago."""
    with unit_of_work() as work:
        row = work.session.get_one(Job, job["id"])
        past = timedelta(hours=hours)
        ended = (
            update(Job).where(Job.id == row.id).values(finished_at=row.finished_at and row.finished_at - past)
        )
        work.session.execute(ended)
        folder = Path(row.params["files"][0]["upload"]).parent
    then = time.time() - 3600 * hours
    os.utime(stack.data_dir / folder, (then, then))


def test_an_upload_that_nobody_confirms_is_removed_after_a_day(
    make_project: MakeProject, stack: Stack
) -> None:
    project = make_project()
    young, old = (preview(project, [(f"{name}.png", png(name))]) for name in ("red", "blue"))
    grown_old(stack, young, hours=23)
    grown_old(stack, old, hours=25)
    clear_uploads()
    assert confirm(project, young)["imported"] == 1
    assert code_of(project, "POST", f"/imports/{old['id']}/confirmation", json={}) == "preview_over"


def test_a_cancelled_import_whose_upload_is_gone_is_not_tried_again(
    make_project: MakeProject, stack: Stack
) -> None:
    project = make_project()
    job = preview(project, [("a.png", png("red"))])
    with unit_of_work() as work:
        work.session.execute(update(Job).where(Job.id == job["id"]).values(status="CANCELLED"))
    grown_old(stack, job, hours=25)
    clear_uploads()
    assert code_of(project, "POST", f"/jobs/{job['id']}/retry") == "upload_gone"


def test_folders_are_listed_below_the_import_roots_only(
    make_project: MakeProject, stack: Stack, tmp_path: Path
) -> None:
    project = make_project()
    root = stack.data_dir / "imports"
    (root / "birds" / "crow").mkdir(parents=True)
    (root / "birds" / "a.zip").write_bytes(b"")
    (root / "birds" / "a.png").write_bytes(png("red"))
    (root / "birds" / "outside").symlink_to(tmp_path)
    listed = f"/projects/{project.id}/import-folders"
    roots = project.client.call("GET", listed)["entries"]
    found = project.client.call("GET", listed, params={"path": str(root / "birds")})
    assert [entry["path"] for entry in roots] == [str(root.resolve())]
    assert ([entry["name"] for entry in found["entries"]], found["files"]) == (["a.zip", "crow"], 1)
    for path in (tmp_path, root / "birds" / "outside", root / ".." / "blobs"):
        answer = project.client.request("GET", listed, params={"path": str(path)})
        assert answer.json()["error"]["code"] == "outside_import_roots"


def test_a_folder_of_the_server_is_previewed_and_stays(make_project: MakeProject, stack: Stack) -> None:
    project = make_project()
    folder = stack.data_dir / "imports" / "kept" / "7"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(png("red"))
    body = {"uri": folder.parent.as_uri(), "preview": True}
    answer = project.client.call("POST", f"/projects/{project.id}/imports", json=body)
    job = project.client.wait_for_job(answer["job"]["id"], quiet)
    assert confirm(project, job, labels="use")["labelled"] == 1
    assert (folder / "a.png").exists()
