"""What an import would do is seen before it is done."""

import zipfile
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.bench import SECONDS, comes_true
from tests.service.test_imports import png
from tests.stack import MakeProject, Project, Stack


def images(project: Project) -> list[dict[str, Any]]:
    return list(project.client.call("GET", f"/projects/{project.id}/images?limit=1000")["items"])


def uploads(stack: Stack) -> list[str]:
    return sorted(path.name for path in (stack.data_dir / "uploads").iterdir())


def test_a_dropped_folder_is_previewed_then_imported(
    page: Page, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project()
    for place, colour in (("train/7/a.png", "red"), ("train/zebra/b.png", "blue"), ("test/7/c.png", "green")):
        file = tmp_path / "animals" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(colour))
    (tmp_path / "animals" / "notes.txt").write_text("no image")

    page.goto(f"/projects/{project.id}")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(tmp_path / "animals")
    preview = page.get_by_test_id("import-preview")
    expect(preview.get_by_text("no such class")).to_be_visible(timeout=SECONDS)
    expect(preview.get_by_text("notes.txt")).to_be_visible()
    assert images(project) == []
    preview.get_by_label("Make 1 new class").check()
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_test_id("import-report")).to_contain_text("3 new", timeout=SECONDS)
    found = {(image["split"], image["label"]) for image in images(project)}
    assert found == {("pool", "7"), ("pool", "zebra"), ("test", "7")}


def test_a_manifest_beside_the_images_is_previewed_then_says_what_they_are(
    page: Page, make_project: MakeProject
) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}")
    files: list[FilePayload] = [
        {"name": "manifest.csv", "mimeType": "text/csv", "buffer": b"uri,label\na.png,7\nb.png,8\n"},
        {"name": "a.png", "mimeType": "image/png", "buffer": png("red")},
        {"name": "b.png", "mimeType": "image/png", "buffer": png("blue")},
    ]
    page.get_by_test_id("import-drop").set_input_files(files)
    preview = page.get_by_test_id("import-preview")
    expect(preview.get_by_role("cell", name="8", exact=True)).to_be_visible(timeout=SECONDS)
    expect(preview.get_by_text("manifest.csv")).to_have_count(0)
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_test_id("import-report")).to_contain_text("2 new", timeout=SECONDS)
    assert {image["label"] for image in images(project)} == {"7", "8"}


def test_a_cancelled_import_leaves_nothing(page: Page, make_project: MakeProject, stack: Stack) -> None:
    project = make_project()
    page.goto(f"/projects/{project.id}")
    page.get_by_test_id("import-drop").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": png("red")}
    )
    preview = page.get_by_test_id("import-preview")
    expect(preview).to_be_visible(timeout=SECONDS)
    before = uploads(stack)
    preview.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Drop images, a folder or a zip here")).to_be_visible()
    comes_true(lambda: len(uploads(stack)) < len(before))
    assert images(project) == []


def test_a_folder_of_the_server_is_chosen(page: Page, make_project: MakeProject, stack: Stack) -> None:
    project = make_project()
    folder = stack.data_dir / "imports" / "from-the-server" / "7"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(png("purple"))
    page.goto(f"/projects/{project.id}")
    page.get_by_role("button", name="From the server").click()
    page.get_by_role("button", name=str((stack.data_dir / "imports").resolve())).click()
    page.get_by_role("button", name="from-the-server").click()
    expect(page.get_by_role("button", name="7", exact=True)).to_be_visible()
    page.get_by_role("button", name="Preview this folder").click()
    page.get_by_test_id("import-preview").get_by_role("button", name="Import", exact=True).click(
        timeout=SECONDS
    )
    expect(page.get_by_test_id("import-report")).to_contain_text(
        "1 new, 0 known already, 1 labelled", timeout=SECONDS
    )


def test_an_engineer_takes_the_labels_away_with_their_images(page: Page, make_project: MakeProject) -> None:
    project = make_project(pool=4, test=6)
    page.goto(f"/projects/{project.id}")
    card = page.get_by_test_id("exports")
    card.get_by_label("Format").click()
    page.get_by_role("option", name="ImageFolder").click()
    expect(card.get_by_label("With the images")).to_be_checked()
    expect(card.get_by_label("With the images")).to_be_disabled()
    card.get_by_role("button", name="Export the labels").click()
    entry = card.get_by_role("listitem")
    expect(entry).to_contain_text("6 labels", timeout=60_000)
    with page.expect_download() as download:
        entry.get_by_role("link", name="Download ImageFolder").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 6


def test_an_address_is_referenced_and_its_list_is_told_on_the_images_page(
    page: Page, make_project: MakeProject, stack: Stack
) -> None:
    project = make_project()
    folder = stack.data_dir / "imports" / project.id
    folder.mkdir()
    (folder / "a.png").write_bytes(png("#123abc"))
    (folder / "shots.jsonl").write_text('{"uri": "a.png", "label": "7", "camera": "north", "lux": 3.5}\n')
    page.goto(f"/projects/{project.id}")
    page.get_by_role("button", name="From an address").click()
    dialog = page.get_by_role("dialog", name="An address")
    dialog.get_by_label("Address", exact=True).fill("s3://nobody/allows/this")
    dialog.get_by_role("button", name="Preview this address").click()
    expect(dialog.get_by_text("not below one of NEXTBATCH_IMPORT_URLS")).to_be_visible()
    dialog.get_by_label("Address", exact=True).fill((folder / "shots.jsonl").as_uri())
    dialog.get_by_label("stay where they are").check()
    dialog.get_by_role("button", name="Preview this address").click()
    preview = page.get_by_test_id("import-preview")
    expect(preview).to_be_visible(timeout=SECONDS)
    preview.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_test_id("import-report")).to_contain_text("1 new", timeout=SECONDS)
    (image,) = images(project)
    page.goto(f"/projects/{project.id}/images?image={image['id']}")
    facts = page.get_by_role("table", name="What is known of the image")
    expect(facts.get_by_role("row", name="camera north")).to_be_visible(timeout=SECONDS)
    expect(facts.get_by_role("row", name="lux 3.5")).to_be_visible()
    expect(facts.get_by_text((folder / "a.png").as_uri())).to_be_visible()
