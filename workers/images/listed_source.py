"""Images that a list names, wherever they lie: the list alone is imported, and each row fetched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import unquote

from app.domain.addresses import WEB, Address, NoAddress, beside, parse, scheme_of
from app.storage.originals import fetch
from workers.images.fetching import fetched, in_order
from workers.images.found import (
    Rejected,
    SourceFile,
    not_an_image,
    printable,
    starts_like_zip,
    too_many,
    too_much,
)
from workers.images.limits import Limits
from workers.images.manifest import Listed, as_listed, metadata_refused

_EXPECTED_BYTES = 2 * 2**20  # of an image of unknown size


@dataclass(frozen=True)
class ListedSource:
    """The rows of a list. `folder`: where its relative paths begin; None: nothing lies beside it."""

    label: str
    folder: Address | Path | None
    rows: list[tuple[str, Listed]]
    name: str | None = None

    def count(self, limits: Limits) -> int:
        """Count the rows, one more than may be at most."""
        return min(len(self.rows), limits.entries + 1)

    def read(self, limits: Limits, passed: int = 0) -> Iterator[SourceFile | Rejected]:
        """Yield an image for each row, in their order.

        Rejections are those of a folder, and `no_address`, `address_not_allowed`, `not_found` and
        `metadata_too_large`. What was passed over does not count for the limit of bytes.
        """
        total = 0
        wanted = islice(self.rows, passed, limits.entries)
        for item in in_order(wanted, lambda row: self._read(*row, limits), lambda _: _EXPECTED_BYTES):
            total += len(item.data) if isinstance(item, SourceFile) else 0
            if total > limits.total_bytes:
                yield too_much(item.name, limits.total_bytes)
                return
            yield item
        if len(self.rows) > limits.entries:
            yield too_many(self.label, limits.entries)

    def lists(self, _limits: Limits, _wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield nothing: it is the list."""
        yield from ()

    def _read(self, text: str, listed: Listed, limits: Limits) -> SourceFile | Rejected:
        refused = metadata_refused(_name_of(text), listed)
        if refused is not None:
            return refused
        try:
            uri = self._uri_of(text)
        except NoAddress as error:
            return Rejected(printable(text), "no_address", printable(error.message))
        name = _name_of(text)
        data = fetched(name, lambda: fetch(uri, limits.file_bytes), limits.file_bytes)
        if not isinstance(data, bytes):
            return data
        if starts_like_zip(data[:4]):
            return not_an_image(name)
        return as_listed(SourceFile(name, None, None, data, uri=uri), listed)

    def _uri_of(self, text: str) -> str:
        if scheme_of(text) == "file":
            return text
        if scheme_of(text) is not None:
            return str(parse(text))
        if self.folder is None:
            raise NoAddress(f"{text} is no address, and nothing lies beside an uploaded list.")
        if isinstance(self.folder, Path):
            return (self.folder / text).as_uri()
        return str(beside(self.folder, text))


def _name_of(text: str) -> str:
    """What to call an image: its path without scheme, bucket or host, and query."""
    scheme = scheme_of(text)
    if scheme is None:
        return printable(text)
    path = text.split("://", 1)[1].partition("/")[2]
    if scheme in WEB or scheme == "file":
        path = unquote(path.partition("?")[0].partition("#")[0])
    return printable(path) or printable(text)
