"""How much the model's suggestions pull people's answers."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import suggestions
from app.db.suggestions import Said
from app.domain.enums import Shown
from app.domain.shares import difference_of, share_of
from app.schemas.suggestions import (
    AgreedOut,
    ConfidenceBin,
    DifferenceOut,
    ShareOut,
    SuggestionReport,
)

BINS = (0.0, 0.5, 0.7, 0.9, 1.0)


def report(db: Session, project_id: UUID) -> SuggestionReport:
    """Compare the answers of people who saw suggestions with those for the images of the audit share.

    Which image is audited is drawn by chance: the difference is what seeing the suggestion does.
    """
    rows = suggestions.said(db, project_id)
    last = BINS[-2]
    bins = [
        ConfidenceBin(
            low=low,
            high=high,
            **_groups([r for r in rows if low <= r.confidence and (r.confidence < high or low == last)]),
        )
        for low, high in pairwise(BINS)
    ]
    return SuggestionReport(**_groups(rows), bins=bins)


def _groups(rows: Sequence[Said]) -> dict[str, Any]:
    shown = [row for row in rows if row.shown is Shown.SHOWN]
    hidden = [row for row in rows if row.shown is Shown.HIDDEN]
    apart = difference_of(*(share_of(sum(r.agreed for r in part), len(part)) for part in (shown, hidden)))
    return {
        "shown": _agreed(shown),
        "hidden": _agreed(hidden),
        "difference": DifferenceOut.model_validate(apart) if apart else None,
    }


def _agreed(rows: Sequence[Said]) -> AgreedOut:
    share = share_of(sum(row.agreed for row in rows), len(rows))
    times = [row.elapsed_ms for row in rows if row.elapsed_ms is not None]
    return AgreedOut(agreed=ShareOut.model_validate(share), median_ms=median(times) if times else None)
