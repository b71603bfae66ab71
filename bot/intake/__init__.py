"""Receipts, and how they become facts. Webhooks and the sweep end in the same `apply_conversation`."""
