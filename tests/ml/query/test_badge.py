import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.ml.query.candidates import candidates
from workers.ml.query.badge import STRATEGY, GradientEmbeddings
from workers.ml.query.strategy import Candidates


def written_out(probs: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    errors = probs - torch.nn.functional.one_hot(probs.argmax(dim=1), probs.shape[1])
    return (errors[:, :, None] * features[:, None, :]).flatten(1)


@given(n=st.integers(1, 20), classes=st.integers(1, 5), seed=st.integers(0, 2**31))
def test_distances_are_those_of_the_embeddings_written_out(n: int, classes: int, seed: int) -> None:
    known = candidates(n, classes=classes, seed=seed)
    assert known.probs is not None
    assert known.features is not None
    full = written_out(known.probs, known.features)
    embeddings = GradientEmbeddings(known.probs, known.features)
    expected = (full - full[0]).square().sum(dim=1)
    torch.testing.assert_close(embeddings.squared_to(0), expected, atol=1e-4, rtol=1e-4)


def test_a_gradient_by_hand() -> None:
    # (0.6 - 1, 0.4) times (3, 4): length sqrt(0.32) * 5.
    embeddings = GradientEmbeddings(torch.tensor([[0.6, 0.4]]), torch.tensor([[3.0, 4.0]]))
    torch.testing.assert_close(embeddings.norms, torch.tensor([8.0]))


def test_the_first_is_the_longest_gradient() -> None:
    probs = torch.tensor([[0.9, 0.1], [0.5, 0.5], [0.9, 0.1]])
    assert STRATEGY(Candidates(3, probs=probs, features=torch.ones(3, 2)), 1, 0) == [1]


def test_copies_are_chosen_only_when_nothing_else_is_left() -> None:
    probs = torch.tensor([[0.6, 0.4]]).repeat(30, 1)
    features = torch.eye(3).repeat_interleave(10, dim=0)
    for seed in range(20):
        rows = STRATEGY(Candidates(30, probs=probs, features=features), 30, seed)
        assert {row // 10 for row in rows[:3]} == {0, 1, 2}


def test_certain_images_have_no_gradient_and_come_last() -> None:
    probs = torch.tensor([[1.0, 0.0], [0.5, 0.5], [1.0, 0.0]])
    rows = STRATEGY(Candidates(3, probs=probs, features=torch.ones(3, 2)), 3, 0)
    assert rows[0] == 1
    assert sorted(rows[1:]) == [0, 2]


def test_far_gradients_are_drawn_more_often() -> None:
    probs = torch.tensor([[0.5, 0.5]]).repeat(3, 1)
    features = torch.tensor([[10.0, 0.0], [9.0, 0.0], [-9.0, 0.0]])
    second = [STRATEGY(Candidates(3, probs=probs, features=features), 2, seed)[1] for seed in range(50)]
    assert second.count(2) > 45


def test_another_seed_draws_others() -> None:
    known = candidates(100)
    assert STRATEGY(known, 20, 1) != STRATEGY(known, 20, 2)
