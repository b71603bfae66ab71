"""The bot's pulse: what is silent that should speak, and whether the bot itself is well."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot import freshness
from bot.cards import silence
from bot.cards.status import Health, Problem, StatusCard
from bot.cards.values import NotKnown
from bot.clock import Moment
from bot.durations import ago, human, plural
from bot.office import Office
from bot.slack import text
from bot.slack.errors import NOT_REACHED
from bot.store import conversations, gaps, intents, mapped, pulse, reps
from bot.watch import dead_letters, mailbox, quiet, readings
from bot.watch.auditor import AUDIT, CLEAN, last_found
from bot.watch.paused import silent

_LOOK_PATIENCE = timedelta(minutes=2)
_REMEMBERED = timedelta(days=1)
_OLDEST_WAITING = timedelta(minutes=5)
_AWAY = "Look at the network, DNS and proxy of its machine; the rest is said as soon as there is a way."
_NOT_LET_IN = "Put a valid token into SLACK_BOT_TOKEN, or install the app anew; the rest is said then."


def not_known(session: Session, office: Office, now: datetime) -> tuple[NotKnown, ...]:
    """Whether something is paused, while the only trace of it is not read."""
    if not freshness.is_old(session, office, pulse.ACTIVITY, now):
        return ()
    read = freshness.read_at(session, office.workspace, pulse.ACTIVITY)
    return (NotKnown("paused messages", None, "activity log", read),)


def health(session: Session, office: Office, at: Moment) -> Health:
    """All well, or each thing that is wrong with its mend. A sweep that never ended is "not known"."""
    swept = pulse.last_beat(session, office.workspace, pulse.SWEEP)
    problems = readings.problems(session, office, at)
    put_off = pulse.last_beat(session, office.workspace, pulse.PUT_OFF)
    if put_off is not None and put_off.detail and at.now - put_off.at > _LOOK_PATIENCE:
        length = human((at.now - put_off.at).total_seconds())
        problems.append(
            Problem(
                f"Nothing has been said for {length}: Slack could not be looked through after the start.",
                f"Slack answered {put_off.detail}; Watchbell goes on trying, and says the rest then.",
            )
        )
    shut_out = pulse.last_beat(session, office.workspace, pulse.SHUT_OUT)
    if shut_out is not None and shut_out.detail:
        problems.append(
            Problem(
                f"Slack has taken nothing for {human((at.now - shut_out.at).total_seconds())}: "
                f"{shut_out.detail}.",
                _AWAY if shut_out.detail.startswith(NOT_REACHED) else _NOT_LET_IN,
            )
        )
    problems += mailbox.problems(session, office, at)
    problems += quiet.problems(session, office, at.now)
    settings = pulse.last_beat(session, office.workspace, pulse.SETTINGS)
    if settings is not None and settings.detail:
        problems.append(
            Problem(
                "The change to watchbell.toml cannot be used; the policies from before go on.",
                settings.detail.split("\n")[0],
            )
        )
    lost = dead_letters.recent(session, office.workspace, at)
    if lost:
        problems.append(
            Problem(
                f"{plural(len(lost), 'message')} could not be delivered since yesterday.",
                "`watchbell outbox list` names each with its reason.",
            )
        )
    within = at.machine - dead_letters.REACH
    open_ones = intents.given_up(session, office.workspace, since=within, state="unconfirmed")
    if open_ones:
        problems.append(
            Problem(
                f"{plural(len(open_ones), 'answer is', 'answers are')} not confirmed.",
                "Who wrote it looks in Intercom and presses Send again; `watchbell outbox list` names it.",
            )
        )
    fault = pulse.last_beat(session, office.workspace, pulse.FAULT)
    if fault is not None and at.now - fault.at < _REMEMBERED:
        since = human((at.now - fault.at).total_seconds())
        problems.append(
            Problem(
                f"{fault.detail or 'Something'} could not be judged {since} ago.",
                "The log has the reason; please report it. Everything else goes on.",
            )
        )
    oldest = gaps.longest_waiting(session, office.workspace)
    if oldest is not None and at.machine - gaps.waits_since(oldest) > _OLDEST_WAITING:
        length = human((at.machine - gaps.waits_since(oldest)).total_seconds())
        why = text.shorten(oldest.error or "Slack or Intercom may be slow", 110).rstrip(".")
        problems.append(
            Problem(
                f"A message has waited for {length}.",
                f"{why}. Watchbell goes on trying; `watchbell outbox list` names it.",
            )
        )
    unread = [row for row in mapped.all_of(session, office.workspace) if row.problem is not None]
    if unread:
        problems.append(
            Problem(
                f"#{unread[0].name} cannot be read"
                + (f", and {len(unread) - 1} more." if unread[1:] else "."),
                f"{unread[0].problem}. Invite Watchbell again, or `/watchbell unmap` it.",
            )
        )
    audited = last_found(session, office.workspace)
    if audited is not None and audited != CLEAN:
        problems.append(
            Problem(
                f"The last check of its own messages found: {audited}.",
                "What could be mended was; the log names the rest if this stays.",
            )
        )
    return Health(last_sweep=swept.at if swept else None, problems=tuple(problems))


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
