"""Leases: work that one replica does at a time, such as reading all of Intercom.

A lease is kept in the database with the instant (machine time) until which it holds. Its holder renews it
while the work lasts; a holder that died is succeeded once the lease has run out. It saves doing the same
work side by side; it is no lock, for a holder that was frozen may wake up and go on for a moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.clock import Clock
from bot.store import pulse
from bot.store.engine import Store

log = structlog.get_logger("watchbell.store")

LASTS = timedelta(seconds=30)


@contextlib.asynccontextmanager
async def held(store: Store, workspace: str, name: str, clock: Clock) -> AsyncIterator[bool]:
    """Hold the lease `name` meanwhile; False when another replica has it. Alone on a database always True."""
    if not store.shared:
        yield True
        return
    owner = uuid.uuid4().hex
    if not await store.write(take, workspace, name, owner, clock.machine()):
        yield False
        return
    renewing = asyncio.create_task(_renew(store, workspace, name, owner, clock))
    try:
        yield True
    finally:
        renewing.cancel()
        with contextlib.suppress(SQLAlchemyError):  # it runs out by itself
            await store.write(give_back, workspace, name, owner)


def take(session: Session, workspace: str, name: str, owner: str, machine: datetime) -> bool:
    """Take or renew a lease. False while another owner's has not run out."""
    mark = _mark(name)
    held_by, until = _read(pulse.get_mark(session, workspace, mark))
    if held_by not in (None, owner) and until is not None and machine < until:
        return False
    pulse.set_mark(session, workspace, mark, f"{owner} {(machine + LASTS).isoformat()}")
    return True


def give_back(session: Session, workspace: str, name: str, owner: str) -> None:
    """End a lease early, if it is still this owner's."""
    if _read(pulse.get_mark(session, workspace, _mark(name)))[0] == owner:
        pulse.set_mark(session, workspace, _mark(name), None)


async def _renew(store: Store, workspace: str, name: str, owner: str, clock: Clock) -> None:
    while True:
        await asyncio.sleep(LASTS.total_seconds() / 3)
        try:
            await store.write(take, workspace, name, owner, clock.machine())
        except SQLAlchemyError as error:
            log.warning("lease_not_renewed", lease=name, error=type(error).__name__)


def _mark(name: str) -> str:
    return f"lease.{name}"


def _read(value: str | None) -> tuple[str | None, datetime | None]:
    if value is None:
        return None, None
    owner, _, until = value.partition(" ")
    return owner, datetime.fromisoformat(until)
