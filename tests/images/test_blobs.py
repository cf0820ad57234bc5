import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.storage.blobs import BlobStore

SHA = hashlib.sha256(b"cat").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(str(tmp_path / "blobs"))


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_same_content_is_stored_once(store: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "cat.bin"
    source.write_bytes(b"cat")
    assert store.put(b"cat") == SHA
    assert store.put(b"cat") == SHA
    assert store.put_file(source) == SHA
    assert files(tmp_path / "blobs") == [tmp_path / "blobs" / SHA[:2] / SHA[2:4] / SHA]
    assert store.local_path(SHA) == tmp_path / "blobs" / SHA[:2] / SHA[2:4] / SHA
    assert store.read(SHA) == b"cat"
    with store.open(SHA) as file:
        file.seek(1)
        assert file.read() == b"at"


def test_file_larger_than_a_chunk(store: BlobStore, tmp_path: Path) -> None:
    data = os.urandom(2**20 + 17)
    (tmp_path / "big").write_bytes(data)
    sha = store.put_file(tmp_path / "big")
    assert sha == hashlib.sha256(data).hexdigest()
    assert store.read(sha) == data


def test_absent_and_deleted(store: BlobStore) -> None:
    assert not store.exists(SHA)
    assert store.local_path(SHA) is None
    with pytest.raises(FileNotFoundError):
        store.open(SHA)
    store.delete(SHA)
    store.put(b"cat")
    assert store.exists(SHA)
    store.delete(SHA)
    assert not store.exists(SHA)


def test_renditions(store: BlobStore) -> None:
    assert store.read_rendition(SHA, "thumb") is None
    assert store.rendition_path(SHA, "thumb") is None
    store.put_rendition(SHA, "thumb", b"old")
    store.put_rendition(SHA, "thumb", b"new")
    store.put_rendition(SHA, "display", b"d")
    path = store.rendition_path(SHA, "thumb")
    assert path is not None
    assert path.read_bytes() == b"new"
    assert store.read_rendition(SHA, "display") == b"d"
    store.delete_renditions(SHA)
    store.delete_renditions(SHA)
    assert store.read_rendition(SHA, "thumb") is None
    with pytest.raises(ValueError, match="rendition"):
        store.put_rendition(SHA, "../../x", b"")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sha", ["", "../../etc/passwd", SHA.upper(), SHA[:-1], SHA + "\n", SHA + "/x", "x" * 64]
)
def test_sha_cannot_carry_a_path(store: BlobStore, sha: str) -> None:
    for call in (
        store.open,
        store.read,
        store.exists,
        store.delete,
        store.local_path,
        store.delete_renditions,
    ):
        with pytest.raises(ValueError, match="SHA-256"):
            call(sha)
    with pytest.raises(ValueError, match="SHA-256"):
        store.put_rendition(sha, "thumb", b"")


def test_interrupted_write_leaves_nothing(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for broken in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, broken, fail)
            patch.setattr(Path, "replace", fail) if broken == "replace" else None
            with pytest.raises(OSError, match="No space"):
                store.put(b"cat")
        assert files(tmp_path) == []
        assert not store.exists(SHA)


def test_content_is_flushed_before_it_gets_its_name(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    real = os.fsync

    def spy(handle: int) -> None:
        seen.append([path.parent.name for path in files(tmp_path)])
        real(handle)

    monkeypatch.setattr(os, "fsync", spy)
    store.put(b"cat")
    assert seen[0] == ["tmp"]
    assert seen[-1] == [SHA[2:4]]


def test_blob_cut_short_is_written_again(store: BlobStore) -> None:
    store.put(b"cat")
    path = store.local_path(SHA)
    assert path is not None
    path.write_bytes(b"c")
    store.put(b"cat")
    assert store.read(SHA) == b"cat"


def test_many_writers_of_one_content(store: BlobStore, tmp_path: Path) -> None:
    data = os.urandom(100_000)
    with ThreadPoolExecutor(8) as pool:
        shas = set(pool.map(lambda _: store.put(data), range(64)))
    assert shas == {hashlib.sha256(data).hexdigest()}
    assert len(files(tmp_path)) == 1


def test_another_protocol(tmp_path: Path) -> None:
    store = BlobStore("memory://nextbatch-test")
    (tmp_path / "cat").write_bytes(b"cat")
    assert store.put_file(tmp_path / "cat") == store.put(b"cat") == SHA
    assert store.read(SHA) == b"cat"
    assert store.local_path(SHA) is None
    store.put_rendition(SHA, "thumb", b"t")
    assert store.read_rendition(SHA, "thumb") == b"t"
    store.delete_renditions(SHA)
    store.delete(SHA)
    store.delete(SHA)
    assert not store.exists(SHA)
    assert store.read_rendition(SHA, "thumb") is None


def test_file_url_is_local(tmp_path: Path) -> None:
    store = BlobStore((tmp_path / "b").as_uri())
    assert store.local_path(store.put(b"cat")) == tmp_path / "b" / SHA[:2] / SHA[2:4] / SHA


def test_what_a_killed_writer_left_goes_after_a_while(store: BlobStore, tmp_path: Path) -> None:
    store.put(b"cat")
    left, fresh = (tmp_path / "blobs/tmp" / name for name in ("left", "fresh"))
    for path in (left, fresh):
        path.write_bytes(b"half a c")
    os.utime(left, (0, 0))
    store.clear_unfinished(3600)
    assert (left.exists(), fresh.exists(), store.read(SHA)) == (False, True, b"cat")


@pytest.mark.parametrize("name", ["pipe_file", "size", "open"])
def test_a_store_out_of_reach_is_an_error_of_its_connection(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LibrarysOwn(Exception):
        pass

    def fail(*_: object, **__: object) -> None:
        raise LibrarysOwn("no answer")

    store = BlobStore("memory://out-of-reach")
    sha = store.put(b"cat")
    monkeypatch.setattr(type(store._fs), name, fail)
    with pytest.raises(ConnectionError, match="no answer"):
        store.read(sha) if name == "open" else store.put(b"dog")
