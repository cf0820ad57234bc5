"""Odd and damaged lists: each is read, refused as a list, or is no list; and what it says can be kept."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from app.config import get_settings
from app.domain.addresses import Address, parse
from tests.fuzz.count import count
from tests.fuzz.effort import tries
from tests.fuzz.mutations import damaged, json_values
from tests.images.pictures import png
from workers.images.found import Rejected, SourceFile, printable
from workers.images.limits import Limits
from workers.images.listed_source import ListedSource
from workers.images.manifest import BadManifest, Listed, Manifest, as_listed, read_manifest, read_table

ROWS: list[dict[str, Any]] = [
    {"uri": "a/1.png", "label": "cat", "split": "train", "place": "north", "size": 3.5},
    {"uri": "2.png", "label": "dog", "split": "TEST", "place": None, "size": None},
]
_FILE = SourceFile("a/1.png", None, None, b"")
_KEYS = ["label", "class", "labels", "classes", "metadata", "x", "\ud800"]
_TASK_KEYS = ["data", "annotations", "image", "result", "value", "choices", "type", "was_cancelled"]


def _csv() -> bytes:
    lines = [",".join(ROWS[0]), *(",".join(str(value or "") for value in row.values()) for row in ROWS)]
    return "\r\n".join(lines).encode("utf-8-sig")


def _jsonl() -> bytes:
    return "\n".join(json.dumps(row | {"labels": ["a", "b"], "metadata": {"n": 1}}) for row in ROWS).encode()


def _parquet(**options: Any) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), buffer, **options)
    return buffer.getvalue()


def _tasks() -> bytes:
    result = {"type": "choices", "value": {"choices": ["cat"]}}
    task = {"data": {"image": "/data/upload/1/12345678-1.png"}, "annotations": [{"result": [result]}]}
    return json.dumps([task, task]).encode()


def look(name: str, data: bytes) -> None:
    """Read a list, and check that what it says of files, or what is wrong with it, can be kept."""
    count("lists")
    found, wrong = _read(name, data)
    assert wrong == printable(wrong)
    for listed in found._by_path.values() if found else ():
        can_be_kept(listed)


def _read(name: str, data: bytes) -> tuple[Manifest | None, str]:
    try:
        return read_manifest(name, data), ""
    except BadManifest as error:
        return None, str(error)


def can_be_kept(listed: Listed) -> None:
    item = as_listed(_FILE, listed)
    if isinstance(item, Rejected):
        assert item.code == "metadata_too_large"
        return
    for label in item.classes or ():
        assert label == printable(label)
    text = json.dumps(item.metadata, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text
    assert text.encode().decode() == text


@tries(900)
@given(data=damaged([_csv()]))
def test_damaged_csv(data: bytes) -> None:
    look("manifest.csv", data)


@tries(900)
@given(data=damaged([_jsonl()]))
def test_damaged_json_lines(data: bytes) -> None:
    look("manifest.jsonl", data)


@tries(900)
@given(data=damaged([_tasks()]))
def test_damaged_tasks(data: bytes) -> None:
    look("tasks.json", data)


@tries(900)
@given(data=damaged([_parquet(), _parquet(compression="none", use_dictionary=False)]))
def test_damaged_parquet(data: bytes) -> None:
    look("metadata.parquet", data)


@tries(500)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"uri": st.sampled_from(["a/1.png", "2.png", "\ud800"])},
            optional={key: json_values() for key in _KEYS},
        ),
        max_size=3,
    )
)
def test_rows_of_odd_values(rows: list[dict[str, Any]]) -> None:
    look("metadata.jsonl", "\n".join(map(json.dumps, rows)).encode())


def _nested() -> st.SearchStrategy[Any]:
    keys = st.sampled_from(_TASK_KEYS)
    return st.recursive(
        st.one_of(json_values(), st.just("choices"), st.just("a/1.png")),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)),
        max_leaves=12,
    )


@tries(500)
@given(tasks=st.lists(st.fixed_dictionaries({"data": _nested(), "annotations": _nested()}), max_size=3))
def test_tasks_of_odd_values(tasks: list[Any]) -> None:
    look("tasks.json", json.dumps(tasks).encode())


@tries(300)
@given(
    uri=st.one_of(st.text(max_size=20), damaged([b"s3://bucket/a/1.png"]).map(lambda b: b.decode("latin-1")))
)
def test_odd_paths_name_nothing_outside(uri: str) -> None:
    count("lists")
    for path in Manifest("", [(uri, Listed(None, None))])._by_path:
        assert ".." not in path.split("/")
        assert not path.startswith("/")


_ADDRESSES = [
    *("file:///etc/passwd", "s3://bucket/1.png", "https://127.0.0.1/1.png", "../1.png", "1.png", "a/1.png"),
    *("file://host/1.png", "data:image/png;base64,AAAA", "https://[::1]/", "gs://b", "//x/y", "~/1.png"),
]
_TEXTS = st.one_of(
    st.sampled_from(_ADDRESSES),
    damaged([one.encode() for one in _ADDRESSES], most_edits=2).map(lambda data: data.decode("latin-1")),
    st.text(st.characters(codec=None), min_size=1, max_size=12),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("listed")
    (folder / "1.png").write_bytes(png())
    return folder


@pytest.mark.parametrize("place", ["path", "bucket", "nowhere"])
@tries(150)
@given(texts=st.lists(_TEXTS, min_size=1, max_size=3))
def test_rows_that_name_odd_places_are_refused_alone(folder: Path, place: str, texts: list[str]) -> None:
    count("addresses", len(texts))
    before = get_settings().import_roots
    get_settings().import_roots = [folder]
    beside: dict[str, Path | Address | None] = {
        "path": folder,
        "bucket": parse("s3://bucket/a/"),
        "nowhere": None,
    }
    try:
        source = ListedSource("list", beside[place], [(text, Listed(None, None)) for text in texts])
        items = list(source.read(Limits()))
    finally:
        get_settings().import_roots = before
    assert len(items) == len(texts)
    for item in items:
        assert item.name == printable(item.name)
        assert isinstance(item, Rejected) or item.data == png()


@pytest.mark.parametrize("name", ["manifest.csv", "manifest.jsonl", "metadata.parquet"])
def test_a_table_must_be_readable(name: str) -> None:
    with pytest.raises(BadManifest):
        read_table(name, b"\xff\xfe\0")
