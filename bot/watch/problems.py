"""What is wrong with the bot, each with its mend: for the Home, `/watchbell status` and the heartbeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from sqlmodel import Session

from bot.cards.status import Problem
from bot.clock import Moment
from bot.durations import human, plural
from bot.office import Office
from bot.slack import text
from bot.slack.errors import NOT_REACHED
from bot.store import gaps, intents, mapped, pulse
from bot.watch import dead_letters, mailbox, quiet, readings, ticks
from bot.watch.auditor import CLEAN, WAITS, last_found

_LOOK_PATIENCE = timedelta(minutes=2)
_REMEMBERED = timedelta(days=1)
_AWAY = "Look at the network, DNS and proxy of its machine; the rest is said as soon as there is a way."
_NOT_LET_IN = "Put a valid token into SLACK_BOT_TOKEN, or install the app anew; the rest is said then."


def found(session: Session, office: Office, at: Moment) -> list[Problem]:
    """Everything that is wrong, in the order in which it is read."""
    return [problem for look in _LOOKS for problem in look(session, office, at)]


def _not_said(session: Session, office: Office, at: Moment) -> Iterator[Problem]:
    put_off = pulse.last_beat(session, office.workspace, pulse.PUT_OFF)
    if put_off is not None and put_off.detail and at.now - put_off.at > _LOOK_PATIENCE:
        length = human((at.now - put_off.at).total_seconds())
        yield Problem(
            f"Nothing has been said for {length}: Slack could not be looked through after the start.",
            f"Slack answered {put_off.detail}; Watchbell goes on trying, and says the rest then.",
        )


def _shut_out(session: Session, office: Office, at: Moment) -> Iterator[Problem]:
    shut_out = pulse.last_beat(session, office.workspace, pulse.SHUT_OUT)
    if shut_out is not None and shut_out.detail:
        length = human((at.now - shut_out.at).total_seconds())
        yield Problem(
            f"Slack has taken nothing for {length}: {shut_out.detail}.",
            _AWAY if shut_out.detail.startswith(NOT_REACHED) else _NOT_LET_IN,
        )


def _settings(session: Session, office: Office, _at: Moment) -> Iterator[Problem]:
    settings = pulse.last_beat(session, office.workspace, pulse.SETTINGS)
    if settings is not None and settings.detail:
        yield Problem(
            "The change to watchbell.toml cannot be used; the policies from before go on.",
            settings.detail.split("\n")[0],
        )


def _not_delivered(session: Session, office: Office, at: Moment) -> Iterator[Problem]:
    lost = dead_letters.recent(session, office.workspace, at)
    if lost:
        yield Problem(
            f"{plural(len(lost), 'message')} could not be delivered since yesterday.",
            "`watchbell outbox list` names each with its reason.",
        )


def _not_confirmed(session: Session, office: Office, at: Moment) -> Iterator[Problem]:
    within = at.machine - dead_letters.REACH
    answers = intents.given_up(session, office.workspace, since=within, state="unconfirmed")
    if answers:
        yield Problem(
            f"{plural(len(answers), 'answer is', 'answers are')} not confirmed.",
            "Who wrote it looks in Intercom and presses Send again; `watchbell outbox list` names it.",
        )


def _not_judged(session: Session, office: Office, at: Moment) -> Iterator[Problem]:
    fault = pulse.last_beat(session, office.workspace, pulse.FAULT)
    if fault is not None and at.now - fault.at < _REMEMBERED:
        since = human((at.now - fault.at).total_seconds())
        yield Problem(
            f"{fault.detail or 'Something'} could not be judged {since} ago.",
            "The log has the reason; please report it. Everything else goes on.",
        )


def _waits(session: Session, office: Office, at: Moment) -> Iterator[Problem]:
    oldest = gaps.longest_waiting(session, office.workspace)
    if oldest is not None and at.machine - gaps.waits_since(oldest) > WAITS:
        length = human((at.machine - gaps.waits_since(oldest)).total_seconds())
        why = text.shorten(oldest.error or "Slack or Intercom may be slow", 110).rstrip(".")
        yield Problem(
            f"A message has waited for {length}.",
            f"{why}. Watchbell goes on trying; `watchbell outbox list` names it.",
        )


def _channels(session: Session, office: Office, _at: Moment) -> Iterator[Problem]:
    unread = [row for row in mapped.all_of(session, office.workspace) if row.problem is not None]
    if unread:
        more = f", and {len(unread) - 1} more." if unread[1:] else "."
        yield Problem(
            f"#{unread[0].name} cannot be read{more}",
            f"{unread[0].problem}. Invite Watchbell again, or `/watchbell unmap` it.",
        )


def _own_messages(session: Session, office: Office, _at: Moment) -> Iterator[Problem]:
    audited = last_found(session, office.workspace)
    if audited is not None and audited != CLEAN:
        yield Problem(
            f"The last check of its own messages found: {audited}.",
            "What could be mended was; the log names the rest if this stays.",
        )


_LOOKS: tuple[Callable[[Session, Office, Moment], Iterable[Problem]], ...] = (
    readings.problems,
    _not_said,
    _shut_out,
    mailbox.problems,
    quiet.problems,
    _settings,
    _not_delivered,
    _not_confirmed,
    _not_judged,
    ticks.problems,
    _waits,
    _channels,
    _own_messages,
)
