import pytest
import torch
from torch import Tensor

from workers.ml.calibration import (
    FEWEST,
    HIGHEST,
    NotCalibrated,
    calibrated,
    cross_calibrated,
    fit_temperature,
)


def overconfident(n: int, temperature: float) -> tuple[Tensor, list[int]]:
    """Logits that tell the truth once they are divided by `temperature`."""
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(n, 4, generator=generator)
    labels = torch.multinomial(logits.softmax(dim=1), 1, generator=generator)[:, 0]
    return (logits * temperature).softmax(dim=1), labels.tolist()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_spoiled_the_logits_is_found(temperature: float) -> None:
    assert fit_temperature(*overconfident(4000, temperature)) == pytest.approx(temperature, rel=0.05)


def test_no_other_temperature_gives_less_log_loss() -> None:
    probs, labels = overconfident(200, 2.0)
    best = fit_temperature(probs, labels)

    def log_loss(temperature: float) -> float:
        of_truth = calibrated(probs, temperature).double().gather(1, torch.tensor(labels)[:, None])
        return float(-of_truth.log().mean())

    assert log_loss(best) < min(log_loss(best * 0.95), log_loss(best * 1.05), log_loss(1.0))


def test_calibrating_is_dividing_the_logits() -> None:
    logits = torch.tensor([[3.0, 1.0, -40.0], [0.0, 0.0, 0.0]])
    torch.testing.assert_close(calibrated(logits.softmax(dim=1), 2.5), (logits / 2.5).softmax(dim=1))


def test_a_probability_of_zero_is_taken() -> None:
    assert calibrated(torch.tensor([[1.0, 0.0]]), 2.0).isfinite().all()


def test_the_top_class_stays_but_the_order_of_images_may_change() -> None:
    # One sure rival, or many weak ones: a high temperature hurts the second more.
    probs = torch.tensor([[0.55, 0.45] + [0.0] * 8, [0.6] + [0.4 / 9] * 9])
    after = calibrated(probs, 3.0)
    assert after.argmax(dim=1).tolist() == probs.argmax(dim=1).tolist()
    assert (probs.amax(dim=1).argsort().tolist(), after.amax(dim=1).argsort().tolist()) == ([0, 1], [1, 0])


def test_too_few_images_are_not_enough() -> None:
    probs, labels = overconfident(FEWEST - 1, 2.0)
    with pytest.raises(NotCalibrated, match="there are 49"):
        fit_temperature(probs, labels)


def test_without_a_mistake_there_is_no_temperature() -> None:
    probs = torch.tensor([[0.9, 0.1]]).expand(FEWEST, 2)
    with pytest.raises(NotCalibrated, match="no mistake"):
        fit_temperature(probs, [0] * FEWEST)


def test_a_model_worse_than_chance_is_sure_of_nothing() -> None:
    probs = torch.tensor([[0.9, 0.1]]).expand(FEWEST, 2)
    assert fit_temperature(probs, [1] * FEWEST) == pytest.approx(HIGHEST, rel=0.01)


def test_each_half_is_calibrated_by_the_other() -> None:
    probs, labels = overconfident(2 * FEWEST, 3.0)
    done = cross_calibrated(probs, labels)
    first, second = fit_temperature(probs[::2], labels[::2]), fit_temperature(probs[1::2], labels[1::2])
    assert first != second
    assert torch.equal(done[::2], calibrated(probs[::2], second))
    assert torch.equal(done[1::2], calibrated(probs[1::2], first))


def test_halves_that_are_too_small_are_not_enough() -> None:
    with pytest.raises(NotCalibrated):
        cross_calibrated(*overconfident(2 * FEWEST - 1, 2.0))
