"""Intents and their delivery: what should be in Slack or Intercom gets there once, or somebody is told."""
