"""Lists beside the images."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.images.pictures import pack, png
from workers.images.limits import Limits
from workers.images.manifest import BadManifest, Listed, Manifest, kind_of, read_manifest
from workers.images.sources import read_lists

ROWS: list[dict[str, Any]] = [
    {"uri": "a/1.png", "label": "cat", "split": "train"},
    {"uri": "s3://bucket/b/2.png", "label": "dog", "split": "TEST"},
    {"uri": "3.png", "label": None, "split": None},
]


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    lines = [",".join(rows[0]), *(",".join(str(value or "") for value in row.values()) for row in rows)]
    return "\r\n".join(lines).encode("utf-8-sig")


def as_jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def as_parquet(rows: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def read(name: str, data: bytes) -> Manifest:
    found = read_manifest(name, data)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("manifest.csv", as_csv(ROWS)),
        ("Manifest.JSONL", as_jsonl(ROWS)),
        ("metadata.parquet", as_parquet(ROWS)),
    ],
)
def test_a_table_says_class_and_split_by_file(name: str, data: bytes) -> None:
    found = read(name, data)
    assert len(found) == 3
    assert found.of("a/1.png") == Listed(("cat",), "train")
    assert found.of("elsewhere/2.png") == Listed(("dog",), "test")
    assert found.of("3.png") == Listed(None, None)
    assert found.of("4.png") is None


def test_paths_begin_where_the_table_lies() -> None:
    found = read("set/metadata.jsonl", as_jsonl([{"file_name": "x/1.png", "class": "cat"}]))
    assert found.of("set/x/1.png") == Listed(("cat",), None)


def test_a_name_alone_tells_only_if_one_row_has_it() -> None:
    rows = [{"path": f"{place}/1.png", "label": place} for place in "ab"]
    found = read("manifest.jsonl", as_jsonl(rows))
    assert found.of("c/1.png") is None
    assert found.of("b/1.png") == Listed(("b",), None)


@pytest.mark.parametrize(
    ("labels", "said"), [("cat|night", ("cat", "night")), (["cat"], ("cat",)), ([], ()), ("", ())]
)
def test_several_classes_are_a_list_or_joined_and_an_empty_one_is_none_of_them(
    labels: object, said: tuple[str, ...]
) -> None:
    found = read("manifest.jsonl", as_jsonl([{"uri": "1.png", "labels": labels}]))
    assert found.of("1.png") == Listed(said, None)


def task(image: str, *said: list[str], **more: Any) -> dict[str, Any]:
    """A task as Label Studio exports it."""
    results = [[{"type": "choices", "value": {"choices": one}}] for one in said]
    return {"data": {"image": image}, "annotations": [{"result": one} | more for one in results]}


@pytest.mark.parametrize(
    ("image", "file"),
    [
        ("/data/upload/3/0a1b2c3d-my%20cat.png", "my cat.png"),
        ("/data/local-files/?d=photos/day%201/cat.png", "photos/day 1/cat.png"),
        ("s3://bucket/cats/cat.png", "any/cat.png"),
        ("https://example.org/cats/cat.png?size=1", "cat.png"),
    ],
)
def test_label_studio_names_files_in_its_own_ways(image: str, file: str) -> None:
    found = read("project-1-at-2026.json", json.dumps([task(image, ["cat"])]).encode())
    assert found.of(file) == Listed(("cat",), None)


def test_of_several_annotations_most_decide_and_a_tie_says_nothing() -> None:
    tasks = [
        task("/data/upload/1/1.png", ["cat"], ["dog"], ["cat"]),
        task("/data/upload/1/2.png", ["cat"], ["dog"]),
        task("/data/upload/1/3.png", ["dog", "cat"], ["cat", "dog"]),
        task("/data/upload/1/4.png", ["cat"], was_cancelled=True),
        task("/data/upload/1/5.png"),
    ]
    found = read("export.json", json.dumps(tasks).encode())
    said = [found.of(f"{number}.png") for number in range(1, 6)]
    assert [one and one.labels for one in said] == [("cat",), None, ("cat", "dog"), None, None]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("manifest.csv", b"name,label\nx,cat", "uri, path"),
        ("manifest.csv", b"uri,split\nx.png,later", "split of x.png"),
        ("manifest.jsonl", b"{not json", "cannot be read"),
        ("manifest.jsonl", b"[1]", "cannot be read"),
        ("manifest.csv", b"\xff\xfe", "cannot be read"),
        ("metadata.parquet", b"PAR1 but no more", "cannot be read"),
        ("manifest.jsonl", b"[" * 100_000, "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(name: str, data: bytes, why: str) -> None:
    with pytest.raises(BadManifest, match=why) as caught:
        read_manifest(name, data)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"{}", b"[]", b"[1]", b"not json", b'[{"data": 1}]', b'[{"data": {}, "annotations": 1}]']
)
def test_other_json_is_passed_over(data: bytes) -> None:
    assert read_manifest("settings.json", data) is None


@pytest.mark.parametrize("uri", ["../../etc/1.png", "/etc/1.png", "..\\1.png", "file:///../1.png"])
def test_no_uri_leads_out_of_the_folder(uri: str) -> None:
    found = read("set/manifest.jsonl", as_jsonl([{"uri": uri, "label": "cat"}]))
    assert all(path.startswith("set/") and ".." not in path for path in found._by_path)


def test_lists_are_looked_for_near_the_top_only(tmp_path: Path) -> None:
    names = ["manifest.csv", "a/metadata.jsonl", "a/b/manifest.csv", "a/1.png", ".hidden/manifest.csv"]
    archive = pack(tmp_path / "a.zip", *((name, png()) for name in names))
    folder = tmp_path / "f"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png())
    for source in (archive, folder):
        found = [name for name, _ in read_lists(source, Limits(), lambda name: kind_of(name) is not None)]
        assert sorted(found) == ["a/metadata.jsonl", "manifest.csv"]


def test_lists_behind_links_are_not_read(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "f"
    for place in (outside, folder):
        place.mkdir()
    (outside / "manifest.csv").write_bytes(b"uri")
    (folder / "linked").symlink_to(outside)
    (folder / "manifest.csv").symlink_to(outside / "manifest.csv")
    assert list(read_lists(folder, Limits(), lambda name: True)) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("manifest.jsonl", as_jsonl([{"uri": "1.png", "label": "c\0t"}])),
        ("manifest.jsonl", as_jsonl([{"uri": "1.png", "labels": ["c\ud800t", " "]}])),
        ("manifest.csv", b"uri,labels\n1.png,c\x01t| "),
    ],
)
def test_what_no_database_can_keep_is_replaced_in_names_of_classes(name: str, data: bytes) -> None:
    assert read(name, data).of("1.png") == Listed(("c\N{REPLACEMENT CHARACTER}t",), None)


def test_what_is_wrong_with_a_list_can_be_told() -> None:
    with pytest.raises(BadManifest) as caught:
        read_manifest("manifest.csv", b"uri,split\n1.png,\0\n\0,nowhere\n")
    assert str(caught.value).isprintable()
