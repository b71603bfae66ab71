"""Read the mailbox outside Intercom, where one is set up, when the last reading has grown old enough."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.intake import mailbox, sweep
from bot.mail.errors import MailError
from bot.store import conversations, leases, pulse
from bot.store.mailbox import folders
from jobs.works import Works

log = structlog.get_logger("watchbell.jobs")

LEASE = "mailbox"
AFTER_A_REFUSAL = timedelta(minutes=15)
"""Before a login that was refused is tried again: many servers lock out who tries too often."""


async def tick(works: Works) -> int:
    if works.mailbox is None or not await _is_due(works):
        return 0
    office, machine = works.office, works.clock.machine()
    async with leases.held(works.store, office.workspace, LEASE, works.clock) as mine:
        # Another replica may have read while this one was asking.
        if not mine or not await _is_due(works):
            return 0
        reading = mailbox.Reading(
            workspace=office.workspace,
            config=office.config.mailbox,
            public=office.config.accounts.public_domains,
            clock=works.clock,
            closing=lambda: works.closing,
        )
        try:
            looked = await mailbox.look(works.store, works.mailbox, reading)
        except MailError as error:
            log.warning("mailbox_not_read", kind=error.kind)
            every = timedelta(seconds=office.config.mailbox.every)
            works.mailbox_waits = machine + (
                max(every, AFTER_A_REFUSAL) if error.kind == "refused" else every
            )
            return 0
    works.mailbox_waits = None
    if looked.ended and not looked.whole:
        log.warning("mailbox_not_read", kind="folder")
        works.mailbox_waits = machine + timedelta(seconds=office.config.mailbox.every)
    return looked.mails


async def _is_due(works: Works) -> bool:
    workspace = works.office.workspace
    if works.mailbox_waits is not None and works.clock.machine() < works.mailbox_waits:
        return False
    last = await works.store.read(pulse.last_beat, workspace, pulse.MAILBOX)
    if last is not None:
        return works.clock.now() - last.at >= timedelta(seconds=works.office.config.mailbox.every)
    return await _knows_customers(works)


async def _knows_customers(works: Works) -> bool:
    """Whose a mail is, is asked once. So the first reading waits until Intercom has told who there is."""
    workspace, machine = works.office.workspace, works.clock.machine()
    if await works.store.read(folders, workspace):
        return True
    if await works.store.read(pulse.get_mark, workspace, sweep.ACCOUNTS) is None:
        return False
    return not await works.store.read(conversations.lacking_details, workspace, machine, limit=1)
