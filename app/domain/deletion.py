"""Deleted projects."""

from datetime import timedelta

KEPT_FOR = timedelta(days=7)  # in which an owner may bring a deleted project back
