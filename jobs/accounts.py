"""Judge the accounts of which something changed: their threads and their risk.

A tick of its own beside that of the conversations, so that neither holds the line of writes for both.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.accounts import threads
from bot.clock import Moment
from bot.office import Office
from bot.risk import atrisk
from bot.sla.place import thread_channel
from bot.sla.promises import Promises
from bot.store import pulse, rechecks
from bot.store import threads as threads_kept
from bot.store.apart import each_apart
from jobs.works import Works

ACCOUNTS_AT_ONCE = 1
"""Whoever writes meanwhile waits until the transaction is over, a webhook among others."""


async def tick(works: Works) -> int:
    office, store = works.office, works.store
    done = 0
    due, asked = await store.read(waiting, office.workspace, works.at().now)
    if due:
        done += await store.write(look_again, office, works.at())
    if due or asked:
        if office.engine is not None and office.engine.slow:
            await store.read(rehearse_accounts, office, works.at().now)
        done += await store.write(judge_accounts, office, works.promises, works.at())
    if done:
        works.changed = works.listening.stirred = True
    return done


def waiting(session: Session, workspace: str, now: datetime) -> tuple[bool, bool]:
    """Whether a thread may say something that it has held back, and whether an account is to be judged."""
    due = threads_kept.any_due(session, workspace, now)
    return due, rechecks.any_asked(session, workspace, rechecks.ACCOUNT)


def look_again(session: Session, office: Office, at: Moment) -> int:
    """Threads that have held something back are judged anew when they may say it; how many."""
    due = threads_kept.take_due(session, office.workspace, at.now)
    for account_id in due:
        rechecks.ask(session, office.workspace, rechecks.ACCOUNT, account_id, now=at.machine)
    return len(due)


def rehearse_accounts(session: Session, office: Office, now: datetime) -> None:
    """Whoever writes need not wait for vectors: they are made beside the writers."""
    ahead = rechecks.next_subjects(session, office.workspace, rechecks.ACCOUNT, limit=ACCOUNTS_AT_ONCE)
    for account_id in ahead:
        threads.rehearse(session, office, account_id, now)


def judge_accounts(session: Session, office: Office, promises: Promises, at: Moment) -> int:
    """Threads and risk of the accounts that changed; the number judged.

    Risk counts people on one issue, which the thread knows; the thread's anchor shows the risk: so the risk
    is judged between the two, in the same transaction.
    """

    def one(account_id: str) -> None:
        threads.judge_account(
            session,
            office,
            account_id,
            at,
            place=lambda session, opened: thread_channel(session, office, promises, opened, at),
            before_drawing=lambda: atrisk.bring_up(session, office, account_id, at),
        )

    changed = rechecks.take(session, office.workspace, rechecks.ACCOUNT, limit=ACCOUNTS_AT_ONCE)
    failed = each_apart(session, changed, one, "account")
    if failed:
        pulse.beat(session, office.workspace, pulse.FAULT, now=at.now, detail=f"{len(failed)} accounts")
    return len(changed)
