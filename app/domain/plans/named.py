"""The plans that ship with Nextbatch, read from `named.toml` beside this file."""

import tomllib
from importlib.resources import files

from app.domain.errors import Invalid
from app.domain.plans.plan import Plan

# What the page for a new project proposes; the measurements are in docs/results.md. REST keeps to `pt4al`
# where no plan is named, as DESIGN.md agrees.
RECOMMENDED = "nextbatch"


class UnknownPlan(Invalid):
    """No plan of this name ships with this version."""

    code = "unknown_plan"


def _read() -> dict[str, Plan]:
    text = files(__package__).joinpath("named.toml").read_text(encoding="utf-8")
    return {name: Plan(name=name, **fields) for name, fields in tomllib.loads(text).items()}


NAMED_PLANS: dict[str, Plan] = _read()


def plan_named(name: str) -> Plan:
    """Return a plan by its name; raises UnknownPlan."""
    if name not in NAMED_PLANS:
        known = ", ".join(NAMED_PLANS)
        raise UnknownPlan(
            f"There is no plan {name!r}. Plans: {known}.", field="plan", known=list(NAMED_PLANS)
        )
    return NAMED_PLANS[name]
