"""What an import may ask of the machine."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Upper bounds, each inclusive. What goes beyond one is refused by name; the rest of the import goes on.

    `file_bytes`: size of one file, unpacked. `pixels`: width times height of one image. `entries`: files
    (and folders) of one import. `ratio`: unpacked over packed size of one zip entry, looked at above 1 MiB
    unpacked. `total_bytes`: all files of one import, unpacked. `decode_seconds`: time of decoding one file.
    `decode_mib`: memory of that, MiB; some kinds of images take 30 bytes a pixel, and all the file besides.
    """

    file_bytes: int = 100 * 2**20
    pixels: int = 100_000_000
    entries: int = 1_000_000
    ratio: int = 200
    total_bytes: int = 200 * 2**30
    decode_seconds: float = 60
    decode_mib: int = 4096
