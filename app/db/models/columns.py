"""Columns and constraints that several tables share."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import mapped_column


def one_or_set() -> CheckConstraint:
    """One class, or, where an image may show several, a set of them; the empty set says: none of them."""
    return CheckConstraint("num_nonnulls(class_id, class_ids) = 1", name="one_or_set")


def ref(target: str, *, index: bool = False, on_delete: str = "CASCADE") -> Any:
    """Return a column that refers to another row, and goes with it unless told otherwise."""
    return mapped_column(ForeignKey(target, ondelete=on_delete), index=index)
