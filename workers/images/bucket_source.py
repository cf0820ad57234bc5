"""What an import contains that lies in a bucket: a folder, a zip, or a single image.

A folder is listed once, and then read several files at a time. In memory are its names and sizes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from app.domain.addresses import Address, NoAddress, beside
from app.storage import buckets
from app.storage.allowed import check_allowed
from app.storage.originals import fetch_address
from workers.images import zip_source
from workers.images.fetching import fetched, in_order
from workers.images.found import (
    Rejected,
    SourceFile,
    UnreadableSource,
    has_foreign_suffix,
    is_ignored,
    is_too_long,
    not_an_image,
    printable,
    source_file,
    starts_like_zip,
    too_large,
    too_many,
    too_much,
)
from workers.images.limits import Limits


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file of the folder: its path there, and its size in bytes."""

    name: str
    size: int


class BucketSource:
    """A folder ("prefix"), zip or image in a bucket. All of it may raise LibraryMissing, too."""

    def __init__(self, address: Address) -> None:
        self.name: str | None = None
        self._address = check_allowed(address)

    @property
    def label(self) -> str:
        """The address."""
        return str(self._address)

    def count(self, limits: Limits) -> int:
        """Count without reading. Raises UnreadableSource."""
        if self._is_folder:
            return len(self._files(limits))
        return zip_source.count_zip(self._opened, limits) if self._is_zip else 1

    def read(self, limits: Limits, passed: int = 0) -> Iterator[SourceFile | Rejected]:
        """Yield every file, by name; rejections are as of a folder of the server. Raises UnreadableSource."""
        if self._is_folder:
            yield from self._read_folder(limits, passed)
        elif self._is_zip:
            yield from zip_source.read_zip(self._opened, limits, self._address.name, passed)
        elif passed == 0:
            yield self._read_file(_Listed("", self._size or 0), None, limits)

    def lists(self, limits: Limits, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield files near the top by their names. Raises UnreadableSource."""
        if self._is_folder:
            for file in self._files(limits):
                if file.name.count("/") <= 1 and wanted(file.name) and file.size <= limits.file_bytes:
                    data = self._bytes_of(file, limits)
                    if isinstance(data, bytes):
                        yield file.name, data
        elif self._is_zip:
            yield from zip_source.read_lists(self._opened, limits, wanted)

    @cached_property
    def _size(self) -> int | None:
        """Size in bytes, None for a folder."""
        try:
            return buckets.size_of(self._address)
        except FileNotFoundError as error:
            raise UnreadableSource("not_found", f"There is nothing at {self.label}.") from error
        except OSError as error:
            raise UnreadableSource("unreadable", f"{self.label} cannot be opened: {error}") from error

    @property
    def _is_folder(self) -> bool:
        return self._size is None

    @cached_property
    def _is_zip(self) -> bool:
        try:
            head = buckets.read(self._address, 0, min(4, self._size or 0))
        except OSError as error:
            raise UnreadableSource("unreadable", f"{self.label} cannot be opened: {error}") from error
        return starts_like_zip(head) or self._address.name.lower().endswith(".zip")

    @property
    def _opened(self) -> buckets.BucketFile:
        return buckets.BucketFile(self._address)

    def _files(self, limits: Limits) -> list[_Listed]:
        """The folder's files without clutter, one more than may be at most."""
        return self._listing[: limits.entries + 1]

    @cached_property
    def _listing(self) -> list[_Listed]:
        found: list[_Listed] = []
        stack: list[tuple[Address, str, buckets.Entry | None]] = [(self._address, "", None)]
        try:
            while stack:
                folder, name, entry = stack.pop()
                if entry is not None and entry.size is not None:
                    found.append(_Listed(name, entry.size))
                    continue
                for child in reversed(buckets.entries(folder)):
                    if not is_ignored((child.name,)):
                        # Put together and not read as an address: a listing's names are what they are.
                        place = replace(folder, parts=(*folder.parts, child.name))
                        stack.append((place, f"{name}/{child.name}" if name else child.name, child))
        except OSError as error:
            raise UnreadableSource("unreadable", f"{self.label} cannot be listed: {error}") from error
        return found

    def _read_folder(self, limits: Limits, passed: int) -> Iterator[SourceFile | Rejected]:
        files = self._files(limits)
        allowed, total, end = len(files), 0, None
        for number, file in enumerate(files, start=1):
            total += 0 if has_foreign_suffix(file.name) else file.size
            if number > limits.entries:
                allowed, end = number - 1, too_many(self._address.name, limits.entries)
            elif total > limits.total_bytes:
                allowed, end = number - 1, too_much(file.name, limits.total_bytes)
            if end is not None:
                break
        wrapper = _wrapper([file.name for file in files])
        wanted = files[passed:allowed]
        yield from in_order(
            wanted, lambda file: self._read_file(file, wrapper, limits), lambda file: file.size
        )
        if end is not None:
            yield end

    def _read_file(self, file: _Listed, wrapper: str | None, limits: Limits) -> SourceFile | Rejected:
        name = file.name or self._address.name
        if has_foreign_suffix(name):
            return not_an_image(name)
        if is_too_long(name):
            return Rejected(printable(name), "unsafe_path", "The path is too long.")
        if file.size > limits.file_bytes:
            return too_large(name, limits.file_bytes)
        data = self._bytes_of(file, limits)
        if not isinstance(data, bytes):
            return data
        return source_file(name, wrapper, data, str(self._at(file)))

    def _bytes_of(self, file: _Listed, limits: Limits) -> bytes | Rejected:
        try:
            address = self._at(file)
        except NoAddress:
            reason = "The path leaves the folder or is not portable."
            return Rejected(printable(file.name), "unsafe_path", reason)
        return fetched(
            file.name or self._address.name,
            lambda: fetch_address(address, limits.file_bytes, file.size),
            limits.file_bytes,
        )

    def _at(self, file: _Listed) -> Address:
        return beside(self._address, file.name) if file.name else self._address


def _wrapper(names: list[str]) -> str | None:
    """The one folder that holds everything, if it is not itself a label (it has subfolders)."""
    places = [name.split("/") for name in names if not has_foreign_suffix(name)]
    tops = {parts[0] if len(parts) > 1 else None for parts in places}
    return tops.pop() if len(tops) == 1 and max(map(len, places)) > 2 else None
