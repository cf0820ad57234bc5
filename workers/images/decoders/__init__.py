"""Bytes of strangers are decoded by processes of their own, which may die (docs/decisions/0036)."""
