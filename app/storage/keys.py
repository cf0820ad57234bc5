"""Where a file of the store lies under its root, by its content."""

import re
from typing import Literal

RenditionName = Literal["display", "thumb"]

UNFINISHED = "tmp"  # the folder of writes that go on
THUMB_PIXELS = 256  # the longest side of a `thumb`
_OWN_THUMB_BYTES = 64 * 2**10
RENDITIONS: tuple[RenditionName, ...] = ("display", "thumb")
_SHA = re.compile(r"[0-9a-f]{64}")


def rendition_of(name: RenditionName, width: int, height: int) -> RenditionName:
    """The rendition that shows an image as `name`: one no larger than a thumb has no other."""
    return "thumb" if max(width, height) <= THUMB_PIXELS else name


def is_its_own_thumb(format: str, width: int, height: int, bytes: int) -> bool:
    """Whether a file that the store has is shown as it is, and has no renditions: a small JPEG.

    Every browser shows one upright and opaque, and it has fewer bytes than a rendition of it would. What
    decides is in the image's row, so that nobody has to look what lies in the store.
    """
    return format == "JPEG" and max(width, height) <= THUMB_PIXELS and bytes <= _OWN_THUMB_BYTES


def blob_key(sha: str) -> str:
    """`ab/cd/<sha>`; ValueError for what is no SHA-256, so that no caller's text can become a path."""
    if not _SHA.fullmatch(sha):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return f"{sha[:2]}/{sha[2:4]}/{sha}"


def rendition_key(sha: str, name: RenditionName) -> str:
    """`ab/cd/<sha>.<name>.webp`; ValueError as above, and for an unknown name."""
    if name not in RENDITIONS:
        raise ValueError("not the name of a rendition")
    return f"{blob_key(sha)}.{name}.webp"
