"""Buckets of S3 (and whatever speaks like it), Google and Azure, through fsspec.

Keys and endpoints come from the environment, as each library reads them: `docs/importing.md` lists them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, BinaryIO, Final, Literal, cast

from fsspec import AbstractFileSystem, filesystem  # type: ignore[import-untyped]

from app.domain.addresses import Address
from app.domain.errors import LibraryMissing

_LIBRARIES: Final = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs"}
_EXTRAS: Final = {"s3": "s3", "gs": "gcs", "az": "azure"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What lies in a folder of a bucket: its name there, and its size in bytes; None for a folder."""

    name: str
    size: int | None


def check_library(scheme: str) -> None:
    """Raise LibraryMissing if buckets of this scheme cannot be read by this installation."""
    if find_spec(_LIBRARIES[scheme]) is None:
        extra = _EXTRAS[scheme]
        raise LibraryMissing(
            f"{scheme}:// needs {_LIBRARIES[scheme]}: install nextbatch[{extra}].", scheme=scheme
        )


def system_of(scheme: str) -> AbstractFileSystem:
    """Return the file system of a scheme's buckets, one for a process; raises LibraryMissing."""
    check_library(scheme)
    return filesystem(scheme, use_listings_cache=False)


@contextmanager
def as_os_errors() -> Iterator[None]:
    """Turn errors of a library's own, which are mostly of connections, into ConnectionError."""
    try:
        yield
    except (OSError, NotImplementedError):
        raise
    except Exception as error:  # each library has its own
        raise ConnectionError(str(error)) from error


def size_of(address: Address) -> int | None:
    """Return the size of a file in bytes; None for a folder. Raises FileNotFoundError, OSError."""
    system = system_of(address.scheme)
    with as_os_errors():
        return _size(system.info(address.key))


def read(address: Address, start: int, end: int) -> bytes:
    """Return bytes of a file from `start` to before `end`; raises FileNotFoundError, OSError."""
    system = system_of(address.scheme)
    if start >= end:
        return b""
    with as_os_errors():
        return bytes(system.cat_file(address.key, start=start, end=end))


def entries(address: Address) -> list[Entry]:
    """Return what lies in a folder, by name; raises FileNotFoundError, OSError."""
    system = system_of(address.scheme)
    folder = address.key
    with as_os_errors():
        found = system.ls(folder, detail=True)
    listed = []
    for info in found:
        path = str(info["name"]).rstrip("/")
        if path != folder:  # a folder may hold a file without a name that stands for itself
            listed.append(Entry(path.rsplit("/", 1)[-1], _size(info)))
    return sorted(listed, key=lambda entry: entry.name)


def signed_url(system: AbstractFileSystem, path: str, media_type: str, seconds: int) -> str | None:
    """Return a URL at which anybody may read a file for so long; None if its store has no such thing.

    Raises OSError if the keys at hand cannot sign.
    """
    # A blob's key tells no type, and S3 can be asked to answer with one.
    told = {"ResponseContentType": media_type} if "s3" in system.protocol else {}
    try:
        with as_os_errors():
            return str(system.sign(path, expiration=seconds, **told))
    except NotImplementedError:
        return None


def link(address: Address, media_type: str, seconds: int) -> str | None:
    """Return a URL at which anybody may read what lies at an address for so long; raises OSError."""
    return signed_url(system_of(address.scheme), address.key, media_type, seconds)


@dataclass(frozen=True)
class BucketFile:
    """A file in a bucket, to be opened like a path, as often as one likes."""

    address: Address

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Return it seekable; the caller closes it. Raises FileNotFoundError, OSError."""
        system = system_of(self.address.scheme)
        with as_os_errors():
            return cast(BinaryIO, system.open(self.address.key, mode))


def _size(info: dict[str, Any]) -> int | None:
    return None if info["type"] == "directory" else int(info["size"])
