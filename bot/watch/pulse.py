"""The bot's pulse: what is silent that should speak, and whether the bot itself is well."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import freshness
from bot.cards import silence
from bot.cards.status import Health, StatusCard
from bot.cards.values import NotKnown
from bot.clock import Moment
from bot.durations import ago, human, plural
from bot.office import Office
from bot.store import conversations, intents, pulse, reps
from bot.watch import mailbox, problems
from bot.watch.auditor import AUDIT
from bot.watch.paused import silent


def not_known(session: Session, office: Office, now: datetime) -> tuple[NotKnown, ...]:
    """Whether something is paused, while the only trace of it is not read."""
    if not freshness.is_old(session, office, pulse.ACTIVITY, now):
        return ()
    read = freshness.read_at(session, office.workspace, pulse.ACTIVITY)
    return (NotKnown("paused messages", None, "activity log", read),)


def health(session: Session, office: Office, at: Moment) -> Health:
    """All well, or each thing that is wrong with its mend. A sweep that never ended is "not known"."""
    swept = pulse.last_beat(session, office.workspace, pulse.SWEEP)
    found = problems.found(session, office, at)
    return Health(last_sweep=swept.at if swept else None, problems=tuple(found))


def wrong(session: Session, office: Office, at: Moment) -> list[str]:
    """Why somebody outside should not be told that all is well; empty when it is. No names, no words."""
    found = [problem.what for problem in health(session, office, at).problems]
    swept = pulse.last_beat(session, office.workspace, pulse.SWEEP)
    if swept is None:
        found.append("Intercom has not been read yet.")
    return found


def status(session: Session, office: Office, at: Moment) -> StatusCard:
    """The bot's state in numbers, for people."""
    states = conversations.count_by_state(session, office.workspace)
    depth = intents.depth(session, office.workspace)
    waiting = sum(depth.get(state, 0) for state in intents.OPEN)
    webhook = pulse.last_beat(session, office.workspace, pulse.WEBHOOK)
    linked = len(reps.all_links(session, office.workspace))
    facts = (
        f"{plural(states.get('open', 0), 'open conversation')}, {states.get('snoozed', 0)} snoozed",
        f"{waiting} on the way to Slack and Intercom",
        f"{plural(linked, 'linked rep')}",
        f"Last webhook {human((at.now - webhook.at).total_seconds())} ago"
        if webhook
        else "No webhook has come in; the sweep reads Intercom by itself",
        _accounts_read(session, office, at),
        *(silence.not_known_plain(each, at.now, office.zone) for each in not_known(session, office, at.now)),
        *mailbox.facts(session, office, at),
        _audited(session, office, at),
        plural(len(office.config.policies), "policy", "policies"),
        f"Same problem: {office.engine_why}",
    )
    return StatusCard(
        now=at.now,
        zone=office.zone,
        health=health(session, office, at),
        facts=facts,
        silent=silent(session, office),
    )


def _accounts_read(session: Session, office: Office, at: Moment) -> str:
    read = freshness.read_at(session, office.workspace, pulse.ACCOUNTS)
    if read is None:
        return "Accounts: not known, never read"
    return f"Accounts read {ago((at.now - read).total_seconds())}"


def _audited(session: Session, office: Office, at: Moment) -> str:
    last = pulse.last_beat(session, office.workspace, AUDIT)
    if last is None:
        return "Own messages not checked yet"
    return f"Own messages checked {ago((at.now - last.at).total_seconds())}"
