"""An edited watchbell.toml while the bot runs: in force when it is without a fault, told when it is not.

The running policies are replaced only by a whole set that was read, checked and compiled, and whose channels
and people Slack knows; what Slack alone stands in the way of is tried again. Open promises are computed anew
from their start (`bot/sla/edit.py`); what has ended keeps the set it ran under. With several replicas each
reads its own copy of the file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog
from sqlmodel import Session

from bot.cards import settings as card
from bot.cards.settings import SettingsCard
from bot.clock import Moment
from bot.errors import ConfigError
from bot.office import Office
from bot.outbox.show import show
from bot.settings.file import load_config
from bot.settings.model import Config
from bot.settings.reader import FaultyFile
from bot.sla import edit
from bot.sla.promises import Promises
from bot.store import pulse
from bot.store.engine import Store

log = structlog.get_logger("watchbell.settings")

AGAIN = timedelta(minutes=1)
"""After how long a file is tried again that only Slack stands in the way of."""


class Standing(Protocol):
    """Where the office and the promises stand that everybody reads."""

    store: Store
    office: Office
    promises: Promises

    def at(self) -> Moment: ...


@dataclass
class Edits:
    """Watches one file. `furnish` makes an office of a config, raising ConfigError for what Slack refuses;
    `moved_in` is told of the new one.
    """

    path: Path
    furnish: Callable[[Config], Awaitable[Office]]
    moved_in: Callable[[Office, Promises], None]
    _seen: tuple[int, int] | None = field(default=None)
    """What was seen of the file when what came of it was written down; None before the first look."""
    _refused: tuple[str, ...] = ()
    _again: datetime | None = None
    """When (machine time) a file is tried again with which nothing is wrong but what Slack says."""
    _caught_up: bool = False
    """Whether all open promises are known to stand under the set in force."""

    async def take(self, standing: Standing) -> int:
        """Look whether the file was changed, while the bot ran or before, and act on it; 1 if it was."""
        if not self._caught_up:
            await _catch_up(standing)
            self._caught_up = True
        stamp, at = _stamp(self.path), standing.at()
        anew = stamp != self._seen
        if stamp is None or not (anew or (self._again is not None and at.machine >= self._again)):
            return 0
        before = standing.office
        try:
            config = load_config(self.path)
            office = before if config == before.config else await self.furnish(config)
        except ConfigError as error:
            faults, of_the_file = _faults(error)
            if anew or faults != self._refused:
                log.warning("settings_refused", faults=len(faults))
                await standing.store.write(_note, before, faults, at, anew=anew, retried=not of_the_file)
            self._again = None if of_the_file else at.machine + AGAIN
            self._seen, self._refused = stamp, faults
            return 1
        old = standing.promises
        if office is not before:
            # Should the rest come to nothing now, the next look begins with what is left of it.
            self._caught_up = False
            self.moved_in(office, Promises(config))
            log.info("settings_in_force", version=office.version)
        await standing.store.write(_note, office, (), at)
        if office.version != before.version:
            await _recompute(standing, old)
        self._caught_up = True
        self._seen, self._refused, self._again = stamp, (), None
        return 1


def _faults(error: ConfigError) -> tuple[tuple[str, ...], bool]:
    """Sentences for people, and whether it is the file alone that says so: what Slack says may change."""
    if isinstance(error, FaultyFile):
        return tuple(each.sentence(error.file) for each in error.problems), True
    return (str(error),), False


async def _catch_up(standing: Standing) -> None:
    """Have judged what another policy set promised: the file was edited while no bot ran, or one stopped in
    the middle of an edit."""
    known = await standing.store.read(pulse.get_mark, standing.office.workspace, pulse.POLICIES)
    if known != standing.office.version:
        await _recompute(standing, None)


async def _recompute(standing: Standing, old: Promises | None) -> None:
    """Bring all open promises under the set in force; `old` is the one before, None when it is not known."""
    office, store = standing.office, standing.store
    # No set is named while two are mixed: whoever starts next, with whichever file, then goes through all.
    await store.write(pulse.set_mark, office.workspace, pulse.POLICIES, None)
    if old is None:
        last: str | None = ""
        while last is not None:
            last = await store.write(
                edit.under_another_set, office.workspace, office.version, standing.at(), last
            )
    else:
        behind: edit.Key | None = edit.BEGIN
        while behind is not None:
            behind = await store.write(
                edit.take_over,
                office.workspace,
                old,
                standing.promises,
                office.version,
                standing.at(),
                behind,
            )
    bare: str | None = ""
    while bare is not None:
        bare = await store.write(edit.without_promise, office.workspace, standing.at(), bare)
    await store.write(pulse.set_mark, office.workspace, pulse.POLICIES, office.version)


def _note(
    session: Session,
    office: Office,
    faults: tuple[str, ...],
    at: Moment,
    *,
    anew: bool = True,
    retried: bool = False,
) -> None:
    """Write down how the file is, and tell the team: of a fault once, and when it is mended.

    What is mended is said where the fault stands; so is another fault of a file that nobody edited `anew`.
    """
    told = _told(session, office.workspace)
    pulse.beat(session, office.workspace, pulse.SETTINGS, now=at.now, detail="\n".join(faults)[:2000])
    today = _key(at.now)
    keys = (*told, today) if faults and anew and today not in told else told
    pulse.set_mark(session, office.workspace, pulse.SETTINGS_TOLD, " ".join(keys) if faults else None)
    content = card.render(SettingsCard(at.now, office.zone, faults, len(office.config.policies), retried))
    for key in keys:
        show(session, office.workspace, key=key, channel=office.channels.alerts, content=content, at=at)


def _told(session: Session, workspace: str) -> tuple[str, ...]:
    """The names of the messages that tell of a fault now."""
    known = pulse.last_beat(session, workspace, pulse.SETTINGS)
    if known is None or not known.detail:
        return ()
    named = pulse.get_mark(session, workspace, pulse.SETTINGS_TOLD)
    return tuple(named.split()) if named is not None else (_key(known.at),)


def _key(now: datetime) -> str:
    return f"settings:{now:%Y-%m-%d}"


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
