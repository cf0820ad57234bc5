"""A single image or a zip on the web: fetched into a temporary file, and then read as if it lay here."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from app.config import get_settings
from app.domain.addresses import Address
from app.domain.errors import AddressNotAllowed
from app.storage import uploads, web
from app.storage.allowed import check_allowed
from workers.images.found import Rejected, SourceFile, UnreadableSource, printable
from workers.images.limits import Limits
from workers.images.sources import LocalSource

_FILE = "file"


class WebSource:
    """What lies at one address of the web."""

    def __init__(self, address: Address) -> None:
        self.name: str | None = None
        self._address = check_allowed(address)
        self._folder: TemporaryDirectory[str] | None = None

    @property
    def label(self) -> str:
        """The address without what may be a secret in its query."""
        return str(replace(self._address, query=""))

    def count(self, limits: Limits) -> int:
        """Count what it holds. Raises UnreadableSource."""
        return self._here().count(limits)

    def read(self, limits: Limits, passed: int = 0) -> Iterator[SourceFile | Rejected]:
        """Yield what it holds; an image alone may be referenced. Raises UnreadableSource."""
        for item in self._here().read(limits, passed):
            if isinstance(item, SourceFile) and item.uri is not None:
                yield replace(item, uri=str(self._address))
            else:
                yield item

    def lists(self, limits: Limits, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """Yield lists inside a zip. Raises UnreadableSource."""
        return self._here().lists(limits, wanted)

    def _here(self) -> LocalSource:
        """The file that was fetched, once; it goes with this object."""
        if self._folder is None:
            folder = uploads.passing_folder()
            with (Path(folder.name) / _FILE).open("wb") as file:
                if not self._fetch(file):
                    raise UnreadableSource("too_large", f"{self.label} is larger than an upload may be.")
            self._folder = folder
        return LocalSource(Path(self._folder.name) / _FILE, self._address.name)

    def _fetch(self, file: IO[bytes]) -> bool:
        try:
            return web.fetch_into(self._address, file, get_settings().max_upload_bytes)
        except FileNotFoundError as error:
            raise UnreadableSource("not_found", f"There is nothing at {self.label}.") from error
        except AddressNotAllowed as error:
            raise UnreadableSource("address_not_allowed", f"{self.label}: {error.message}") from error
        except OSError as error:
            reason = printable(str(error))
            raise UnreadableSource("unreadable", f"{self.label} cannot be read: {reason}") from error
