"""What query strategies make of images that may show several classes."""

from dataclasses import replace
from math import log

import pytest
import torch

from tests.ml.query.candidates import candidates
from workers.ml.query import yes_or_no
from workers.ml.query.badge import GradientEmbeddings
from workers.ml.query.bald import mean_mutual_information
from workers.ml.query.registry import QUERY_STRATEGIES
from workers.ml.query.strategy import Candidates

# Sure of everything; torn over one class; fairly unsure of all; and sure that there is nothing.
PROBS = torch.tensor([[0.99, 0.01, 0.99], [0.5, 0.01, 0.99], [0.75, 0.25, 0.75], [0.001, 0.001, 0.001]])
KNOWN = Candidates(4, probs=PROBS, several=True)


@pytest.mark.parametrize(
    ("name", "order"),
    [("least_confidence", [2, 1, 0, 3]), ("margin", [1, 2, 0, 3]), ("entropy", [2, 1, 0, 3])],
)
def test_what_is_unsure_comes_first(name: str, order: list[int]) -> None:
    assert QUERY_STRATEGIES[name](KNOWN, 4, 0) == order


def test_that_nothing_is_shown_is_no_doubt_where_classes_are_each_for_itself() -> None:
    assert QUERY_STRATEGIES["least_confidence"](KNOWN, 4, 0)[-1] == 3
    assert QUERY_STRATEGIES["least_confidence"](replace(KNOWN, several=False), 1, 0) == [3]


def test_the_measures_are_those_of_the_definitions() -> None:
    probs = torch.tensor([[0.5, 0.9]])
    assert yes_or_no.confidence(probs).item() == pytest.approx(0.7)
    assert yes_or_no.least_margin(probs).item() == pytest.approx(0)
    expected = (log(2) - 0.9 * log(0.9) - 0.1 * log(0.1)) / 2
    assert yes_or_no.mean_entropy(probs).item() == pytest.approx(expected)


def test_samples_that_contradict_each_other_tell_something_and_unsure_ones_do_not() -> None:
    sampled = torch.tensor([[[1.0], [0.5]], [[0.0], [0.5]]])  # two passes, two images, one class
    assert mean_mutual_information(sampled).tolist() == pytest.approx([log(2), 0])


def test_gradients_are_those_of_the_likelier_answers() -> None:
    embeddings = GradientEmbeddings(torch.tensor([[0.9, 0.2]]), torch.ones(1, 1), several=True)
    torch.testing.assert_close(embeddings.errors, torch.tensor([[-0.1, 0.2]]))


@pytest.mark.parametrize("name", sorted(QUERY_STRATEGIES))
def test_every_strategy_chooses_different_images_of_several_classes(name: str) -> None:
    known = candidates(20)
    probs = torch.rand(20, 3, generator=torch.Generator().manual_seed(0))
    rows = QUERY_STRATEGIES[name](replace(known, probs=probs, several=True), 6, 0)
    assert len(set(rows)) == 6
