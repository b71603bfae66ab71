"""What an operator does beside the running bot, or while it is stopped: audit, erase, export, migrate-db,
model, outbox, policies, replay.

Each command is a module with a click command or group of its own, and one line in bot/cli.py. What it does
to the rows is a plain function of the store or the outbox; here are options, questions and tables.
"""
