"""Sentences for people that can be said in other languages, too."""

from collections.abc import Sequence
from typing import Any, Self


class Said(str):
    """An English sentence, and the code and the values that it is made of.

    Whoever knows nothing of codes has a plain string.
    """

    code: str
    template: str
    values: dict[str, str | float]

    def __new__(cls, code: str, template: str, **values: str | float) -> Self:
        """Fill `template` (as `str.format` does); numbers that shall be rounded come as text."""
        said = super().__new__(cls, template.format(**values))
        said.code, said.template, said.values = code, template, values
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.code, self.template, self.values)

    @property
    def parts(self) -> dict[str, Any]:
        """The sentence as the API shows it."""
        return {"code": self.code, "text": str(self), "values": self.values}


def _again(code: str, template: str, values: dict[str, str | float]) -> Said:
    return Said(code, template, **values)


def parts_of(sentences: Sequence[str]) -> list[Any]:
    """The parts of those sentences that have any."""
    return [one.parts for one in sentences if isinstance(one, Said)]
