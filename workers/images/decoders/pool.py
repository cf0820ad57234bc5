"""A few decoding processes, shared by the threads of one process."""

from collections.abc import Sequence
from queue import LifoQueue
from typing import Any, Self

from workers.images.decoders.process import Answer, Decoder, Died, Question
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

    def ask(self, asked: dict[str, Any], data: bytes) -> Answer:
        """Return what a decoder says of `data`.

        Raises Refused as the work says, and with `too_much_memory`, `too_slow` or `decoder_crashed` if it is
        the end of two decoders: one may have been ended by something else, such as a machine that is short of
        memory or has slept. Raises DoesNotStart.
        """
        answer = self._alone(Question(asked, data))
        if isinstance(answer, Refused):
            raise answer
        return answer

    def ask_together(self, questions: Sequence[Question]) -> list[Answer | Refused]:
        """Return what a decoder says of each of some small files, in one message, which costs less than many.

        If that is its end, or takes longer than one file may, each is asked about by itself, as by `ask`, so
        that none is refused for its neighbour. Raises DoesNotStart.
        """
        try:
            if len(questions) > 1:
                return [_checked(answer) for answer in self._ask(questions)]
        except Died:
            pass
        return [self._alone(question) for question in questions]

    def _alone(self, question: Question) -> Answer | Refused:
        try:
            try:
                (answer,) = self._ask([question])
            except Died:
                (answer,) = self._ask([question])
        except Died as error:
            return Refused(error.code, error.reason)
        return _checked(answer)

    def _ask(self, questions: Sequence[Question]) -> list[Answer]:
        decoder = self._idle.get()
        try:
            decoder = decoder or Decoder(self._work, self.limits)
            return decoder.ask(questions)
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


def _checked(answer: Answer) -> Answer | Refused:
    match answer[0]:
        case {"refused": [str(code), str(reason)]}:
            return Refused(code, reason)
        case {"refused": _}:
            return Refused("decoder_crashed", NONSENSE)
    return answer
