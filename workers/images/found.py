"""What a source yields, and what a file's place in it says: its name, label folder and split."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal, Protocol

from workers.images.limits import Limits

Split = Literal["train", "validation", "test"]

SPLITS: dict[str, Split] = {
    "train": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}
_IGNORED = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_ARCHIVES = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"}
_TEXTS = {".txt", ".csv", ".tsv", ".json", ".jsonl", ".md", ".xml", ".yaml", ".yml", ".html", ".htm", ".svg"}
_OTHERS = {".pdf", ".log", ".py", ".npy", ".npz", ".mat", ".pkl", ".pt", ".mp4", ".mov", ".avi", ".mp3"}
_NOT_IMAGES = frozenset(_ARCHIVES | _TEXTS | _OTHERS)
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NAME_CHARACTERS = 1024
_TOO_MUCH, _TOO_MANY = "total_too_large", "too_many_entries"
ENDS = frozenset({_TOO_MUCH, _TOO_MANY})  # codes of rejections after which a source yields no more
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class SourceFile:
    """One file of a source, whole. It may still turn out not to be an image.

    `name`: posix path inside the source, printable, at most 1024 characters. `folder`: the directory that
    names its class (ImageFolder's convention), or None. `split`: what its first directory says, or None.
    `listed`: the classes that a manifest says it has, in place of the folder's, or None. `metadata`: what
    else a manifest says of it. `uri`: where these bytes can be read again; None inside an archive.
    """

    name: str
    folder: str | None
    split: Split | None
    data: bytes
    listed: tuple[str, ...] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    uri: str | None = field(default=None, compare=False)

    @property
    def classes(self) -> tuple[str, ...] | None:
        """Names of its classes, () for none of them; None if nothing says what it is."""
        folder = None if self.folder is None else (self.folder,)
        return folder if self.listed is None else self.listed


@dataclass(frozen=True)
class Rejected:
    """One thing of a source that was not taken: a `code` for programs and a `reason` for people."""

    name: str
    code: str
    reason: str


class ListFile(Rejected):
    """A list of what the images are: no image, and no fault."""


class UnreadableSource(Exception):
    """The source as a whole cannot be read: a `code` for programs and a `message` for people.

    Codes: `not_found`, `unreadable`, `not_a_zip`, `corrupt`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Source(Protocol):
    """One thing that is imported."""

    @property
    def name(self) -> str | None:
        """What its uploader calls it; None if nobody uploaded it."""

    @property
    def label(self) -> str:
        """What to call it where it cannot be read."""

    def count(self, limits: Limits) -> int:
        """How many items `read` yields when no limit ends it early. Raises UnreadableSource."""

    def read(self, limits: Limits, passed: int = 0) -> Iterator[SourceFile | Rejected]:
        """Yield every file in a stable order; the first `passed` unread. Raises UnreadableSource."""

    def lists(self, limits: Limits, wanted: Callable[[str], bool], /) -> Iterator[tuple[str, bytes]]:
        """Yield files near the top that `wanted` takes by their names. Raises UnreadableSource."""


def printable(name: str) -> str:
    """`name` with what no database or page should hold (control characters, lone surrogates) replaced."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", name[:_NAME_CHARACTERS])


def is_ignored(parts: tuple[str, ...]) -> bool:
    """Whether a path is clutter that nobody meant to import: hidden, or left there by a file manager."""
    return any(part.startswith(".") or part.lower() in _IGNORED for part in parts)


def is_too_long(name: str) -> bool:
    """Whether a path has more characters than a name may."""
    return len(name) > _NAME_CHARACTERS


def has_foreign_suffix(name: str) -> bool:
    """Whether the suffix is that of a text, an archive or another thing that is clearly no image."""
    return PurePosixPath(name).suffix.lower() in _NOT_IMAGES


def not_an_image(name: str) -> Rejected:
    """The rejection of a file whose suffix or content is that of something else."""
    suffix = PurePosixPath(name).suffix.lower()
    what = f"a {suffix} file" if suffix in _NOT_IMAGES else "an archive"
    return Rejected(printable(name), "not_an_image", f"This is {what}, not an image.")


def too_large(name: str, limit: int) -> Rejected:
    """The rejection of a file above `limit` bytes."""
    return Rejected(printable(name), "too_large", f"The file is larger than {limit / 2**20:g} MiB.")


def too_much(name: str, limit: int) -> Rejected:
    """The rejection that ends a source of more than `limit` bytes in total."""
    reason = f"The import is larger than {limit / 2**30:g} GiB unpacked; the rest was left out."
    return Rejected(printable(name), _TOO_MUCH, reason)


def too_many(name: str, limit: int) -> Rejected:
    """The rejection that ends a source of more than `limit` entries."""
    return Rejected(printable(name), _TOO_MANY, f"The import has more than {limit:,} entries.")


def read_whole(read: Callable[[int], bytes], size: int, limit: int) -> bytes | None:
    """All that `read` gives, expected to be `size` bytes; None, soon, if it is more than `limit` bytes."""
    chunks: list[bytes] = []
    total, ask = 0, min(size, limit) + 1
    while chunk := read(ask):
        chunks.append(chunk)
        total += len(chunk)
        if total > limit:
            return None
        ask = _CHUNK_BYTES
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def source_file(name: str, wrapper: str | None, data: bytes, uri: str | None = None) -> SourceFile | Rejected:
    """The file `name` of a source, its place interpreted; a zip under another suffix is refused.

    `wrapper` is the source's single common top folder, seen through for split and label, or None.
    A split folder or the wrapper is never a label: `train/1.jpg` has none, `train/cat/1.jpg` has `cat`.
    """
    if data.startswith(_ZIP_STARTS):
        return not_an_image(name)
    folders = printable(name).split("/")[:-1]
    wrapped = wrapper is not None and folders[:1] == [printable(wrapper)]
    if wrapped and folders[0].lower() not in SPLITS:  # a lone `train` is a split, whatever lies in it
        folders = folders[1:]
    split = SPLITS.get(folders[0].lower()) if folders else None
    if split is not None:
        folders = folders[1:]
    return SourceFile(printable(name), folders[-1] if folders else None, split, data, uri=uri)


def starts_like_zip(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a zip."""
    return head.startswith(_ZIP_STARTS)
