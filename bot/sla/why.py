"""Why something is due when it is due: the story of one of a conversation's clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.cards.why import WhyCard, WhyStep
from bot.durations import human, plural
from bot.errors import UserError
from bot.office import Office
from bot.present import ALERT_CLOCKS, REPLY_CLOCKS, account_by_id, contact_name, due, url
from bot.settings.model import Match, Policy
from bot.sla import story
from bot.sla.clock import counted, uncounted
from bot.sla.episodes import Pause, episodes
from bot.sla.place import why_here
from bot.sla.policy import describe
from bot.slack import text
from bot.store import clocks, conversations, crossings, reps
from bot.store.clocks import Alert, SlaClock
from bot.store.conversations import Conversation
from bot.store.crossings import Crossing
from bot.store.merges import PRIMARY, SECONDARY
from bot.store.parts import NO_ANSWER_NEEDED, Part, parts_of
from bot.store.rows import row_of

_VERBS = {
    "close": "closed the conversation",
    "snoozed": "snoozed the conversation",
    NO_ANSWER_NEEDED: "said that no answer is needed",
}

_WHO = {"assignee": "whoever held it", "owner": "the account's owner"}
_WHY_NOT = {
    crossings.AWAY: "was away in Intercom",
    crossings.GONE: "was no teammate in Intercom any more",
    crossings.UNLINKED: "was not known in Slack",
}


def why(session: Session, office: Office, asked: str, now: datetime) -> WhyCard:
    """The story of the promise that is asked about.

    `asked` is a conversation, and where its button names one the promise behind a colon. Without that a
    running one is told rather than one that is over, one with an alert rather than one without, and a reply
    rather than something else. Raises UserError for a conversation that Watchbell does not know or that no
    policy covers.
    """
    conversation_id, _, named_clock = asked.partition(":")
    row = conversations.get(session, office.workspace, conversation_id)
    if row is None:
        raise UserError("Watchbell does not know that conversation.")
    kept = [
        clock for clock in clocks.clocks_of(session, office.workspace, row.id) if clock.clock in ALERT_CLOCKS
    ]
    if not kept:
        raise UserError(
            "No promise covers this conversation: no policy in watchbell.toml matches it, "
            "or our own team began it."
        )
    live = {
        (alert.clock, alert.episode)
        for alert in clocks.alerts_of(session, office.workspace, row.id)
        if alert.state in ("live", "snoozed")
    }
    clock = max(
        kept,
        key=lambda each: (
            ALERT_CLOCKS[each.clock].value == named_clock,
            each.stopped_at is None,
            (each.clock, each.episode) in live,
            each.clock in REPLY_CLOCKS,
            each.started_at,
        ),
    )
    policy = next((each for each in office.config.policies if each.name == clock.policy), None)
    named = next((each for each in office.config.calendars if each.name == clock.calendar), None)
    account = account_by_id(session, office, row.account_id)
    parts = parts_of(session, office.workspace, row.id)
    hours = office.hours[clock.calendar]
    end = clock.stopped_at or now
    pauses = _pauses(office, row, parts, clock, policy, end)
    told = [*_steps(session, office, row, parts, policy), *_crossings(session, office, clock)]
    steps = [
        WhyStep(
            at=at,
            what=what,
            counted_seconds=counted(hours, clock.started_at, at, pauses) if pauses is not None else None,
        )
        for at, what in sorted(told)
        if clock.started_at <= at <= end
    ]
    alert = row_of(session, Alert, office.workspace, row.id, clock.clock, clock.episode)
    return WhyCard(
        contact=contact_name(row),
        account=account.name if account else None,
        now=now,
        zone=office.zone,
        policy=policy.title if policy else clock.policy,
        clock=ALERT_CLOCKS[clock.clock],
        target_seconds=clock.target_seconds,
        due=due(office, clock, now) if clock.stopped_at is None else None,
        ended=clock.reason if clock.stopped_at is not None or clock.due_at is None else None,
        rule=_rule(policy) if policy else None,
        working_time=True,
        calendar=(named or office.config.calendars[0]).title,
        gone=clock.calendar if named is None else None,
        steps=tuple(steps),
        place=_place(session, office, alert) if alert is not None else None,
        intercom_says=_intercom_says(row),
        url=url(office, row.id),
    )


def _pauses(
    office: Office,
    row: Conversation,
    parts: list[Part],
    clock: SlaClock,
    policy: Policy | None,
    end: datetime,
) -> list[Pause] | None:
    """When the clock stood still up to `end`; None where that is not known: its policy is gone, or it ran
    under a set that was edited since.
    """
    if policy is None or (clock.stopped_at is not None and clock.policy_version != office.version):
        return None
    ran = episodes(story.history(row, parts), policy, end)
    mine = (each for each in ran if (each.clock, each.key) == (clock.clock, clock.episode))
    return next((uncounted(each, policy) for each in mine), None)


def _rule(policy: Policy) -> str:
    """Why the policy fits, to stand behind "because"."""
    return describe(policy.match) if policy.match != Match() else "it matches every conversation"


def _steps(
    session: Session, office: Office, row: Conversation, parts: list[Part], policy: Policy | None
) -> list[tuple[datetime, str]]:
    bots = "" if policy is not None and policy.bot_counts else "; that does not count"
    fin = "" if policy is not None and policy.fin_counts else "; that does not count"
    notes = "" if policy is not None and policy.note_counts else "; that does not count"
    found: list[tuple[datetime, str]] = []
    for part in parts:
        who = part.author_name or "somebody"
        if part.reopens and not part.customer_message:
            found.append((part.created_at, f"{who} opened the conversation again"))
        elif part.wakes and not part.customer_message:
            found.append((part.created_at, f"{who} ended the snooze"))
        if part.customer_message:
            found.append((part.created_at, f"{who} wrote"))
        elif part.automatic and part.text:
            found.append((part.created_at, f"{who} answered by itself{fin if part.by_ai else bots}"))
        elif part.public_reply:
            found.append((part.created_at, f"{who} answered"))
        elif part.kind == "note":
            found.append((part.created_at, f"{who} left a note{notes}"))
        elif part.raw_kind == SECONDARY:
            found.append(
                (part.created_at, f"it was merged into conversation {part.merged_with or 'another'}")
            )
        elif part.raw_kind == PRIMARY:
            found.append((part.created_at, _taken_over(office, part)))
        elif part.kind in _VERBS:
            found.append((part.created_at, f"{who} {_VERBS[part.kind]}"))
    claimed = reps.get_admin(session, office.workspace, row.claimed_by)
    if claimed is not None and row.claimed_at is not None:
        found.append((row.claimed_at, f"{claimed.name} claimed it; the clock runs on"))
    return sorted(found)


def _taken_over(office: Office, part: Part) -> str:
    """What a merge brought: the clock runs from what waited longest in the other conversation."""
    which = f"conversation {part.merged_with}" if part.merged_with else "another conversation"
    if part.waiting_since is None:
        return f"{which} was merged into this one; nothing waited there"
    since = f"{part.waiting_since.astimezone(ZoneInfo(office.zone)):%a %H:%M}"
    return f"{which} was merged into this one; its customer had waited since {since}"


def _place(session: Session, office: Office, alert: Alert) -> str | None:
    """Where the alert stands and why there; None for one that was not said."""
    if alert.channel is None:
        return None
    return f"{text.mention_channel(alert.channel)}: {text.inline(why_here(office, alert), 200)}"


def _crossings(session: Session, office: Office, clock: SlaClock) -> list[tuple[datetime, str]]:
    """What was crossed on the way, and who was told."""
    found = []
    for each in crossings.crossings_of(session, clock.workspace, clock.conversation_id):
        if (each.clock, each.episode) != (clock.clock, clock.episode):
            continue
        kind, _, number = each.threshold.partition(" ")
        what = {
            "warning": f"{human(int(number), days=False)} before the deadline" if kind == "warning" else "",
            "deadline": "the deadline",
            "step": f"step {number.partition('.')[0]} of the escalation",
        }[kind]
        outcome, missed = crossings.missed_in(each.outcome)
        said = [_said(session, office, each, outcome), *(_missed(*pair) for pair in missed)]
        found.append((each.crossed_at, f"{what}: {'; '.join(said)}"))
    return found


def _missed(who: str, reason: str) -> str:
    """Whom a step would have told, had a call reached them."""
    return f"{_WHO.get(who, who)} {_WHY_NOT.get(reason, 'could not be called')}"


def _said(session: Session, office: Office, crossing: Crossing, outcome: str) -> str:
    reached = [reps.ever_linked(session, office.workspace, each) for each in crossing.told.split()]
    names = [admin.name for admin in reached if admin is not None]
    others = len(reached) - len(names)
    if others:
        names.append(plural(others, "more place") if names else plural(others, "place"))
    match outcome:
        case crossings.TOLD:
            return f"told {', '.join(names)}" if names else "told"
        case crossings.SHOWN:
            return "the message was edited"
        case crossings.PASSED_OVER:
            return "not told by itself, a later one was"
        case crossings.JOINED:
            return "told with the other promise of the same reply"
        case crossings.QUIET:
            return "outside the hours of alerts, told when they begin"
        case crossings.SNOOZED:
            return "nobody told, the alert was snoozed"
        case crossings.CLAIMED:
            return "nobody told, it was claimed"
        case crossings.NOBODY:
            return "there was nobody to tell"
    return "over before it could be told"


def _intercom_says(row: Conversation) -> str | None:
    if row.sla_name is None:
        return None
    return f"{row.sla_name}: {row.sla_status or 'removed'}"
