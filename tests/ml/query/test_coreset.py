import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.ml.query.candidates import candidates
from workers.ml.query.coreset import k_center_greedy

LINE = torch.tensor([[0.0], [1.0], [2.0], [9.5], [10.0]])
NONE = torch.empty(0, 1)


def test_without_labels_the_first_is_the_one_nearest_to_the_mean() -> None:
    # The mean is 4.5; 2 is nearest to it. Then 10 is 8 away, 0 is 2, 1 is 1, and 9.5 is 0.5 away.
    assert k_center_greedy(LINE, NONE, 4) == [2, 4, 0, 1]


def test_labelled_images_are_centres_already() -> None:
    assert k_center_greedy(LINE, torch.tensor([[10.0], [9.0]]), 3) == [0, 2, 1]


def test_equally_far_rows_keep_their_order() -> None:
    square = torch.tensor([[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]])
    assert k_center_greedy(square, torch.zeros(1, 2), 1) == [0]


def test_a_copy_of_a_chosen_image_comes_last() -> None:
    assert k_center_greedy(torch.tensor([[0.0], [0.0], [5.0]]), torch.tensor([[0.0]]), 3)[0] == 2


@given(n=st.integers(1, 30), labelled=st.integers(0, 6), seed=st.integers(0, 2**31))
def test_every_choice_is_the_farthest_left(n: int, labelled: int, seed: int) -> None:
    known = candidates(n, labelled, seed=seed)
    assert known.features is not None
    assert known.labelled_features is not None
    rows = k_center_greedy(known.features, known.labelled_features, n)
    for count in range(0 if labelled else 1, n):
        centres = torch.cat([known.labelled_features, known.features[rows[:count]]])
        distances = torch.cdist(known.features, centres).amin(dim=1)
        torch.testing.assert_close(distances[rows[count]], distances.amax(), atol=1e-3, rtol=1e-3)
