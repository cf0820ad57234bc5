"""What a browser calls itself, in a few words: so that people know theirs again."""

# Each names itself last, after those that it wants to be taken for: the first that is found here counts.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Whale/": "Whale",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Macintosh": "macOS",
    "Linux": "Linux",
}


def browser_named(user_agent: str) -> str | None:
    """Return the browser's name; None if it is none of those that are known."""
    return next((name for mark, name in _BROWSERS.items() if mark in user_agent), None)


def system_named(user_agent: str) -> str | None:
    """Return the name of what the browser runs on; None if it is none of those that are known."""
    return next((name for mark, name in _SYSTEMS.items() if mark in user_agent), None)
