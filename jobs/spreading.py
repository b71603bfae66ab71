"""Hear which new problem several accounts tell, and announce it once.

Looks after something was judged, and reads beside the writers; each look takes in a few conversations only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlmodel import Session

from bot.accounts import spreads
from bot.accounts.listening import Heard, Listening, look
from bot.clock import Moment
from bot.intake.sweep import SWEPT
from bot.office import Office
from bot.sla.place import shared_channel
from bot.sla.promises import Promises
from bot.store import pulse
from bot.store import spreads as kept
from bot.store.conversations import Conversation
from jobs.works import Works


async def tick(works: Works) -> int:
    office, store, heard_so_far = works.office, works.store, works.listening
    if not office.config.spreading.enabled:
        return 0
    at = works.at()
    due = await store.read(kept.any_due, office.workspace, at.now)
    if not heard_so_far.stirred and not due:
        return 0
    if await store.read(pulse.get_mark, office.workspace, SWEPT) is None:
        # Before everything was read once, nobody can tell what is new.
        return 0
    heard_so_far.stirred = False
    try:
        heard = await store.read(look, office, heard_so_far, at.now)
        done = heard.done
        if await store.read(spreads.to_do, office, heard, at.now):
            done += await store.write(_carry_out, office, works.promises, heard_so_far, heard, at)
    except BaseException:
        # What was heard and not written down is heard again.
        works.listening = Listening()
        raise
    if heard.more:
        heard_so_far.stirred = True
    return done


def _carry_out(
    session: Session, office: Office, promises: Promises, listening: Listening, heard: Heard, at: Moment
) -> int:
    speaking = promises.speaking(office.config)
    quiet_until = None
    if speaking is not None and not speaking.is_open(at.now):
        quiet_until = speaking.next_open(at.now)
    place = partial(_place, office, promises, at)
    return spreads.carry_out(session, office, listening, heard, place, at, quiet_until=quiet_until)


def _place(
    office: Office, promises: Promises, at: Moment, session: Session, rows: Sequence[Conversation]
) -> str:
    return shared_channel(session, office, promises, rows, at)
