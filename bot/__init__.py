"""Watchbell: what the bot knows and decides. Rooms and arrows are described in docs/architecture.md."""
