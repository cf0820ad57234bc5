"""The files of an import: what its job's parameters name, read one by one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.config import get_settings
from workers.images.found import Rejected, SourceFile, UnreadableSource, has_foreign_suffix, source_file
from workers.images.sources import count_source, read_source
from workers.pipelines.pixels import limits

Source = tuple[Path, str | None]  # where it lies, and what its uploader calls it


def sources_of(files: Sequence[dict[str, str]]) -> list[Source]:
    """Return what `files` of a job's parameters name: uploads, or a path on the server."""
    return [_source(entry) for entry in files]


def count(sources: Sequence[Source]) -> int:
    """Count the files of all sources, without reading them."""
    return sum(_count(path, name) for path, name in sources)


def read(sources: Sequence[Source]) -> Iterator[SourceFile | Rejected]:
    """Read all sources, one file at a time; a source that cannot be read is one rejection."""
    wrapper = _wrapper([name for _, name in sources if name is not None])
    for path, name in sources:
        yield from _read(path, name, wrapper)


def _source(entry: dict[str, str]) -> Source:
    if "upload" in entry:
        return get_settings().data_dir.resolve() / entry["upload"], entry["name"]
    return Path(entry["path"]), None


def _count(path: Path, name: str | None) -> int:
    try:
        return count_source(path, limits(), name)
    except UnreadableSource:
        return 1


def _wrapper(names: Sequence[str]) -> str | None:
    """The one folder in which all files were dropped, if it is not itself a label (it has subfolders)."""
    places = [name.split("/") for name in names if not has_foreign_suffix(name)]
    tops = {parts[0] if len(parts) > 1 else None for parts in places}
    return tops.pop() if len(tops) == 1 and max(map(len, places)) > 2 else None


def _read(path: Path, name: str | None, wrapper: str | None) -> Iterator[SourceFile | Rejected]:
    """Read one source; a browser that sends a folder's files one by one names them by their path in it."""
    try:
        for item in read_source(path, limits(), name):
            if name and "/" in name and isinstance(item, SourceFile) and item.folder is None:
                yield source_file(name, wrapper, item.data)
            else:
                yield item
    except UnreadableSource as error:
        yield Rejected(name or path.name, error.code, error.message)
