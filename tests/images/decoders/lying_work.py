"""A work that says of an image what is not so."""

from typing import Any

_TRUE: dict[str, Any] = {"width": 1, "height": 1, "format": "PNG", "renditions": [], "seconds": 0.0}


def work(asked: dict[str, Any], data: memoryview) -> tuple[dict[str, Any], list[bytes]]:
    """Lie as the bytes say."""
    pixels = bytes(asked["size"] ** 2 * 3)
    match bytes(data).decode():
        case "few pixels":
            return _TRUE, [pixels[1:]]
        case "no parts":
            return _TRUE, []
        case "odd format":
            return _TRUE | {"format": "SVG"}, [pixels]
        case _:
            return _TRUE | {"renditions": ["../../etc/passwd"]}, [b"", pixels]
