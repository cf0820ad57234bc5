"""Files that go into a store together."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.storage import batches, disk
from app.storage.blobs import BlobStore

SHA = hashlib.sha256(b"cat").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(str(tmp_path / "blobs"))


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_nothing_is_there_before_it_is_kept_and_all_is_after(store: BlobStore) -> None:
    with store.batch() as batch:
        assert batch.put(b"cat") == SHA
        batch.put_rendition(SHA, "thumb", b"small cat")
        assert not store.exists(SHA)
        assert store.read_rendition(SHA, "thumb") is None
        batch.keep()
        assert store.read(SHA) == b"cat"
        assert store.read_rendition(SHA, "thumb") == b"small cat"
    assert store.exists(SHA)


def test_what_was_not_kept_leaves_nothing(store: BlobStore, tmp_path: Path) -> None:
    with store.batch() as batch:
        batch.put(b"cat")
        assert len(files(tmp_path)) == 1
    assert files(tmp_path) == []


def test_a_blob_that_is_there_is_not_written_again_and_one_cut_short_is(
    store: BlobStore, tmp_path: Path
) -> None:
    store.put(b"cat")
    path = store.local_path(SHA)
    assert path is not None
    written = path.stat().st_mtime_ns
    for content in (b"cat", b"c"):
        path.write_bytes(content) if content != b"cat" else None
        with store.batch() as batch:
            batch.put(b"cat")
            batch.keep()
        assert (path.stat().st_mtime_ns == written) is (content == b"cat")
        assert path.read_bytes() == b"cat"


def test_many_threads_fill_one_batch(store: BlobStore, tmp_path: Path) -> None:
    with store.batch() as batch:
        with ThreadPoolExecutor(8) as pool:
            shas = list(pool.map(batch.put, (b"%d" % (n // 2) for n in range(200))))
        batch.keep()
    assert all(store.read(sha) == b"%d" % (n // 2) for n, sha in enumerate(shas))
    assert len(files(tmp_path)) == 100


def test_a_disk_that_fails_makes_nothing_visible(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(batches, "flush_all", fails)
    with store.batch() as batch:
        batch.put(b"cat")
        with pytest.raises(OSError, match="Input/output"):
            batch.keep()
    assert files(tmp_path) == []


def test_systems_that_flush_file_by_file_keep_all_the_same(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "_syncfs", None)
    with store.batch() as batch:
        batch.put(b"cat")
        batch.keep()
    assert store.read(SHA) == b"cat"


def test_no_text_becomes_a_path(store: BlobStore) -> None:
    with store.batch() as batch:
        for sha, name in (("../etc", "thumb"), (SHA, "../thumb")):
            with pytest.raises(ValueError, match="not"):
                batch.put_rendition(sha, name, b"")  # type: ignore[arg-type]


def test_a_store_elsewhere_takes_batches_too() -> None:
    store = BlobStore("memory://batches")
    with store.batch() as batch:
        batch.put(b"cat")
        batch.put_rendition(SHA, "thumb", b"small cat")
        batch.keep()
    assert (store.read(SHA), store.read_rendition(SHA, "thumb")) == (b"cat", b"small cat")
