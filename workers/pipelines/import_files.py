"""The files of an import: what its job's parameters name, read one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from app.config import get_settings
from app.domain.addresses import WEB, Address, parse
from app.domain.enums import ImportMode
from app.domain.errors import ManifestInvalid
from app.storage.allowed import allowed_path
from app.storage.originals import fetch_address
from workers.images.bucket_source import BucketSource
from workers.images.decoders.tables import read_table_apart
from workers.images.found import (
    ListFile,
    Rejected,
    Source,
    SourceFile,
    UnreadableSource,
    has_foreign_suffix,
    source_file,
)
from workers.images.listed_source import ListedSource
from workers.images.manifest import (
    BadManifest,
    Listed,
    Manifest,
    as_listed,
    is_table,
    kind_of,
    read_manifest,
)
from workers.images.sources import LocalSource
from workers.images.web_source import WebSource
from workers.pipelines.pixels import limits

log = structlog.get_logger()


@dataclass(frozen=True)
class Listing:
    """The sources of an import, the lists among them, and how many files they have."""

    sources: Sequence[Source]
    manifests: Mapping[str, Manifest]
    total: int


def listed(files: Sequence[dict[str, str]]) -> Listing:
    """List what `files` of a job's parameters name, without reading it. Raises as `sources_of`."""
    sources = sources_of(files)
    return Listing(sources, manifests_of(sources), count(sources))


def sources_of(files: Sequence[dict[str, str]]) -> list[Source]:
    """Return what `files` of a job's parameters name: uploads, a path on the server, or an address.

    A table that comes alone is the source of what it names. Raises ManifestInvalid, AddressNotAllowed,
    LibraryMissing.
    """
    return [_source(entry, alone=len(files) == 1) for entry in files]


def anybody_can_read(files: Sequence[dict[str, str]], sources: Sequence[Source]) -> bool:
    """Tell whether every worker can read the same files one by one: a bucket's, or those of a list there.

    Of an archive on the web each of them would fetch the whole.
    """
    return len(sources) == 1 and "address" in files[0] and isinstance(sources[0], BucketSource | ListedSource)


def count(sources: Sequence[Source]) -> int:
    """Count the files of all sources, without reading them."""
    return sum(map(_count, sources))


def read(
    sources: Sequence[Source],
    manifests: Mapping[str, Manifest],
    passed: int = 0,
    mode: ImportMode = ImportMode.COPY,
) -> Iterator[SourceFile | Rejected]:
    """Read all sources, one file at a time, with what manifests say of them.

    Files without an address of their own cannot be referenced. A source that cannot be read is one
    rejection. The first `passed` files are passed over, unread.
    """
    wrapper = _wrapper([source.name for source in sources if source.name is not None])
    for source in sources:
        here = _count(source) if passed else 0
        if not passed or here > passed:
            for item in _read(source, wrapper, passed):
                yield _as_listed(_if_possible(item, mode), manifests)
        passed = max(0, passed - here)


def manifests_of(sources: Sequence[Source]) -> dict[str, Manifest]:
    """Return the lists that lie beside the images, by name; raises ManifestInvalid."""
    found: dict[str, Manifest] = {}
    for source in sources:
        try:
            for place, data in source.lists(limits(), lambda file: kind_of(file) is not None):
                file = source.name if source.name and "/" in source.name else place
                manifest = read_manifest(file, data, _read_table)
                if manifest is not None:
                    found[file] = manifest
                    log.info(f"{file} says what {len(manifest)} images are")
        except BadManifest as error:
            raise ManifestInvalid(str(error)) from error
        except UnreadableSource:
            continue  # its reading says so
    return found


def _if_possible(item: SourceFile | Rejected, mode: ImportMode) -> SourceFile | Rejected:
    if mode is ImportMode.REFERENCE and isinstance(item, SourceFile) and item.uri is None:
        reason = "It lies in an archive, and has no address to be referenced by; import it as a copy."
        return Rejected(item.name, "in_archive", reason)
    return item


def _as_listed(item: SourceFile | Rejected, manifests: Mapping[str, Manifest]) -> SourceFile | Rejected:
    """What a file is by the first manifest with a word on it; a manifest itself is no image, and no fault."""
    if item.name in manifests:
        return ListFile(item.name, "not_an_image", "This is a list of the images.")
    for manifest in manifests.values():
        if isinstance(item, SourceFile) and (listed := manifest.of(item.name)):
            return as_listed(item, listed)
    return item


def _source(entry: dict[str, str], *, alone: bool) -> Source:
    if "upload" in entry:
        path, name = get_settings().data_dir.resolve() / entry["upload"], entry["name"]
        if alone and is_table(name):
            return _listed(name, None, path.read_bytes)
        return LocalSource(path, name)
    if "path" in entry:
        path = allowed_path(Path(entry["path"]))
        if is_table(path.name) and path.is_file():
            return _listed(path.name, path.parent, path.read_bytes)
        return LocalSource(path)
    address = parse(entry["address"])
    if is_table(address.name):
        return _listed(address.name, address.folder, lambda: fetch_address(address, limits().file_bytes))
    return WebSource(address) if address.scheme in WEB else BucketSource(address)


def _listed(name: str, folder: Address | Path | None, fetch: Callable[[], bytes | None]) -> ListedSource:
    try:
        data = fetch()
        if data is None:
            raise ManifestInvalid(f"{name} is larger than {limits().file_bytes / 2**20:g} MiB.")
        rows = _read_table(name, data)
    except OSError as error:
        raise ManifestInvalid(f"{name} cannot be read: {error}") from error
    except BadManifest as error:
        raise ManifestInvalid(str(error)) from error
    log.info(f"{name} names {len(rows)} images")
    return ListedSource(name, folder, rows)


def _read_table(name: str, data: bytes) -> list[tuple[str, Listed]]:
    return read_table_apart(name, data, limits())


def _count(source: Source) -> int:
    try:
        return source.count(limits())
    except UnreadableSource:
        return 1


def _wrapper(names: Sequence[str]) -> str | None:
    """The one folder in which all files were dropped, if it is not itself a label (it has subfolders)."""
    places = [name.split("/") for name in names if not has_foreign_suffix(name)]
    tops = {parts[0] if len(parts) > 1 else None for parts in places}
    return tops.pop() if len(tops) == 1 and max(map(len, places)) > 2 else None


def _read(source: Source, wrapper: str | None, passed: int) -> Iterator[SourceFile | Rejected]:
    """Read one source; a browser that sends a folder's files one by one names them by their path in it."""
    name = source.name
    try:
        for item in source.read(limits(), passed):
            if name and "/" in name and isinstance(item, SourceFile) and item.folder is None:
                yield source_file(name, wrapper, item.data)
            else:
                yield item
    except UnreadableSource as error:
        yield Rejected(source.label, error.code, error.message)
