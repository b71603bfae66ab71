"""Entrances for people: one module per thing a person does in Slack.

Each has `register(routes)`. A handler is short: check who asks, read input, one call into bot, show the
result.
"""
