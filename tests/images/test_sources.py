import hashlib
import os
import stat
import struct
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.images.pictures import pack, png
from workers.images.limits import Limits
from workers.images.sources import Rejected, SourceFile, UnreadableSource, count_source, read_source

LIMITS = Limits()


def read(path: Path, limits: Limits = LIMITS, name: str | None = None) -> list[SourceFile | Rejected]:
    items = list(read_source(path, limits, name))
    if not any(isinstance(i, Rejected) and i.code == "total_too_large" for i in items):
        assert count_source(path, limits, name) == len(items)
    return items


def places(items: Iterable[SourceFile | Rejected]) -> dict[str, tuple[str | None, str | None]]:
    return {item.name: (item.split, item.folder) for item in items if isinstance(item, SourceFile)}


def codes(items: Iterable[SourceFile | Rejected]) -> dict[str, str]:
    return {item.name: item.code for item in items if isinstance(item, Rejected)}


def lay_out(root: Path, names: Iterable[str]) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png())
    return root


LAYOUTS = [
    ({"1.png": (None, None), "cat/2.png": (None, "cat")}),
    ({"cat/1.png": (None, "cat"), "cat/2.png": (None, "cat")}),
    ({"data/cat/1.png": (None, "cat"), "data/2.png": (None, None)}),
    (
        {
            "train/cat/1.png": ("train", "cat"),
            "val/dog/1.png": ("validation", "dog"),
            "test/1.png": ("test", None),
        }
    ),
    ({"m/Train/cat/1.png": ("train", "cat"), "m/valid/dog/1.png": ("validation", "dog")}),
    ({"m/validation/a/b/1.png": ("validation", "b")}),
    ({"train/train/1.png": ("train", "train")}),
    ({"cat/test/1.png": (None, "test"), "dog/1.png": (None, "dog")}),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_folders_tell_split_and_label(
    layout: dict[str, tuple[str | None, str | None]], tmp_path: Path
) -> None:
    archive = pack(tmp_path / "a.zip", *((name, png()) for name in layout))
    assert places(read(archive)) == layout
    assert places(read(lay_out(tmp_path / "folder", layout))) == layout


def test_readme_beside_the_single_folder_does_not_hide_it(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", ("README.md", b"hello"), ("m/train/cat/1.png", png()))
    items = read(archive)
    assert places(items) == {"m/train/cat/1.png": ("train", "cat")}
    assert codes(items) == {"README.md": "not_an_image"}
    lay_out(tmp_path / "f", ["README.md", "m/train/cat/1.png"])
    assert places(read(tmp_path / "f")) == {"m/train/cat/1.png": ("train", "cat")}


CLUTTER = ["__MACOSX/._1.png", ".DS_Store", "cat/.hidden.png", "cat/Thumbs.db", ".git/config"]
TEXTS = ["labels.csv", "notes.TXT", "meta.json", "README.md", "inner.zip", "logo.svg"]


def test_clutter_is_ignored_and_texts_are_listed(tmp_path: Path) -> None:
    names = [*CLUTTER, *TEXTS, "cat/1.png", "no_suffix"]
    archive = pack(tmp_path / "a.zip", ("empty/", b""), *((name, png()) for name in names))
    for items in (read(archive), read(lay_out(tmp_path / "f", names))):
        assert codes(items) == dict.fromkeys(TEXTS, "not_an_image")
        assert sorted(places(items)) == ["cat/1.png", "no_suffix"]


def test_nested_zip_under_another_suffix(tmp_path: Path) -> None:
    inner = pack(tmp_path / "inner.zip", ("1.png", png())).read_bytes()
    assert codes(read(pack(tmp_path / "a.zip", ("x.png", inner)))) == {"x.png": "not_an_image"}


def test_duplicates_have_the_same_content(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", ("a/1.png", png()), ("b/2.png", png()), ("a/1.png", png()))
    shas = [hashlib.sha256(item.data).hexdigest() for item in read(archive) if isinstance(item, SourceFile)]
    assert len(shas) == 3
    assert len(set(shas)) == 1


UNSAFE = [
    "../up.png", "a/../../up.png", "a/..", "/etc/cron.png", "C:/x.png", "c:x.png", "a\\b.png", "..\\up.png",
    "//host/x.png", "x" * 2000 + ".png",
]  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_names(name: str, tmp_path: Path) -> None:
    items = read(pack(tmp_path / "a.zip", (name, png()), ("ok.png", png())))
    assert list(codes(items).values()) == ["unsafe_path"]
    assert list(places(items)) == ["ok.png"]


def test_nul_in_a_name(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("evilX.png.png", png()))
    path.write_bytes(path.read_bytes().replace(b"evilX.png", b"evil\0.png"))
    assert codes(read(path)) == {"evil\N{REPLACEMENT CHARACTER}.png.png": "unsafe_path"}


def test_names_are_printable(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", ("./a//b\n\x1b[2J.png", png()))
    assert places(read(archive)) == {
        "a/b\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[2J.png": (None, "a")
    }
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.png")).write_bytes(png())
    assert list(places(read(folder))) == ["caf\N{REPLACEMENT CHARACTER}.png"]


def test_links_in_a_zip(tmp_path: Path) -> None:
    link, pipe = zipfile.ZipInfo("link.png"), zipfile.ZipInfo("pipe.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    pipe.external_attr = (stat.S_IFIFO | 0o777) << 16
    items = read(pack(tmp_path / "a.zip", (link, b"/etc/passwd"), (pipe, b"")))
    assert codes(items) == {"link.png": "link", "pipe.png": "not_a_file"}


def test_links_and_pipes_in_a_folder(tmp_path: Path) -> None:
    outside = lay_out(tmp_path / "outside", ["secret.png"])
    root = lay_out(tmp_path / "f", ["ok.png"])
    (root / "file.png").symlink_to(outside / "secret.png")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.png")
    items = read(root)
    assert codes(items) == {"file.png": "link", "folder": "link", "loop": "link", "pipe.png": "not_a_file"}
    assert list(places(items)) == ["ok.png"]
    (tmp_path / "alias").symlink_to(root)
    assert list(places(read(tmp_path / "alias"))) == ["ok.png"]


def test_unreadable_file_in_a_folder(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "f", ["a.png", "b.png"])
    (root / "a.png").chmod(0)
    items = read(root)
    if os.geteuid() != 0:  # root may read everything
        assert codes(items) == {"a.png": "unreadable"}
    assert "b.png" in places(items)


def test_folder_order_and_depth(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 300) + "/x.png"
    names = ["b.png", "a/2.png", "a/1.png", deep]
    assert list(places(read(lay_out(tmp_path, names)))) == ["a/1.png", "a/2.png", "b.png", deep]


def test_encrypted(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("1.png", png()))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert codes(read(path)) == {"1.png": "encrypted"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_cannot_be_bounded(method: int, tmp_path: Path) -> None:
    items = read(pack(tmp_path / "a.zip", ("1.png", png()), method=method))
    assert codes(items) == {"1.png": "unsupported_compression"}


def test_bombs_are_refused_without_being_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("zeros.png", "w") as file:
            for _ in range(300):
                file.write(bytes(2**20))
        archive.writestr("dense.png", bytes(5 * 2**20))
        archive.writestr("small.png", bytes(2**20))
        archive.writestr("ok.png", png())
    tracemalloc.start()
    try:
        items = read(path)
        assert tracemalloc.get_traced_memory()[1] < 6 * 2**20
    finally:
        tracemalloc.stop()
    assert codes(items) == {"zeros.png": "too_large", "dense.png": "bomb"}
    assert sorted(places(items)) == ["ok.png", "small.png"]


@pytest.mark.parametrize("declared", [1000, 2**31])
def test_a_size_that_lies(declared: int, tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("1.png", os.urandom(100) * 100))
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, 22, declared)
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, declared)
    path.write_bytes(data)
    generous = Limits(file_bytes=2**32, ratio=10**9)
    assert codes(read(path, generous)) == {"1.png": "corrupt"}


def test_limits(tmp_path: Path) -> None:
    names = ["1.png", "2.png", "3.png"]
    folder = lay_out(tmp_path / "f", names)
    size = len(png())
    for source in (pack(tmp_path / "a.zip", *((n, png()) for n in names)), folder):
        assert set(codes(read(source, Limits(file_bytes=size - 1))).values()) == {"too_large"}
        assert codes(read(source, Limits(file_bytes=size, entries=3, total_bytes=3 * size))) == {}
        items = read(source, Limits(entries=2))
        assert list(codes(items).values()) == ["too_many_entries"]
        items = read(source, Limits(total_bytes=2 * size))
        assert codes(items) == {"3.png": "total_too_large"}
        assert len(items) == 3


def test_entries_are_counted_by_the_directory_not_by_its_claim(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", *((f"{n}.png", b"") for n in range(20)))
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<HH", data, end + 8, 1, 1)
    path.write_bytes(data + b"trailing bytes are a comment to zipfile")
    assert codes(read(path, Limits(entries=19))) == {"a.zip": "too_many_entries"}
    assert len(read(path, Limits(entries=20))) == 20


def test_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    path = pack(tmp_path / "a.zip", *((f"{n}.png", png()) for n in range(5)))
    assert b"PK\x06\x06" in path.read_bytes()
    assert len(places(read(path))) == 5
    assert codes(read(path, Limits(entries=4))) == {"a.zip": "too_many_entries"}


def test_damaged_entry_spares_the_others(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("1.png", os.urandom(500)), ("2.png", png()), method=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[100] ^= 0xFF
    path.write_bytes(data)
    items = read(path)
    assert codes(items) == {"1.png": "corrupt"}
    assert list(places(items)) == ["2.png"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "not_a_zip"), (b"hello", "not_a_zip"), (b"PK\x03\x04" + bytes(99), "not_a_zip")],
)
def test_zip_that_cannot_be_opened(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    for call in (lambda: list(read_source(path, LIMITS)), lambda: [count_source(path)]):
        with pytest.raises(UnreadableSource) as caught:
            call()
        assert caught.value.code == code
        assert caught.value.message


def test_truncated_zip_and_missing_path(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("1.png", os.urandom(5000)), ("2.png", png()))
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(UnreadableSource, match="not_a_zip"):
        read(path)
    with pytest.raises(UnreadableSource, match="not_found"):
        read(tmp_path / "missing")


def test_empty_zip_and_folder(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    assert read(pack(tmp_path / "a.zip")) == []
    assert read(tmp_path / "f") == []


def test_single_file(tmp_path: Path) -> None:
    path = tmp_path / "upload.tmp"
    path.write_bytes(png())
    assert read(path, name="cat.png") == [SourceFile("cat.png", None, None, png())]
    assert read(path, name="../../x/cat.png") == [SourceFile("cat.png", None, None, png())]
    assert codes(read(path, name="labels.csv")) == {"labels.csv": "not_an_image"}
    assert codes(read(path, Limits(file_bytes=10))) == {"upload.tmp": "too_large"}
    pack(path, ("1.png", png()))
    assert list(places(read(path, name="cat.png"))) == ["1.png"]


def test_one_file_in_memory_at_a_time(tmp_path: Path) -> None:
    entry = 2**20
    data = os.urandom(entry)
    archive = pack(tmp_path / "a.zip", *((f"{n}.png", data) for n in range(40)))
    folder = tmp_path / "f"
    folder.mkdir()
    for n in range(40):
        (folder / f"{n}.png").write_bytes(data)
    for source in (archive, folder):
        tracemalloc.start()
        try:
            total = sum(
                len(item.data) for item in read_source(source, LIMITS) if isinstance(item, SourceFile)
            )
            assert total == 40 * entry
            assert tracemalloc.get_traced_memory()[1] < 6 * entry  # a file, its packed form, the one before
        finally:
            tracemalloc.stop()


def test_what_was_read_before_is_passed_over(tmp_path: Path) -> None:
    names = ["a/1.png", "a/2.png", "notes.txt", "b/3.png"]
    folder = lay_out(tmp_path / "f", names)
    archive = pack(tmp_path / "a.zip", *((name, png()) for name in names))
    for source in (folder, archive):
        whole = list(read_source(source, LIMITS))
        for passed in range(6):
            assert list(read_source(source, LIMITS, passed=passed)) == whole[passed:]
    assert list(read_source(folder / "a/1.png", LIMITS, passed=1)) == []


def test_limits_on_the_whole_count_what_is_passed_over(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "f", ["1.png", "2.png", "3.png"])
    archive = pack(tmp_path / "a.zip", *((f"{n}.png", png()) for n in range(1, 4)))
    two = Limits(total_bytes=2 * len(png()))
    for source in (folder, archive):
        assert list(codes(read_source(source, two, passed=2)).values()) == ["total_too_large"]


@settings(
    max_examples=300,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    edits=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4)), max_size=6
    )
)
def test_damage_never_raises_anything_but_unreadable_source(
    edits: list[tuple[float, bytes]], tmp_path: Path
) -> None:
    path = pack(tmp_path / "a.zip", ("train/cat/1.png", png()), ("m/\N{SNOWMAN}.png", png(1)))
    data = bytearray(path.read_bytes())
    for place, new in edits:
        at = int(place * len(data))
        data[at : at + len(new)] = new[: len(data) - at]
    path.write_bytes(data)
    with suppress(UnreadableSource):
        items = list(read_source(path, LIMITS))
        # Neither controls nor halves of characters: what a database or a page cannot hold.
        kinds = {unicodedata.category(character) for item in items for character in item.name}
        assert kinds.isdisjoint({"Cc", "Cs"})
