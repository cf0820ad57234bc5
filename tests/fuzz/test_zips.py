"""Odd and damaged zips: every entry is read or refused with a code, and nothing is written anywhere."""

import io
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ManifestInvalid
from tests.fuzz.count import count
from tests.fuzz.effort import tries
from tests.fuzz.mutations import damaged
from tests.images.pictures import png
from workers.images.found import Rejected, SourceFile, UnreadableSource, printable
from workers.images.limits import Limits
from workers.images.sources import LocalSource
from workers.pipelines import import_files

LIMITS = Limits(file_bytes=100_000, entries=12, total_bytes=300_000)
CODES = {
    *("not_an_image", "too_large", "total_too_large", "too_many_entries", "unsafe_path", "link"),
    *("not_a_file", "encrypted", "bomb", "corrupt", "unsupported_compression", "not_a_zip", "unreadable"),
    "metadata_too_large",
}
_NAMES = st.one_of(
    st.sampled_from([
        *("a.png", "train/cat/1.png", "../../escaped.png", "/etc/escaped.png", "C:/escaped.png", "a\\b.png"),
        *("", ".", "..", "a//b.png", "./a.png", "a/../b.png", "__MACOSX/x", ".hidden", "folder/", "x.zip"),
        *("manifest.csv", "metadata.jsonl", "m/tasks.json", "metadata.parquet", "\N{SNOWMAN}.png"),
        "n" * 2000,
    ]),
    st.text(st.characters(codec="utf-8"), max_size=12),
)  # fmt: skip
_MODES = st.sampled_from([0, 0, 0, 0o100644, 0o120777, 0o040755, 0o020666, 0o010666])


def _zip(*entries: tuple[str, int, bytes, int]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")  # names that are there twice are wanted
        for name, mode, data, method in entries:
            info = zipfile.ZipInfo()
            info.filename = info.orig_filename = name  # as it is, where the constructor would mend it
            info.external_attr = mode << 16
            info.compress_type = method
            archive.writestr(info, data)
    return buffer.getvalue()


_INNER = _zip(("a.png", 0, png(), zipfile.ZIP_STORED))
_CONTENTS = st.one_of(
    st.sampled_from([
        *(png(), _INNER, b"", b"uri,label\na.png,cat\n", b'{"uri": "a.png", "label": "\\u0000"}'),
        *(bytes(150_000), b'[{"data": {"image": "a.png"}, "annotations": [{"result": 3}]}]'),
    ]),
    st.binary(max_size=64),
)  # fmt: skip
_METHODS = st.sampled_from(
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]
)
_ENTRIES = st.lists(st.tuples(_NAMES, _MODES, _CONTENTS, _METHODS), max_size=6)
_SEEDS = [
    _zip(("train/cat/1.png", 0, png(), zipfile.ZIP_DEFLATED), ("\N{SNOWMAN}.png", 0, png(1), 0)),
    _zip(("manifest.csv", 0, b"uri,label\n1.png,cat\n", 8), ("1.png", 0, png(), 0)),
    _zip(("m/a/1.png", 0, png(), 8), ("m/b/2.png", 0o120777, b"target", 0), ("m/c.zip", 0, _INNER, 0)),
    _zip(),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in a folder, so that what leads out of it can be seen."""
    place = tmp_path_factory.mktemp("zips") / "inner"
    place.mkdir()
    return place


def look(place: Path, data: bytes) -> None:
    """Read a zip as an import does, and check what comes of it."""
    path = place / "a.zip"
    path.write_bytes(data)
    source = LocalSource(path, "a.zip")
    try:
        manifests = import_files.manifests_of([source])
    except ManifestInvalid:
        manifests = {}
    items = list(import_files.read([source], manifests))
    for item in items:
        assert item.name == printable(item.name)
        if isinstance(item, Rejected):
            assert item.code in CODES
            assert item.reason == printable(item.reason)
        else:
            assert isinstance(item, SourceFile)
            assert len(item.data) <= LIMITS.file_bytes
            for name in item.classes or ():
                assert name == printable(name)
    if not any(isinstance(item, Rejected) and item.code == "total_too_large" for item in items):
        assert import_files.count([source]) == len(items)
    assert list(place.parent.rglob("*")) == [place, path]


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_files, "limits", lambda: LIMITS)


@tries(900)
@given(entries=_ENTRIES)
def test_odd_entries_are_read_or_refused(place: Path, entries: list[tuple[str, int, bytes, int]]) -> None:
    try:
        data = _zip(*entries)
    except (ValueError, UnicodeError, struct.error):  # Python's own writer refuses
        return
    count("zips")
    look(place, data)


@tries(1600)
@given(data=damaged(_SEEDS))
def test_damaged_zips_are_read_or_refused(place: Path, data: bytes) -> None:
    count("zips")
    look(place, data)


def test_a_zip_in_a_zip_is_not_opened(place: Path) -> None:
    data = _zip(("inner.png", 0, _INNER, 0))
    (place / "b.zip").write_bytes(data)
    try:
        (item,) = LocalSource(place / "b.zip").read(LIMITS)
    finally:
        (place / "b.zip").unlink()
    assert isinstance(item, Rejected)
    assert item.code == "not_an_image"


def test_what_is_no_zip_cannot_be_read(place: Path) -> None:
    with pytest.raises(UnreadableSource):
        list(LocalSource(place / "none.zip").read(LIMITS))
