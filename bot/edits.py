"""An edited watchbell.toml while the bot runs: in force when it is without a fault, told when it is not.

The running policies are replaced only by a whole set that was read, checked and compiled, and whose channels
and people Slack knows. Open promises are computed anew from their start (`bot/sla/edit.py`); what has ended
keeps the set it ran under. With several replicas each reads its own copy of the file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
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


class Standing(Protocol):
    """Where the office and the promises stand that everybody reads."""

    store: Store
    office: Office
    promises: Promises

    def at(self) -> Moment: ...


@dataclass
class Edits:
    """Watches one file. `furnish` makes an office of a config, raising ConfigError for what Slack refuses;
    `moved_in` is told of the new one."""

    path: Path
    furnish: Callable[[Config], Awaitable[Office]]
    moved_in: Callable[[Office, Promises], None]
    _seen: tuple[int, int] | None = field(default=None)
    _caught_up: bool = False

    def __post_init__(self) -> None:
        self._seen = _stamp(self.path)

    async def take(self, standing: Standing) -> int:
        """Look whether the file was changed, while the bot ran or before, and act on it; 1 if it was."""
        if not self._caught_up:
            await _catch_up(standing)
            self._caught_up = True
        stamp = _stamp(self.path)
        if stamp is None or stamp == self._seen:
            return 0
        self._seen = stamp
        before, at = standing.office, standing.at()
        try:
            config = load_config(self.path)
            if config == before.config:
                await standing.store.write(_note, before, (), at)
                return 1
            office, promises = await self.furnish(config), Promises(config)
        except ConfigError as error:
            faults = (
                tuple(each.sentence(error.file) for each in error.problems)
                if isinstance(error, FaultyFile)
                else (str(error),)
            )
            log.warning("settings_refused", faults=len(faults))
            await standing.store.write(_note, before, faults, at)
            return 1
        old = standing.promises
        self.moved_in(office, promises)
        log.info("settings_in_force", version=office.version)
        await standing.store.write(_note, office, (), at)
        if office.version != before.version:
            await _recompute(standing, old)
        return 1


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


def _note(session: Session, office: Office, faults: tuple[str, ...], at: Moment) -> None:
    """Write down how the file is, and tell the team: of a fault once, and when it is mended."""
    known = pulse.last_beat(session, office.workspace, pulse.SETTINGS)
    detail = "\n".join(faults)[:2000]
    was_faulty = known is not None and bool(known.detail)
    pulse.beat(session, office.workspace, pulse.SETTINGS, now=at.now, detail=detail)
    if not faults and not was_faulty:
        return
    content = card.render(SettingsCard(at.now, office.zone, faults, len(office.config.policies)))
    show(
        session,
        office.workspace,
        key=f"settings:{at.now:%Y-%m-%d}",
        channel=office.channels.alerts,
        content=content,
        at=at,
    )


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
