"""Addresses of what lies elsewhere: in a bucket (`s3`, `gs`, `az`), on the web, or below a folder (`file`).

Addresses are compared part by part and never normalised: what could mean another place than it seems to
mean (`..`, an encoded slash, a user before the host) is no address.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from app.domain.errors import Invalid

BUCKETS: Final = ("s3", "gs", "az")
WEB: Final = ("http", "https")
_SAME = {"s3a": "s3", "gcs": "gs", "abfs": "az", "abfss": "az"}
_PORTS = {"http": 80, "https": 443}
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\\]")
_IN_PATH = "/%:@!$&'()*+,;=~-._"
_IN_QUERY = _IN_PATH + "?[]"
_DECODED_AT_MOST = 4
_LONGEST = 2000


class NoAddress(Invalid):
    """The text is no address that could be read from."""

    code = "no_address"


@dataclass(frozen=True)
class Address:
    """Where something lies.

    `place`: bucket or container, or host with its port unless that is the scheme's own. `parts`: of the path,
    none of them empty. `query`: of web addresses, not told to anybody who only asks where something lies.
    """

    scheme: str
    place: str
    parts: tuple[str, ...]
    query: str = ""

    @property
    def name(self) -> str:
        """The last part, as people would read it."""
        last = self.parts[-1] if self.parts else self.place
        return unquote(last) if self.scheme in WEB else last

    @property
    def key(self) -> str:
        """Bucket and path, as fsspec takes them."""
        return "/".join((self.place, *self.parts))

    @property
    def target(self) -> str:
        """Path and query of a web address, as a request line takes them."""
        path = quote("/" + "/".join(self.parts), safe=_IN_PATH)
        return f"{path}?{quote(self.query, safe=_IN_QUERY)}" if self.query else path

    @property
    def folder(self) -> "Address":
        """Where it lies in."""
        return replace(self, parts=self.parts[:-1], query="")

    def is_below(self, other: "Address") -> bool:
        """Whether it lies at the other address, or below it."""
        same_place = (self.scheme, self.place) == (other.scheme, other.place)
        return same_place and self.parts[: len(other.parts)] == other.parts

    def __str__(self) -> str:
        text = "/".join((f"{self.scheme}://{self.place}", *self.parts))
        return f"{text}?{self.query}" if self.query else text


def scheme_of(text: str) -> str | None:
    """The scheme of what looks like an address; None for a plain path."""
    scheme, mark, _ = text.partition("://")
    return _SAME.get(scheme.lower(), scheme.lower()) if mark and scheme.isalnum() else None


@lru_cache(maxsize=1024)
def parse(text: str) -> Address:
    """Read an address in a bucket or on the web; raises NoAddress."""
    scheme = scheme_of(text)
    if len(text) > _LONGEST or _FORBIDDEN.search(text):
        raise NoAddress("The address is too long, or holds a backslash or a control character.")
    if scheme in BUCKETS:
        place, _, path = text.split("://", 1)[1].partition("/")
        if not _BUCKET.fullmatch(place):
            raise NoAddress(f"{text} names no bucket.")
        return Address(scheme, place, _parts(text, path))
    if scheme in WEB:
        return _web(text, scheme)
    raise NoAddress(f"{text} is no address of s3://, gs://, az://, https:// or http://.")


def beside(folder: Address, text: str) -> Address:
    """The address that a list in `folder` means by `text`: one of its own, or a path below the folder."""
    if scheme_of(text) is not None:
        return parse(text)
    if _FORBIDDEN.search(text) or text.startswith("/"):
        raise NoAddress(f"{text} is no path below the folder of the list.")
    if folder.scheme in WEB:
        text = quote(text, safe="/")
    return replace(folder, parts=folder.parts + _parts(text, text), query="")


def _web(text: str, scheme: str) -> Address:
    if any(character.isspace() for character in text):
        raise NoAddress("The address holds white space.")
    try:
        split = urlsplit(text)
        port = split.port
    except ValueError as error:
        raise NoAddress(f"{text} is no address.") from error
    host = split.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(host) or split.username is not None or split.password is not None:
        raise NoAddress(f"{text} names no host, or more than a host.")
    place = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    return Address(scheme, place, _parts(text, split.path.removeprefix("/")), split.query)


def _parts(text: str, path: str) -> tuple[str, ...]:
    parts = tuple(path.removesuffix("/").split("/")) if path.removesuffix("/") else ()
    if any(not _is_plain(part) for part in parts):
        raise NoAddress(f"{text} holds a part that is empty, `.`, `..` or an encoded slash.")
    return parts


def _is_plain(part: str) -> bool:
    """Whether a part of a path means itself, however often somebody decodes it."""
    for _ in range(_DECODED_AT_MOST):
        if part in ("", ".", "..") or "/" in part or _FORBIDDEN.search(part):
            return False
        if (decoded := unquote(part)) == part:
            return True
        part = decoded
    return False
