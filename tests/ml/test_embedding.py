"""Features in two dimensions."""

import numpy as np
import pytest
import torch

from workers.ml.embedding import flat


def test_rows_that_are_alike_lie_together_and_the_same_each_time() -> None:
    generator = torch.Generator().manual_seed(1)
    centres = torch.eye(3, 64).repeat_interleave(20, dim=0)
    features = centres + 0.05 * torch.randn(60, 64, generator=generator)
    heard: list[float] = []
    points = flat(features, 0, lambda part, _message: heard.append(part))
    assert points.shape == (60, 2)
    assert points.min() >= 0
    assert points.max() <= 1
    assert (np.ptp(points, axis=0).max()) == pytest.approx(1, abs=1e-5)
    groups = points.reshape(3, 20, 2)
    within = max(np.linalg.norm(g - g.mean(0), axis=1).max() for g in groups)
    between = min(np.linalg.norm(groups[a].mean(0) - groups[b].mean(0)) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert within < between
    assert heard == sorted(heard)
    assert len(heard) > 5
    np.testing.assert_array_equal(points, flat(features, 0))


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="5 rows"):
        flat(torch.ones(4, 3), 0)
