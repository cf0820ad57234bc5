"""The bytes of an image as it was imported, wherever they lie."""

import hashlib
import os
import stat
from pathlib import Path

from app.config import get_settings
from app.domain.addresses import BUCKETS, WEB, Address, parse, scheme_of
from app.domain.errors import Invalid, OutsideImportRoots, SourceChanged, SourceMissing, SourceUnreachable
from app.storage import buckets, web
from app.storage.allowed import allowed_path, check_allowed, path_of
from app.storage.blobs import BlobStore


def read_original(store: BlobStore, sha256: str, source_uri: str | None) -> bytes:
    """Return the bytes of the image `sha256`: of the store, or of where the image is referenced.

    Raises FileNotFoundError if the store lacks them; SourceMissing, SourceChanged, SourceUnreachable; and
    AddressNotAllowed or OutsideImportRoots if the place may not be read any more.
    """
    if source_uri is None:
        return store.read(sha256)
    try:
        data = fetch(source_uri, get_settings().max_file_bytes)
    except FileNotFoundError as error:
        raise SourceMissing(f"{source_uri} is not there any more.", uri=source_uri) from error
    except OSError as error:
        raise SourceUnreachable(f"{source_uri} cannot be read: {error}", uri=source_uri) from error
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        raise SourceChanged(f"{source_uri} has changed since it was imported.", uri=source_uri)
    return data


def link_to_original(
    store: BlobStore, sha256: str, source_uri: str | None, media_type: str, seconds: int
) -> str | None:
    """Return a URL at which anybody may read the image for so long; None if it lies in no bucket.

    Raises OSError if the keys at hand cannot sign, and what `check_allowed` raises. Whether the bytes are
    still the same, nobody looks.
    """
    if source_uri is None:
        return store.link(sha256, None, media_type, seconds)
    if scheme_of(source_uri) not in BUCKETS:
        return None
    return buckets.link(check_allowed(parse(source_uri)), media_type, seconds)


def fetch(uri: str, limit: int) -> bytes | None:
    """Return the bytes at an allowed address, None if they are more than `limit`.

    Raises FileNotFoundError, OSError, and what `check_allowed` and `allowed_path` raise.
    """
    if scheme_of(uri) == "file":
        return _of_file(path_of(uri), limit)
    return fetch_address(parse(uri), limit)


def fetch_address(address: Address, limit: int, size: int | None = None) -> bytes | None:
    """Do as `fetch`; `size` in bytes saves asking for it, where it is known."""
    check_allowed(address)
    if address.scheme in WEB:
        return web.fetch(address, limit)
    if size is None:
        size = buckets.size_of(address)
        if size is None:
            raise FileNotFoundError(f"{address} is a folder")
    if size > limit:
        return None
    return buckets.read(address, 0, size)


def _of_file(path: Path, limit: int) -> bytes | None:
    try:
        resolved = allowed_path(path)
    except OutsideImportRoots:
        raise
    except Invalid as error:
        raise FileNotFoundError(str(path)) from error
    # What became a pipe meanwhile must not be waited for.
    with os.fdopen(os.open(resolved, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise FileNotFoundError(f"{path} is no file")
        data = file.read(limit + 1)
        return None if len(data) > limit else data
