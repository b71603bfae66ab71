"""Post the digests of watchbell.toml, each once for each of its times."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.accounts import digest, digest_times
from bot.accounts.digest import Due
from bot.cards.digest import DigestCard
from bot.office import Office
from bot.sla.chosen import chooser
from jobs.works import Works


async def tick(works: Works) -> int:
    office, store = works.office, works.store
    if works.digests != office.digests:
        # By a bot that starts, or takes an edit over: replicas with another file do not take turns at it.
        if not await store.read(digest_times.is_noted, office):
            await store.write(digest_times.note, office, works.at().now)
        works.digests = office.digests
    if not office.digests:
        return 0
    done = 0
    for asked in await store.read(digest.due_now, office, works.at().now, started=works.started):
        # Read beside the writers: going through all that is open takes longer than anybody should wait.
        told = await store.read(_cards, office, asked, works.at().now)
        done += await store.write(digest.post, office, asked, told, works.at())
    return done


def _cards(session: Session, office: Office, asked: Due, now: datetime) -> dict[str, DigestCard]:
    wanted = chooser(session, office, asked.digest.match, now)
    return digest.cards(session, office, asked, wanted, now)
