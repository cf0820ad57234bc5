"""Plans: what a project follows from the pretext task to the last query."""

from app.domain.plans.named import NAMED_PLANS, RECOMMENDED, plan_named
from app.domain.plans.plan import Plan

__all__ = ["NAMED_PLANS", "RECOMMENDED", "Plan", "plan_named"]
