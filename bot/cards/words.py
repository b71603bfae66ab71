"""Phrases that several cards share: numbers with units, instants, accounts, promises.

English; no markup but date tokens. Names in them are escaped for mrkdwn.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.cards.values import Account, Clock, Due, LastRead, Risk
from bot.durations import ago, human, plural
from bot.slack import text

NOT_KNOWN = "not known"
SEPARATOR = " · "
_CHANNELS = {
    "conversation": "chat",
    "chat": "chat",
    "email": "e-mail",
    "whatsapp": "WhatsApp",
    "sms": "SMS",
    "phone_call": "phone",
    "phone_switch": "phone",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "twitter": "X",
    "push": "push message",
    "slack": "Slack",
}
_PROMISES = {
    Clock.FIRST_REPLY: "First reply",
    Clock.NEXT_REPLY: "Next reply",
    Clock.RESOLUTION: "Resolution",
    Clock.TOTAL_RESOLUTION: "Total resolution",
    Clock.UPDATE: "Update",
}
_STEPS = (10, 20, 50, 100, 200, 500)
"""From the first on, a count that only tells the extent is told by these."""
# Below this, time on the clock and time on the wall are told as one.
_SAME_SECONDS = 90


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone by its IANA name. Raises ZoneInfoNotFoundError."""
    return ZoneInfo(name)


def joined(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def dotted(*parts: str | None) -> str:
    """The parts that are there, with dots between."""
    return SEPARATOR.join(part for part in parts if part)


def channel_name(channel: str) -> str:
    """How people call an Intercom source type; one we do not know is shown as it came."""
    return _CHANNELS.get(channel) or text.inline(channel.replace("_", " "), 30, empty="another channel")


def channel_plain(channel: str) -> str:
    """The same for rich text and plain_text, where nothing is parsed."""
    return _CHANNELS.get(channel) or text.plain(channel.replace("_", " "), 30, empty="another channel")


def told_count(count: int) -> tuple[int, bool]:
    """How a count is told that only tells the extent: the number, and whether it may be more.

    Exact below ten; then by steps, so that a message need not be edited for each that comes.
    """
    steps = [step for step in _STEPS if step <= count]
    return (steps[-1], True) if steps else (count, False)


def when(instant: datetime, now: datetime, zone: str) -> str:
    """A date token: the time alone on the same day, day and time otherwise."""
    return text.date(instant, instant_format(instant, now, zone), zone_of(zone))


def when_plain(instant: datetime, now: datetime, zone: str) -> str:
    """The same in the given zone, with the weekday: `08:45`, `Sat 14:02`, `9 Nov 14:02`."""
    local, today = instant.astimezone(zone_of(zone)), now.astimezone(zone_of(zone)).date()
    days = abs((local.date() - today).days)
    if days == 0:
        return f"{local:%H:%M}"
    return f"{local:%a %H:%M}" if days < 7 else f"{local:%-d %b %H:%M}"


def instant_format(instant: datetime, now: datetime, zone: str) -> str:
    """Slack's format for an instant: the time alone today, `Sat 14:02` within a week, else the date.

    Slack has no token for a short weekday, so it is written in the team's zone; the time is the reader's own.
    """
    local, today = instant.astimezone(zone_of(zone)), now.astimezone(zone_of(zone))
    days = abs((local.date() - today.date()).days)
    if days == 0:
        return "{time}"
    return f"{local:%a} {{time}}" if days < 7 else "{date_short} {time}"


def last_read(read: LastRead, now: datetime, zone: str) -> str:
    """`Intercom last read Fri 17:01`: how old everything else on a card is."""
    if read.at is None:
        return "Intercom has not been read to the end yet"
    return f"Intercom last read {when(read.at, now, zone)}"


def old_facts(read: LastRead, now: datetime, zone: str) -> str:
    """The same as a line of its own."""
    return f"{last_read(read, now, zone)}. What has happened since is not in here."


def waited(since: datetime, now: datetime) -> str:
    """How long somebody has been waiting, by the wall clock."""
    return human(max(0, int((now - since).total_seconds())))


def day_distance(day: date, today: date) -> str:
    """`today`, `tomorrow`, `in 21 days`, `yesterday`, `3 days ago`."""
    days = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    return f"in {days:,} days" if days > 0 else f"{-days:,} days ago"


def renewal(account: Account, today: date) -> str | None:
    """When the contract or the trial ends, as far as it is known; of a trial that is over only where no
    contract followed."""
    trial_ahead = account.trial_ends_on is not None and account.trial_ends_on >= today
    if account.trial_ends_on is not None and (trial_ahead or account.renews_on is None):
        verb = "ends" if trial_ahead else "ended"
        return f"trial {verb} {day_distance(account.trial_ends_on, today)}"
    if account.renews_on is not None:
        verb = "renews" if account.renews_on >= today else "renewal was"
        return f"{verb} {day_distance(account.renews_on, today)}"
    return None


def spend(account: Account) -> str | None:
    """`€4,200 a month`; a currency code goes in front with a space."""
    if account.monthly_spend is None:
        return None
    whole = float(account.monthly_spend).is_integer()
    number = f"{account.monthly_spend:,.0f}" if whole else f"{account.monthly_spend:,.2f}"
    sign = text.inline(account.currency, 4, empty="")
    return f"{sign}{' ' if sign.isalpha() else ''}{number} a month"


def account_state(account: Account, today: date) -> str:
    """`Enterprise · €4,200 a month · renews in 21 days · owner Lena`."""
    plan = text.inline(account.plan, 40) if account.plan else f"plan {NOT_KNOWN}"
    owner = f"owner {text.inline(account.owner, 40)}" if account.owner else None
    return dotted(plan, spend(account), renewal(account, today), owner)


def usage(account: Account, now: datetime, zone: str) -> str | None:
    """`8 users · 1,204 sessions so far · last seen 14 h ago, Sun 17:00`; what is not known is left out."""
    users = plural(account.users, "user") if account.users is not None else None
    sessions = f"{plural(account.sessions, 'session')} so far" if account.sessions is not None else None
    seen = None
    if account.last_seen is not None:
        before = ago(max(0.0, (now - account.last_seen).total_seconds()))
        seen = f"last seen {before}, {when(account.last_seen, now, zone)}"
    return dotted(users, sessions, seen) or None


def account_short(account: Account, today: date) -> str:
    """`Enterprise, renews in 21 days`, or as much of it as is known."""
    plan = text.inline(account.plan, 40) if account.plan else None
    return ", ".join(part for part in (plan, renewal(account, today)) if part)


def promise(clock: Clock) -> str:
    return _PROMISES[clock]


def amount(seconds: int, *, working: bool) -> str:
    """`14 min`, or `14 min of working time`."""
    return human(seconds, days=not working) + (" of working time" if working else "")


def due_phrase(due: Due, now: datetime) -> str:
    """`First reply due in 14 min`, `First reply is 6 min late`, `… is late by 2 h of working time`."""
    named, working = promise(due.clock), runs_on_working_time(due, now)
    if 0 <= due.seconds_left < 60:
        return f"{named} due now"
    if due.seconds_left > 0:
        return f"{named} due in {amount(due.seconds_left, working=working)}"
    # Less than a minute; or just after closing time, when the wall says more than the working time.
    if due.seconds_left > -60:
        return f"{named} is late"
    if not working:
        return f"{named} is {human(due.seconds_left)} late"
    return f"{named} is late by {amount(due.seconds_left, working=True)}"


def late_counts(replies: int, resolutions: int, updates: int) -> list[str]:
    """`3 late`; where other promises are broken too, `0 replies late` and `1 resolution late`."""
    if not resolutions and not updates:
        return [f"{replies} late"]
    others = (plural(resolutions, "resolution"), resolutions), (plural(updates, "update"), updates)
    return [
        f"{plural(replies, 'reply', 'replies')} late",
        *(f"{told} late" for told, count in others if count),
    ]


def due_line(due: Due, now: datetime, zone: str) -> str:
    """The same in the middle of a sentence, with its instant: `first reply due in 14 min, by 08:45`."""
    return f"{lower_first(due_phrase(due, now))}, {due_instant(due, now, zone)}"


def due_instant(due: Due, now: datetime, zone: str) -> str:
    """`by 08:45`, or `was due 08:45`."""
    return f"{'was due' if is_late(due) else 'by'} {when(due.at, now, zone)}"


def lower_first(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def claimed(names: Sequence[str]) -> str:
    """`claimed by Ana and Ben`, `claimed by nobody`."""
    return f"claimed by {joined([text.inline(name, 60) for name in names[:5]]) or 'nobody'}"


def owners(claimed_by: Sequence[str], away: Collection[str], unclaimed: int) -> str:
    """`claimed by Ana (away) and Ben, 2 unclaimed`, `claimed by Ana, who is away`, `claimed by nobody`.

    `away` are those of `claimed_by` who are not there; `unclaimed` counts what nobody has, be it one of them.
    """
    if len(claimed_by) == 1:
        named = claimed(claimed_by) + (", who is away" if away else "")
    else:
        named = claimed([f"{each} (away)" if each in away else each for each in claimed_by])
    return named + (f", {unclaimed} unclaimed" if claimed_by and unclaimed else "")


def runs_on_working_time(due: Due, at: datetime) -> bool:
    """Whether the clock's time differs from the wall's, so that a reader must be told which one it is."""
    wall = (due.at - at).total_seconds()
    return due.working_time and abs(wall - due.seconds_left) >= _SAME_SECONDS


def is_late(due: Due | None) -> bool:
    return due is not None and due.seconds_left < 0


def risk_phrase(risk: Risk) -> str:
    """`high 62 (+18)`."""
    change = "" if risk.change is None else f" ({signed(risk.change)})"
    return f"{risk.level} {risk.score}{change}"


def signed(number: int) -> str:
    """`+18`, `−9`, `±0`."""
    if number == 0:
        return "±0"
    return f"+{number}" if number > 0 else f"−{-number}"
