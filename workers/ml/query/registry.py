"""Query strategies by name. To add one: a file beside this one, and its name here."""

from workers.ml.query import least_confidence, random, uniform
from workers.ml.query.strategy import QueryStrategy

QUERY_STRATEGIES: dict[str, QueryStrategy] = {
    module.STRATEGY.name: module.STRATEGY for module in (uniform, random, least_confidence)
}
