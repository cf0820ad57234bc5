"""Query strategies by name. To add one: a file beside this one, and its name here."""

from workers.ml.query import (
    badge,
    bald,
    coreset,
    entropy,
    learning_loss,
    least_confidence,
    margin,
    probcover,
    random,
    typiclust,
    uherding,
    uniform,
)
from workers.ml.query.strategy import QueryStrategy

QUERY_STRATEGIES: dict[str, QueryStrategy] = {
    module.STRATEGY.name: module.STRATEGY
    for module in (
        uniform,
        random,
        least_confidence,
        margin,
        entropy,
        bald,
        learning_loss,
        coreset,
        badge,
        typiclust,
        probcover,
        uherding,
    )
}
