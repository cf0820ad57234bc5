"""Passwords and random secrets."""

import hashlib
import secrets
from functools import lru_cache

from pwdlib import PasswordHash


@lru_cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


def hash_password(password: str) -> str:
    """Return an Argon2 hash."""
    return _hasher().hash(password)


def check_password(password: str, stored: str | None) -> bool:
    """Compare; takes as long without an account as with one, so that emails cannot be probed."""
    if stored is None:
        _hasher().verify(password, _nobody())
        return False
    return _hasher().verify(password, stored)


@lru_cache
def _nobody() -> str:
    return hash_password(secrets.token_urlsafe())


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """Return what is stored of a random secret; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
