"""A few decoding processes, shared by the threads of one process."""

from queue import LifoQueue
from typing import Any, Self

from workers.images.decoders.process import Decoder, Died
from workers.images.limits import Limits

NONSENSE = "Decoding ends in nonsense."


class Refused(Exception):
    """Nothing comes of the bytes: a `code` for programs and a `reason` for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class Decoders:
    """At most `count` processes that do `work`, a module (see `child`), each started when it is first needed.

    As a context it ends them. Any thread may ask; `threads` as many keep the processes busy, because some of
    them read and store meanwhile.
    """

    def __init__(self, count: int, limits: Limits, work: str) -> None:
        self.limits = limits
        self.threads = 2 * count
        self._count = count
        self._work = work
        # The last one used is used first, so that a few files start few processes.
        self._idle: LifoQueue[Decoder | None] = LifoQueue()
        for _ in range(count):
            self._idle.put(None)

    def ask(self, asked: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytearray]]:
        """Return what a decoder says of `data`.

        Raises Refused as the work says, and with `too_much_memory`, `too_slow` or `decoder_crashed` if it is
        the end of two decoders: one may have been ended by something else, such as a machine that is short of
        memory or has slept. Raises DoesNotStart.
        """
        try:
            try:
                said, parts = self._ask(asked, data)
            except Died:
                said, parts = self._ask(asked, data)
        except Died as error:
            raise Refused(error.code, error.reason) from error
        match said:
            case {"refused": [str(code), str(reason)]}:
                raise Refused(code, reason)
            case {"refused": _}:
                raise Refused("decoder_crashed", NONSENSE)
        return said, parts

    def _ask(self, asked: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytearray]]:
        decoder = self._idle.get()
        try:
            decoder = decoder or Decoder(self._work, self.limits)
            return decoder.ask(asked, data)
        except BaseException:  # in the middle of its work, or of ours
            if decoder is not None:
                decoder.end()
                decoder = None
            raise
        finally:
            self._idle.put(decoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for _ in range(self._count):
            decoder = self._idle.get()
            if decoder is not None:
                decoder.end()
