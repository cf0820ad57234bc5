"""What the results of a backtest must be read with in mind; known before anything is trained."""

from collections import Counter

from app.domain.backtest import SEEDS_FOR_CLAIMS, BacktestConfig
from app.domain.enums import PoolScope
from workers.backtest.labelled_set import LabelledSet

_FEW_TEST_IMAGES = 30


def cautions(config: BacktestConfig, data: LabelledSet) -> list[str]:
    """Return each in a sentence."""
    found = []
    if config.seeds < SEEDS_FOR_CLAIMS:
        seeds = "1 seed" if config.seeds == 1 else f"{config.seeds} seeds"
        found.append(
            f"Only {seeds}: differences between plans are not to be trusted below "
            f"{SEEDS_FOR_CLAIMS} (Ji et al. 2023)."
        )
    found += _of_pool_batches(config, len(data.pool.ids))
    counts = Counter(data.test.labels)
    smallest = min(counts[label] for label in range(len(data.classes)))
    if smallest < _FEW_TEST_IMAGES:
        found.append(f"A class has only {smallest} test images: its recall is a rough figure.")
    if not any(plan.name == "random" for plan in config.resolved_plans()):
        found.append("There is no plan `random`, the floor that every other plan should beat.")
    return found


def _of_pool_batches(config: BacktestConfig, images: int) -> list[str]:
    wanted = config.budget * config.cycles
    if wanted > images:
        return [f"The pool has {images:,} images, and {wanted:,} labels are asked for: it will be used up."]
    plans = [plan.name for plan in config.resolved_plans() if plan.scope is PoolScope.POOL_BATCH]
    if not plans:
        return []
    found, names, batches = [], ", ".join(plans), config.pool_batches or config.cycles
    smallest = images // batches
    if smallest < config.budget:
        found.append(
            f"A pool batch has {smallest:,} images, fewer than the budget of {config.budget:,}: "
            f"there is nothing to choose for {names}."
        )
    if batches < config.cycles:
        found.append(
            f"There are {batches} pool batches for {config.cycles} cycles: behind the last, all that is left "
            f"is open to {names}."
        )
    return found
