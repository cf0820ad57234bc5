"""From a key to the next image, with the server 300 ms away."""

import statistics
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import SECONDS, annotations, queue_of
from tests.stack import MakeProject

IMAGES = 200
AWAY_MS = 300
LOOK_MS = 100  # how long the quickest of people looks at an image
ARRIVE_MS = 1500  # and at the page, before the first answer: five round trips, in which the images ahead come

MARKS = (
    """name => performance.getEntriesByName(name).map(({startTime, detail}) => ({startTime, ...detail}))"""
)
PAINTED = """count => performance.getEntriesByName("bench:painted").length >= count"""


def marks(page: Page, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(MARKS, f"bench:{name}")
    return found


@pytest.mark.alone
def test_the_next_image_is_there_before_the_key_is_pressed(page: Page, make_project: MakeProject) -> None:
    project = queue_of(make_project, IMAGES)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": AWAY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    page.goto(f"/projects/{project.id}/label")
    expect(page.get_by_test_id("bench-image")).to_be_visible(timeout=SECONDS)
    page.wait_for_timeout(ARRIVE_MS)
    for number in range(IMAGES):
        page.wait_for_function(PAINTED, arg=number + 1, timeout=SECONDS)
        page.wait_for_timeout(LOOK_MS)
        page.keyboard.press(str(number % 9 + 1))
    expect(page.get_by_test_id("unsent")).to_be_empty(timeout=SECONDS)

    pressed, painted = marks(page, "key"), marks(page, "painted")
    assert (len(pressed), len(painted)) == (IMAGES, IMAGES)
    took = [after["startTime"] - key["startTime"] for key, after in zip(pressed, painted[1:], strict=False)]
    deciles = statistics.quantiles(took, n=20)
    print(
        f"\nkey to next image painted, {len(took)} images, server {AWAY_MS} ms away: median "
        f"{statistics.median(took):.0f} ms, p95 {deciles[-1]:.0f} ms, most {max(took):.0f} ms"
    )
    waited = [
        place
        for place, (key, after) in enumerate(zip(pressed, painted[1:], strict=False))
        if after["readyAt"] > key["startTime"]
    ]
    assert waited == []

    kept = annotations(project)
    assert [a["image_id"] for a in kept] == [mark["image"] for mark in painted]
    assert [a["class"] for a in kept] == [str(number % 9) for number in range(IMAGES)]
