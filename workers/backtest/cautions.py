"""What the results of a backtest must be read with in mind; known before anything is trained."""

from collections import Counter

from app.domain.backtest import SEEDS_FOR_CLAIMS, BacktestConfig
from app.domain.enums import PoolScope
from workers.backtest.labelled_set import LabelledSet
from workers.ml.said import Said

_FEW_TEST_IMAGES = 30


def cautions(config: BacktestConfig, data: LabelledSet) -> list[Said]:
    """Return each in a sentence."""
    found = []
    if config.seeds < SEEDS_FOR_CLAIMS:
        seeds = "1 seed" if config.seeds == 1 else "{count} seeds"
        rest = "differences between plans are not to be trusted below {fewest} (Ji et al. 2023)."
        text = f"Only {seeds}: {rest}"
        found.append(Said("few_seeds", text, count=config.seeds, fewest=SEEDS_FOR_CLAIMS))
    found += _of_pool_batches(config, len(data.pool.ids))
    counts = Counter(data.test.labels)
    smallest = min(counts[label] for label in range(len(data.classes)))
    if smallest < _FEW_TEST_IMAGES:
        text = "A class has only {count} test images: its recall is a rough figure."
        found.append(Said("few_test_images", text, count=smallest))
    if not any(plan.name == "random" for plan in config.resolved_plans()):
        text = "There is no plan `random`, the floor that every other plan should beat."
        found.append(Said("no_random_plan", text))
    return found


def _of_pool_batches(config: BacktestConfig, images: int) -> list[Said]:
    wanted = config.budget * config.cycles
    if wanted > images:
        text = "The pool has {images:,} images, and {wanted:,} labels are asked for: it will be used up."
        return [Said("pool_used_up", text, images=images, wanted=wanted)]
    plans = [plan.name for plan in config.resolved_plans() if plan.scope is PoolScope.POOL_BATCH]
    if not plans:
        return []
    found, names, batches = [], ", ".join(plans), config.pool_batches or config.cycles
    smallest = images // batches
    if smallest < config.budget:
        text = (
            "A pool batch has {images:,} images, fewer than the budget of {budget:,}: "
            "there is nothing to choose for {plans}."
        )
        found.append(Said("small_pool_batches", text, images=smallest, budget=config.budget, plans=names))
    if batches < config.cycles:
        text = (
            "There are {batches} pool batches for {cycles} cycles: behind the last, all that is left "
            "is open to {plans}."
        )
        found.append(Said("few_pool_batches", text, batches=batches, cycles=config.cycles, plans=names))
    return found
