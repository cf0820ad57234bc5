"""Backtests: what each plan would have brought on images whose labels are known."""
