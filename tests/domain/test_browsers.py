"""Browsers are told by the name that people know."""

import pytest

from app.domain.browsers import browser_named, system_named

MOZILLA = "Mozilla/5.0 "
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "


@pytest.mark.parametrize(
    ("said", "browser", "system"),
    [
        (MOZILLA + "(X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox", "Linux"),
        (MOZILLA + f"(Windows NT 10.0; Win64; x64) {WEBKIT}Safari/537.36", "Chrome", "Windows"),
        (MOZILLA + f"(Windows NT 10.0; Win64; x64) {WEBKIT}Safari/537.36 Edg/140.0.0.0", "Edge", "Windows"),
        (MOZILLA + f"(Macintosh; Intel Mac OS X 10_15_7) {WEBKIT}Safari/537.36 OPR/122.0", "Opera", "macOS"),
        (MOZILLA + f"(Windows NT 10.0) {WEBKIT}Whale/4.33.325 Safari/537.36", "Whale", "Windows"),
        (MOZILLA + f"(Linux; Android 10; K) {WEBKIT}Mobile Safari/537.36", "Chrome", "Android"),
        (
            MOZILLA + "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
            "Safari",
            "macOS",
        ),
        (
            MOZILLA + "(iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605 CriOS/140.0 Safari/604",
            "Chrome",
            "iPhone",
        ),
        ("python-httpx/0.28.1", None, None),
        ("", None, None),
    ],
)
def test_a_browser_is_told_by_its_name(said: str, browser: str | None, system: str | None) -> None:
    assert (browser_named(said), system_named(said)) == (browser, system)
