"""The accounts that may leave, each with its reasons, judged now and compared with last Monday."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.cards.atrisk import AtRiskCard
from bot.cards.values import AtRisk, Better, NotKnown, Risk
from bot.cards.why_risk import RiskPoint, WhyRiskCard
from bot.clock import Moment
from bot.errors import UserError
from bot.office import Office
from bot.present import RISK_LEVELS
from bot.present import account as shown
from bot.risk.gather import gather, usage_seen
from bot.risk.score import MEDIUM_FROM, Delta, Level, Points, Score, compare, eased, score, top_reasons
from bot.risk.signals import USAGE_STALE, Limits
from bot.store import accounts, conversations, rechecks, reps, risk
from bot.store.accounts import Account
from bot.store.risk import RiskSnapshot
from bot.store.waiting import is_free

_WORTH_TELLING = 10
"""Points by which a score must have fallen to be told as getting better."""
_NEAR = 20
"""Points that an account can gain because time passes, before it is judged again, within the hour."""

USAGE = "usage data"


@dataclass(frozen=True, slots=True)
class Judged:
    """One account with its score now, and what changed since the last Monday before, where the two compare.

    `since` is that Monday.
    """

    account: Account
    score: Score
    change: Delta | None
    since: date | None
    open_conversations: int
    unclaimed: int


def judge(
    session: Session, office: Office, now: datetime, only: Collection[str] | None = None
) -> list[Judged]:
    """Every account, or those of these ids, in the order of `by_risk`."""
    return by_risk(
        _judged(session, office, account, now)
        for account in accounts.all_accounts(session, office.workspace, only)
    )


def by_risk(judged: Iterable[Judged]) -> list[Judged]:
    """Highest risk first; more spend goes first among equals."""
    return sorted(
        judged, key=lambda each: (-each.score.total, -(each.account.monthly_spend or 0), each.account.name)
    )


def _judged(session: Session, office: Office, account: Account, now: datetime) -> Judged:
    zone = ZoneInfo(office.zone)
    today = now.astimezone(zone).date().isoformat()
    given = score(gather(session, office, account, now), now, zone=zone, limits=limits(office))
    earlier = _comparable(risk.latest_before(session, office.workspace, account.id, today), given)
    opened = conversations.of_account(session, office.workspace, account.id, states=("open",))
    away = reps.away_admins(session, office.workspace) if opened else ()
    return Judged(
        account=account,
        score=given,
        change=compare(given, _score_of(earlier)) if earlier is not None else None,
        since=date.fromisoformat(earlier.period) if earlier is not None else None,
        open_conversations=len(opened),
        unclaimed=sum(is_free(row, away) for row in opened),
    )


def limits(office: Office) -> Limits:
    """What [risk] in watchbell.toml says."""
    told = office.config.risk
    return Limits(
        renewal_near=timedelta(seconds=told.renewal_within),
        trial_near=timedelta(seconds=told.trial_ends_within),
        unseen=timedelta(seconds=told.quiet_after),
        rating_at_most=told.csat_at_most,
        rating_counts=timedelta(seconds=told.csat_within),
        reopens_from=told.reopens_from,
    )


def listed(session: Session, office: Office, judged: list[Judged]) -> tuple[AtRisk, ...]:
    """Those at medium risk or more, as cards show them."""
    found = []
    for each in judged:
        company, level = shown(session, office, each.account), as_risk(each)
        if each.score.level in ("medium", "high") and company is not None and level is not None:
            found.append(
                AtRisk(
                    account=company,
                    risk=level,
                    reasons=top_reasons(each.score),
                    open_conversations=each.open_conversations,
                    unclaimed=each.unclaimed,
                )
            )
    return tuple(found)


def as_risk(each: Judged) -> Risk | None:
    """The score as cards show it; None when the level is not known, which is not the same as low."""
    if each.score.level not in RISK_LEVELS:
        return None
    change = each.change.total if each.change is not None else None
    return Risk(RISK_LEVELS[each.score.level], each.score.total, change)


def _comparable(earlier: RiskSnapshot | None, given: Score) -> RiskSnapshot | None:
    """The earlier score; None when it fell while usage went out of sight: points that nobody can judge any
    more are no improvement."""
    if earlier is None:
        return None
    lost = USAGE not in earlier.unknown and any(missing.what == USAGE for missing in given.unknown)
    return None if lost and given.total < earlier.total else earlier


def _score_of(earlier: RiskSnapshot) -> Score:
    """A score as it was frozen; what each signal was worth by itself was not kept."""
    points = tuple(
        Points(each["signal"], each["points"], each["reason"], each["points"]) for each in earlier.points
    )
    return Score(earlier.total, cast(Level, earlier.level), points, ())


def better(judged: list[Judged]) -> tuple[Better, ...]:
    """Accounts whose score has fallen enough to be told, with what brought that about."""
    fallen = [
        (each.account.name, each.change, each.since)
        for each in judged
        if each.change is not None and each.since is not None and each.change.total <= -_WORTH_TELLING
    ]
    fallen.sort(key=lambda each: each[1].total)
    return tuple(
        Better(account=name, before=change.before, after=change.after, reason=eased(change, since))
        for name, change, since in fallen
    )


def not_known(judged: list[Judged]) -> tuple[NotKnown, ...]:
    """Usage that is missing, told once for all accounts that lack it: never taken for health."""
    lacking = [missing for each in judged for missing in each.score.unknown if missing.what == USAGE]
    if not lacking:
        return ()
    seen = [missing.since for missing in lacking if missing.since is not None]
    return (NotKnown("usage data", len(lacking), lacking[0].source, max(seen, default=None)),)


def card(session: Session, office: Office, now: datetime) -> AtRiskCard:
    """The answer to /atrisk.

    Only accounts that are at risk, or nearly, by what was last kept of them are judged anew: somebody waits
    for this, and judging all takes seconds where there are many.
    """
    count, unseen = risk.count_judged(session, office.workspace)
    near = risk.at_least(session, office.workspace, MEDIUM_FROM - _NEAR)
    return AtRiskCard(
        now=now,
        zone=office.zone,
        judged=count,
        accounts=listed(session, office, judge(session, office, now, near)),
        not_known=_usage_not_known(session, office, count, unseen, now),
    )


def _usage_not_known(
    session: Session, office: Office, count: int, unseen: int, now: datetime
) -> tuple[NotKnown, ...]:
    """The same as `not_known` for every account, without judging any: of `count` accounts in all `unseen`
    have nobody who was ever seen."""
    seen = usage_seen(session, office.workspace)
    lacking = unseen if seen is None or now - seen <= USAGE_STALE else count
    return (NotKnown(USAGE, lacking, "Intercom", seen),) if lacking else ()


def why(session: Session, office: Office, account_id: str, at: Moment) -> WhyRiskCard:
    """Every point of one account's score. Raises UserError when the account is not known."""
    each = next(iter(judge(session, office, at.now, [account_id])), None)
    company = shown(session, office, each.account) if each is not None else None
    if each is None or company is None:
        raise UserError("Watchbell does not know that account any more.")
    return WhyRiskCard(
        account=company,
        risk=as_risk(each),
        now=at.now,
        zone=office.zone,
        points=tuple(_point(one.points, one.reason, one.quotes) for one in each.score.points),
        not_known=tuple(
            NotKnown(missing.what, None, missing.source, missing.since) for missing in each.score.unknown
        ),
    )


def _point(points: int, reason: str, quotes: tuple[str, ...]) -> RiskPoint:
    fact = " · ".join(f"“{quote}”" for quote in quotes[:2]) or None
    return RiskPoint(points=points, reason=reason, fact=fact)


def bring_up(session: Session, office: Office, account_id: str, at: Moment) -> None:
    """Judge one account, and have its open conversations judged anew where another promise is theirs now."""
    config = office.config
    matches = [*(each.match for each in config.policies), *(each.match for each in config.routes)]
    floors = {each.risk_from for each in matches if each.risk_from is not None}
    before = risk.total_now(session, office.workspace, account_id) if floors else None
    if not keep(session, office, account_id, at.now) or not floors:
        return
    after = risk.total_now(session, office.workspace, account_id)
    if any(_reaches(before, floor) != _reaches(after, floor) for floor in floors):
        opened = conversations.of_account(session, office.workspace, account_id)
        ids = [row.id for row in opened]
        rechecks.ask_all(session, office.workspace, rechecks.CONVERSATION, ids, now=at.machine)


def _reaches(total: int | None, floor: int) -> bool:
    return total is not None and total >= floor


def keep(session: Session, office: Office, account_id: str, now: datetime) -> bool:
    """Judge one account and write its present score down. True when the score has changed."""
    account = accounts.get_account(session, office.workspace, account_id)
    if account is None:
        return False
    zone = ZoneInfo(office.zone)
    given = score(gather(session, office, account, now), now, zone=zone, limits=limits(office))
    earlier = risk.latest_before(
        session, office.workspace, account.id, now.astimezone(zone).date().isoformat()
    )
    comparable = _comparable(earlier, given)
    change = given.total - comparable.total if comparable is not None else None
    return risk.keep_now(session, office.workspace, account.id, given.total, given.level, change, now=now)
