"""Counting after a run: what should be in Slack and Intercom, and what is."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from busy_day import Day
from on_the_screen import key_of, words
from person import Person
from sqlmodel import Session, select
from town import Town

from bot.store import intents
from bot.store.intents import Intent
from bot.store.posts import Post
from bot.store.receipts import Receipt
from sandbox.intercom.text import plain
from sandbox.slack.model import Message

Figures = Callable[[str, Any], None]
"""The fixture `figures`: what a run is called, and its tally or figures by name."""


@dataclass(frozen=True)
class Tally:
    """`messages` are names of messages that Slack took, `lost` and `doubled` of those that it should have.

    `asked` are replies of which a rep was asked whether to send them again, `silent` those that neither the
    customer nor the rep ever heard of. `webhooks` were answered with 200.
    """

    kills: int = 0
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    replies: int = 0
    asked: int = 0
    twice: int = 0
    silent: int = 0
    webhooks: int = 0
    forgotten: int = 0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.twice or self.silent or self.forgotten)


LONGEST = 240.0
"""Seconds after which nobody waits for bots that still get something done."""


async def quiet(town: Town, day: Day | None = None, seconds: float = 45.0) -> frozenset[str]:
    """The bad day is over: wait until the bots that run have done everything there is to do.

    So many seconds in which nothing of it gets less are the end, on machines of any speed: what is missing
    then is counted as lost. The names of all messages that were wanted by then: time goes on, and what is
    wanted in the moment in which the bots are told to stop is said by the next ones.
    """
    town.house.faults.clear()
    least, still, wanted = _undone(town, day), 0, frozenset[str]()
    begun = gained = time.monotonic()
    while still < 8:
        wanted = frozenset(town.read(_wanted_posts))
        now, left = time.monotonic(), _undone(town, day)
        still = still + 1 if left == 0 else 0
        if left < least:
            least, gained = left, now
        if now > min(gained + seconds, begun + LONGEST):
            break
        await asyncio.sleep(0.15)
    return wanted


def _undone(town: Town, day: Day | None) -> int:
    """How much there is to be delivered, applied and rung."""
    open_ones = town.read(intents.open_ones, town.house.workspace)
    unrung = day.unrung() if day is not None else ()
    return len(open_ones) + len(town.read(_new_receipts)) + len(unrung)


async def send_again_what_is_missing(town: Town, day: Day) -> int:
    """Each rep looks in Intercom and presses Send again where their words are not; how many were asked."""
    asked = [each for each in day.said if was_asked(town, each.view)]
    for said in asked:
        if received(town, said.text) == 0:
            message = _card(town, said.view)
            assert message is not None
            person = next(each for each in _reps(town) if each.admin == _writer(town, said.view))
            outcome = await person.presses(message, "resend")
            assert outcome.ok, outcome
    return len(asked)


def count(town: Town, day: Day, asked: int, wanted: frozenset[str]) -> Tally:
    """What came of the day, now that everything is quiet; `wanted` as `quiet` told it."""
    still_wanted = wanted & set(town.read(_wanted_posts))
    lost = {f"post:{key}" for key in still_wanted if not town.posted[f"post:{key}"]} | {
        f"post:alert:{each}" for each in day.unrung()
    }
    texts = [said.text for said in day.said]
    times = {text: received(town, text) for text in [*texts, *day.unsure]}
    done = town.read(_done_receipts)
    return Tally(
        kills=town.kills,
        messages=len(town.posted),
        lost=len(lost),
        doubled=len(town.doubled()),
        replies=len(texts),
        asked=asked,
        twice=sum(1 for number in times.values() if number > 1),
        silent=sum(1 for text in texts if times[text] == 0),
        webhooks=len(town.acknowledged),
        forgotten=len(town.acknowledged - done),
    )


def received(town: Town, text: str) -> int:
    """How often Intercom took these words, as a reply or as a note."""
    return _said_in_intercom(town)[text]


def was_asked(town: Town, view: str) -> bool:
    card = _card(town, view)
    return card is not None and "*Not confirmed*" in words(card.blocks)


def _said_in_intercom(town: Town) -> Counter[str]:
    found: Counter[str] = Counter()
    workspace = town.house.intercom.workspace
    for conversation in workspace.conversations.values():
        for part in conversation.parts:
            if part.by_admin and part.body:
                found[plain(part.body)] += 1
    return found


def _card(town: Town, view: str) -> Message | None:
    key = f"post:delivery:{view}"
    for channel in town.house.slack.channels:
        for message in town.house.slack.messages(channel):
            if key_of(message) == key:
                return message
    return None


def _writer(town: Town, view: str) -> str:
    return str(town.read(_writer_of, view))


def _writer_of(session: Session, view: str) -> str | None:
    for prefix in ("reply", "note"):
        intent = intents.by_key(session, f"{prefix}:{view}")
        if intent is not None:
            return str(intent.payload["admin_id"])
    return None


def _reps(town: Town) -> list[Person]:
    house = town.house
    return [house.ana, house.ben, house.cem, house.lea]


def _wanted_posts(session: Session) -> list[str]:
    return list(session.exec(select(Post.key).where(Post.state != "gone")))


def _new_receipts(session: Session) -> list[str]:
    return list(session.exec(select(Receipt.delivery_id).where(Receipt.state == "new")))


def _done_receipts(session: Session) -> set[str]:
    return set(session.exec(select(Receipt.delivery_id).where(Receipt.state == "done")))


def states(session: Session) -> Counter[str]:
    """How many intents stand in which state."""
    return Counter(session.exec(select(Intent.state)))
