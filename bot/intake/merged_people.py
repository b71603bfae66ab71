"""Follow Intercom where it merges one contact into another: all that was the one's is the other's.

Intercom's notification names only who is left (`contact.merged`). Who they were besides stands in their
merge history, which comes with the contact when it is read, and in the refusal to show somebody who was
merged away. So a notification, or a conversation that suddenly is somebody else's, only has the bot ask.
"""

from __future__ import annotations

import structlog
from sqlmodel import Session, col, select

from bot.clock import Moment
from bot.intake.colleagues import account_by_colleagues, settle_colleagues
from bot.intake.erased import is_erased
from bot.outbox.kinds import INTERCOM_START
from bot.store import conversations, intents, merged_contacts, rechecks
from bot.store.accounts import Contact
from bot.store.belongs import follow
from bot.store.intents import Intent
from bot.store.rows import row_of

log = structlog.get_logger("watchbell.intake")


def follow_merge(session: Session, workspace: str, contact_id: str, into: str, at: Moment) -> bool:
    """Whoever had the first id is the person with the second from now on. False where nothing changed.

    Told again, in another order, or of people nobody here has heard of, it does no harm. Erasing is not
    handed on: of somebody who was erased nothing is kept, not even this, and nobody is erased by a merge.
    """
    into = merged_contacts.now_is(session, workspace, into)
    gone = row_of(session, Contact, workspace, contact_id)
    if into == contact_id or (gone is not None and gone.merged_into is not None):
        return False
    if is_erased(session, workspace, contact_id) or is_erased(session, workspace, into):
        return False
    gone = gone or Contact(workspace=workspace, id=contact_id, fetched_at=at.now)
    left, chosen = gone.account_id, gone.chosen
    merged_contacts.note(session, gone, into)
    survivor = row_of(session, Contact, workspace, into)
    name = (survivor.name or survivor.email) if survivor is not None else None
    ids = merged_contacts.hand_over(session, workspace, contact_id, into, name)
    _starts(session, workspace, contact_id, into)
    if survivor is None:
        merged_contacts.ask_for(session, workspace, ids, at.machine)
    else:
        _settle(session, survivor, left, chosen, at)
    settle_colleagues(session, workspace, gone.domain, at.machine)
    session.flush()
    rows = [conversations.get(session, workspace, each) for each in ids]
    rechecks.ask_about(
        session, *(row for row in rows if row is not None and row.state != "closed"), now=at.machine
    )
    for account_id in {left, survivor.account_id if survivor is not None else None} - {None}:
        rechecks.ask(session, workspace, rechecks.ACCOUNT, str(account_id), now=at.machine)
    log.info("contact_merged", conversations=len(ids))
    return True


def _settle(session: Session, survivor: Contact, left: str | None, chosen: str | None, at: Moment) -> None:
    """Where the one who is left belongs, perhaps by what was known of the other; all of theirs follows."""
    before = survivor.account_id
    if not survivor.named:
        survivor.chosen = survivor.chosen or chosen
        survivor.account_id = survivor.chosen or account_by_colleagues(session, survivor)
        session.add(survivor)
        session.flush()
    for account_id in dict.fromkeys((left, before)):
        follow(session, survivor, account_id, now=at.machine)


def _starts(session: Session, workspace: str, contact_id: str, into: str) -> None:
    """Words in Slack that are about to become a conversation of theirs."""
    query = select(Intent).where(
        Intent.workspace == workspace, Intent.kind == INTERCOM_START, col(Intent.state).in_(intents.OPEN)
    )
    for intent in session.exec(query):
        if intent.payload.get("contact_id") == contact_id:
            intent.payload = intent.payload | {"contact_id": into}
            session.add(intent)
