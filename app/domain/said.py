"""Sentences for people as they are stored: in English, and with what other languages are made of."""

from typing import Any, TypedDict

Said = dict[str, list["Sentence"]]  # by the name of the text that the sentences make up


class Sentence(TypedDict):
    """A sentence in English, and the code and the values that it is made of."""

    code: str
    text: str
    values: dict[str, Any]


def sentence(code: str, text: str, **values: Any) -> Sentence:
    """Make a sentence; `values` are those that `text` shows."""
    return Sentence(code=code, text=text, values=values)


CANCELLED = sentence("job_cancelled", "The job was cancelled.")
