"""10,000 accounts with 80,000 open conversations: a digest of all of them, and one new message in one.

    python -m benchmarks.many_accounts [--quick]

The tables are filled beforehand (`benchmarks/filling.py`); the bot is the real one on SQLite, its ticks stand
still.

* A digest: wall time from the question what is due to the last message in the outbox, for a digest to a
  channel and one to every linked rep, and the peak memory of the whole process at the end.
* A new message: wall time from the facts Intercom sent to the account judged anew and its cards in the
  outbox, as the judging tick does it. The goal is about all but the slowest twentieth of the accounts, of
  which the thread stands already; the message that opens one is told beside.
* What a person waits for with Slack's three seconds: `/atrisk` and "Why this risk?", each until its answer
  is drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from benchmarks.figures import Figure, memory, percentile, say
from benchmarks.stage import filled_bot, link_reps, stage
from bot.accounts import digest_times
from bot.cards import atrisk as atrisk_card
from bot.cards import why_risk
from bot.clock import moment
from bot.intake.apply import apply_conversation
from bot.intake.teammates import read_teammates
from bot.intercom.facts import ConversationFacts, PartFacts
from bot.risk import atrisk
from bot.running import Bot
from bot.settings.model import Digest
from bot.store import pulse
from jobs import digests
from jobs.schedule import QUICK, run_tick

ACCOUNTS, PER_ACCOUNT = 10_000, 8
FIRST_ID = 900_000_000_000
DIGEST_GOAL, MEMORY_GOAL, MESSAGE_GOAL = 30.0, 400.0, 50.0
ANSWER_GOAL = 1.0
SUBJECT = "Many accounts"


async def digest(bot: Bot, to: str, channel: str | None) -> float:
    """Seconds until a digest of everything is in the outbox."""
    now = bot.works.clock.now()
    told = Digest(f"to {to}", to, (now.time().replace(second=0, microsecond=0),), tuple(range(7)), "UTC")
    bot.works.office = replace(bot.works.office, digests=((told, channel),))
    # It stood in watchbell.toml yesterday: one that was just added would come from its next time on.
    await bot.store.write(digest_times.note, bot.works.office, now - timedelta(days=1))
    began = time.perf_counter()
    done = await digests.tick(bot.works)
    if not done:
        raise RuntimeError("the digest said nothing")
    return time.perf_counter() - began


def message(bot: Bot, number: int, nth: int) -> ConversationFacts:
    """A customer writes once more, for the nth time, in a conversation of the account with this number."""
    now = bot.works.clock.now()
    conversation = str(FIRST_ID + number * PER_ACCOUNT)
    person = f"p{number * PER_ACCOUNT}"
    words = PartFacts(
        id=f"{number}00{nth}",
        kind="comment",
        raw_kind="comment",
        author_type="contact",
        author_id=person,
        author_name=f"Person {number}",
        author_email=None,
        automatic=False,
        text="And today the export of our report ends in error E-4417.",
        html=None,
        created_at=now,
    )
    return ConversationFacts(
        id=conversation,
        created_at=now - timedelta(hours=30),
        updated_at=now,
        channel="email",
        waiting_since=now,
        contact_ids=(person,),
        company_id=f"a{number}",
        parts=(words,),
        parts_complete=True,
    )


async def judged(bot: Bot) -> None:
    """Conversations and accounts, until none is left to judge."""
    done = 1
    while done:
        done = 0
        for name in ("judge", "accounts"):
            done += await run_tick(bot.works, name, QUICK[name])


async def written(bot: Bot, number: int, nth: int) -> float:
    """Milliseconds until the account of a new message has been judged."""
    facts = message(bot, number, nth)
    began = time.perf_counter()
    await bot.store.write(apply_conversation, bot.office.workspace, facts, moment(bot.works.clock))
    await judged(bot)
    return (time.perf_counter() - began) * 1000


async def at_risk(bot: Bot) -> float:
    """Seconds until the list of those at risk is drawn."""
    began = time.perf_counter()
    atrisk_card.render(await bot.store.read(atrisk.card, bot.works.office, bot.works.clock.now()))
    return time.perf_counter() - began


async def why(bot: Bot) -> float:
    """Seconds until the reasons of one account's risk are drawn."""
    began = time.perf_counter()
    card = await bot.store.read(atrisk.why, bot.works.office, "a7", moment(bot.works.clock))
    why_risk.render(card)
    return time.perf_counter() - began


def _as_read(session: Session, workspace: str, now: datetime) -> None:
    """What the tables hold was read just now: no digest waits for a sweep."""
    pulse.beat(session, workspace, pulse.SWEEP, now=now)
    for mark in (pulse.SWEPT, pulse.TICKETS, pulse.ACCOUNTS, pulse.ACTIVITY):
        pulse.set_mark(session, workspace, mark, now.isoformat())


async def _measure(bot: Bot, messages: int) -> None:
    await bot.store.write(_as_read, bot.office.workspace, bot.works.clock.now())
    await read_teammates(bot.store, bot.office.workspace, bot.reads, bot.works.clock)
    await link_reps(bot)
    await judged(bot)
    for to, channel in (("a channel", bot.office.channels.monday), ("owners", None)):
        took = await digest(bot, to, channel)
        Figure(SUBJECT, f"a digest to {to}", took, "s", goal=DIGEST_GOAL).tell()
    Figure(SUBJECT, "memory, digests included", memory("VmHWM"), "MB", goal=MEMORY_GOAL).tell()
    for what, took in (("/atrisk", await at_risk(bot)), ("why a risk", await why(bot))):
        Figure(SUBJECT, f"{what} is answered", took, "s", goal=ANSWER_GOAL).tell()
    # The stored promises are long past: judged one after the other within a minute they would be one burst.
    config = bot.works.office.config
    bot.works.office = replace(
        bot.works.office, config=replace(config, alerts=replace(config.alerts, burst=0))
    )
    first = [await written(bot, number * 7, 1) for number in range(messages)]
    later = [await written(bot, number * 7, 2) for number in range(messages)]
    for what, times, goal in (
        ("a message opens its account's thread", first, None),
        ("a message updates its account", later, MESSAGE_GOAL),
    ):
        note = f"median {percentile(times, 50):.1f} ms, slowest {max(times):.0f} ms of {messages}"
        Figure(SUBJECT, f"{what}, 95 of 100 within", percentile(times, 95), "ms", goal=goal, note=note).tell()


async def measure(*, quick: bool) -> None:
    count = ACCOUNTS * PER_ACCOUNT
    say(f"many accounts: {ACCOUNTS:,} accounts, {count:,} conversations")
    async with stage(8) as office, filled_bot(office, count) as bot:
        await _measure(bot, 40 if quick else 200)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Fewer messages.")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
