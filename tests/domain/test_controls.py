"""Where control images come."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.controls import drawn, mixed, most_of, weighted

KEY = UUID(int=7)


def test_a_draw_is_even_and_the_same_for_the_same_thing() -> None:
    numbers = [drawn(KEY, "x", place) for place in range(4000)]
    assert numbers == [drawn(KEY, "x", place) for place in range(4000)]
    assert abs(sum(number < 0.2 for number in numbers) / 4000 - 0.2) < 0.02
    assert drawn(UUID(int=8), "x", 0) != numbers[0]


def test_the_share_is_that_of_all_images() -> None:
    mix = mixed(
        range(3000), [], {}, limit=9000, most=9000, comes=lambda at, place: drawn(KEY, at, place) < 0.25
    )
    assert mix.images == 3000
    assert abs(len(mix.new) / mix.size - 0.25) < 0.02
    assert abs(len(mix.new) - most_of(3000, 0.25)) < 60


@given(
    free=st.lists(st.integers(0, 30), unique=True, max_size=12).map(sorted),
    again=st.lists(st.integers(0, 30), max_size=4).map(sorted),
    limit=st.integers(0, 12),
    most=st.integers(-2, 5),
)
def test_control_images_come_before_images_of_the_queue_and_never_alone(
    free: list[int], again: list[int], limit: int, most: int
) -> None:
    mix = mixed(free, again, {}, limit=limit, most=most, comes=lambda at, place: place < at % 3)
    assert mix.size <= limit
    assert len(mix.new) <= max(0, most)
    assert mix.images <= len(free)
    assert all(at <= free[-1] for at, _ in mix.new)
    assert all(at <= free[-1] for at in again[: mix.again])
    assert mix.size == limit or mix.images == len(free)


def test_who_asks_in_small_parts_gets_what_one_large_part_has() -> None:
    def comes(at: int, place: int) -> bool:
        return drawn(KEY, at, place) < 0.4

    whole = mixed(range(50), [], {}, limit=500, most=500, comes=comes).new
    parts: list[tuple[int, int]] = []
    done = 0
    while done < 50:
        before = {at: sum(one == at for one, _ in parts) for at, _ in parts}
        mix = mixed(range(done, 50), [], before, limit=1, most=500, comes=comes)
        parts += mix.new
        done += mix.images
    assert parts == whole


def test_a_weighted_choice_follows_its_weights() -> None:
    assert [weighted([1, 0, 3], number) for number in (0.0, 0.24, 0.26, 0.99)] == [0, 0, 2, 2]
    assert weighted([], 0.5) is None
    assert weighted([0, 0], 0.5) is None
