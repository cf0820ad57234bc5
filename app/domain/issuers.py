"""Where OpenID providers may be: behind HTTPS, or on this very machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def check_issuer(url: str) -> str:
    """Return the address; raises ValueError if what comes from there could be somebody else's word."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise ValueError(f"{url} is no address such as https://id.example.org")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(f"{url} must be an https:// address")
    return url


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
