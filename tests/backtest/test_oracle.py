import pytest
import torch

from workers.backtest.labelled_set import Labelled
from workers.backtest.oracle import Cheating, Exam, Oracle

POOL = Labelled(["a", "b", "c"], [0, 1, 1])


def test_labels_are_known_only_once_they_were_asked_for() -> None:
    oracle = Oracle(POOL, ["t"])
    assert oracle.labels == {}
    oracle.ask(["b"])
    assert oracle.labels == {"b": 1}


def test_an_image_asked_twice_voids_the_backtest() -> None:
    oracle = Oracle(POOL, [])
    oracle.ask(["a"])
    with pytest.raises(Cheating, match="twice"):
        oracle.ask(["c", "a"])


def test_a_plan_that_asks_for_a_test_label_voids_the_backtest() -> None:
    with pytest.raises(Cheating, match="must stay hidden"):
        Oracle(POOL, ["t"]).ask(["t"])


def test_a_held_out_image_in_the_pool_voids_the_backtest() -> None:
    with pytest.raises(Cheating, match="held-out"):
        Oracle(POOL, ["t", "b"])


def test_an_exam_gives_marks_and_no_labels() -> None:
    exam = Exam(Labelled(["a", "b"], [0, 1]))
    assert exam.mark(torch.tensor([[0.9, 0.1], [0.8, 0.2]])).accuracy == 0.5
    assert not hasattr(exam, "labels")
