"""Recipes: a backtest in a TOML file, so that an experiment is one command."""

import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from app.domain.backtest import BacktestConfig
from app.domain.errors import DomainError, Invalid

_MEANS = {"extra_forbidden": "there is no such key"}


class BadRecipe(Invalid):
    """The file is no recipe; the message names file and key."""

    code = "bad_recipe"


class Recipe(BacktestConfig):
    """A backtest's config, and maybe the images that it is meant for."""

    data: str | None = Field(None, description="as the command's DATA; none: the command must say it")


def read_recipe(path: Path) -> dict[str, Any]:
    """Return what a recipe says, by the fields of `Recipe`, defaults left out; raises BadRecipe.

    Types are strict: `budget = "100"` is refused.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        recipe = Recipe.model_validate_json(json.dumps(found, default=str), strict=True)
    except OSError as error:
        raise BadRecipe(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise BadRecipe(f"{path}: {in_words(error)}") from error
    except DomainError as error:
        raise BadRecipe(f"{path}: plans: {error.message}") from error
    except ValueError as error:  # neither TOML nor UTF-8
        raise BadRecipe(f"{path} is not TOML: {error}.") from error
    return recipe.model_dump(mode="json", exclude_unset=True)


def in_words(error: ValidationError) -> str:
    """Return what is wrong, each time with the key it is wrong in."""
    return "; ".join(
        f"{_key(part['loc'])}: {_MEANS.get(part['type'], part['msg'])}" for part in error.errors()
    )


def _key(place: tuple[int | str, ...]) -> str:
    # Pydantic puts names of its own in between, with brackets; what concerns the whole is the plans' names.
    return ".".join(str(part) for part in place if "[" not in str(part)) or "plans"
