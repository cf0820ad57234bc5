"""What may be read at all: below the folders and addresses that the administrator allows, as they are now."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.config import get_settings
from app.domain.addresses import Address, NoAddress, parse
from app.domain.errors import AddressNotAllowed, Invalid, OutsideImportRoots


def roots() -> list[Path]:
    """Return the folders that imports may read, links resolved."""
    return [root.resolve() for root in get_settings().import_roots]


def allowed_path(path: Path) -> Path:
    """Return a path with its links resolved; raises OutsideImportRoots, or Invalid if nothing is there."""
    try:
        resolved = path.resolve()
        if not any(resolved.is_relative_to(root) for root in roots()):
            raise OutsideImportRoots(
                "The path is not below a folder of NEXTBATCH_IMPORT_ROOTS.",
                roots=[str(root) for root in roots()],
            )
        if not resolved.exists():
            raise Invalid("There is no such file or folder.", field="path", why="no_such_path")
    except (OSError, ValueError) as error:  # a loop of links, a NUL, a name that is too long
        raise Invalid("There is no such file or folder.", field="path", why="no_such_path") from error
    return resolved


def path_of(uri: str) -> Path:
    """Return the path that `file:///...` names, as it is written; raises NoAddress for other hosts."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise NoAddress(f"{uri} names no file of the server.")
    return Path(unquote(parts.path))


def check_allowed(address: Address) -> Address:
    """Return the address; raises AddressNotAllowed if it is below none of NEXTBATCH_IMPORT_URLS."""
    if not any(address.is_below(parse(url)) for url in get_settings().import_urls):
        raise AddressNotAllowed("The address is not below one of NEXTBATCH_IMPORT_URLS.")
    return address
