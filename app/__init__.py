"""Nextbatch: the API, its services and its data."""

__version__ = "0.1.0"
