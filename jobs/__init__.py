"""Entrances for the clock: one module per tick, and the APScheduler set-up.

A tick is short: ask whether anything is due, one call into bot, return how much was done. What is due lives
in tables; a tick that is missed is made up by the next one.
"""
