"""What an operator does to the store without running the bot: look after the outbox, move to PostgreSQL.

Each command is a module with a click command or group of its own, and one line in bot/cli.py. What it does
to the rows is a plain function of the store or the outbox; here are options, questions and tables.
"""
