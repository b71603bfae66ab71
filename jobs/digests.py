"""Post the digests of watchbell.toml, each once for each of its times."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.accounts import digest
from bot.accounts.digest import Due
from bot.cards.digest import DigestCard
from bot.office import Office
from bot.sla.chosen import chooser
from jobs.works import Works


async def tick(works: Works) -> int:
    office, store = works.office, works.store
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
