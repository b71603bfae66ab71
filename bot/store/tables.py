"""Every table in one import, for migrations and tests that compare them with the code."""

from sqlmodel import SQLModel

from bot.store import (
    accounts,
    audit,
    clocks,
    comparisons,
    conversations,
    crossings,
    erased,
    exports,
    holds,
    homes,
    intents,
    mailbox,
    mapped,
    outside,
    posts,
    pulse,
    receipts,
    rechecks,
    reps,
    risk,
    saved_replies,
    slots,
    spreads,
    threads,
)

MODULES = (
    accounts,
    audit,
    clocks,
    comparisons,
    conversations,
    crossings,
    erased,
    exports,
    holds,
    homes,
    intents,
    mailbox,
    mapped,
    outside,
    posts,
    pulse,
    receipts,
    rechecks,
    reps,
    risk,
    saved_replies,
    slots,
    spreads,
    threads,
)

metadata = SQLModel.metadata
