"""Measurements of the bot beside floors taken in the same run; `python -m benchmarks` makes all of them."""
