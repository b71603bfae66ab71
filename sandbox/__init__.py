"""A local Slack and a local Intercom with a web page: the bot runs against them unmodified.

Imports nothing of `bot`; only the `demo` command and the tests import it.
"""
