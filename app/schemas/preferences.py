"""How one person likes the pages; nobody else sees or sets it."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.schemas.base import Body

Theme = Literal["auto", "light", "dark"]
Language = Literal["auto", "en", "ko"]
CommandId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,39}$")]
# Modifiers in this order, then the browser's name of the key in small letters.
Keystroke = Annotated[
    str,
    StringConstraints(
        strip_whitespace=False, pattern=r"^(mod\+)?(alt\+)?(shift\+)?(\S|[a-z][a-z0-9]{1,19})$"
    ),
]
KeysOfCommands = Annotated[
    dict[CommandId, Annotated[list[Keystroke], Field(max_length=4)]], Field(max_length=100)
]


class _NoKeyTwice(Body):
    @model_validator(mode="after")
    def _distinct(self) -> Self:
        owners: dict[str, str] = {}
        for command, keystrokes in (getattr(self, "keys", None) or {}).items():
            for key in keystrokes:
                if owners.setdefault(key, command) != command:
                    text = "the key {key} is given to both {first} and {second}"
                    given = {"key": key, "first": owners[key], "second": command}
                    raise PydanticCustomError("key_given_twice", text, given)
        return self


class Preferences(_NoKeyTwice):
    """How the caller likes the pages."""

    theme: Theme = "auto"
    language: Language = Field("auto", description="of the pages; `auto`: as the browser says")
    keys: KeysOfCommands = Field({}, description="of the annotator's page, where they are not the usual ones")
    keep_picture: bool = Field(False, description="zoom, brightness and contrast stay for the next image")
    guidelines_open: bool = Field(False, description="the guidelines stay open beside the image")


class PreferencesPatch(_NoKeyTwice):
    """Changes of preferences; what is absent stays, `keys` is the whole new table."""

    theme: Theme | None = None
    language: Language | None = None
    keys: KeysOfCommands | None = None
    keep_picture: bool | None = None
    guidelines_open: bool | None = None
