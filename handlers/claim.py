"""Claim, claim next, claim an account or an issue, release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import claim as claim_card
from bot.cards import which_account as which_account_card
from bot.cards.claim import ClaimCard, ClaimedMany, ClaimOutcome, NothingToClaim
from bot.cards.inbox import filtered
from bot.cards.message import Message
from bot.cards.values import ConversationLine
from bot.desk import claim as desk
from bot.desk import find
from bot.desk.claim import Claimed
from bot.desk.inbox import inbox, look_of
from bot.present import line
from bot.store import accounts
from handlers.front import Act, Front
from handlers.routes import Answer, Routes

_OUTCOMES = {
    "claimed": ClaimOutcome.CLAIMED,
    "yours": ClaimOutcome.YOURS,
    "held": ClaimOutcome.TAKEN,
    "closed": ClaimOutcome.SETTLED,
    "full": ClaimOutcome.FULL,
}


def register(routes: Routes) -> None:
    routes.commands["/claim"] = command
    routes.at_once.add("/claim")
    routes.verbs["claim"] = claim
    routes.verbs["claim_next"] = claim_next
    routes.verbs["claim_account"] = claim_account
    routes.verbs["claim_issue"] = claim_issue
    routes.verbs["release"] = release


async def command(front: Front, act: Act) -> Answer:
    """`/claim [number | link | account | next]`; alone it takes the next one."""
    if act.words.lower() in ("", "next"):
        return await claim_next(front, act)
    at = front.at()
    try:
        named = await front.write(act, desk.claim_named, front.office, act.user_id, act.source, act.words, at)
    except find.SeveralFit as several:
        which = await front.store.read(find.which_account, front.office, several, "claim_account")
        return which_account_card.render(which)
    if named.account is None:
        return _card(front, named.results[0], named.lines[0], at.now)
    return _cards(front, named.account, named.results, named.lines, at.now)


async def claim(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    result = await front.store.write(desk.claim, front.office, rep, act.pressed.id, front.at())
    return await told(front, result)


async def claim_next(front: Front, act: Act) -> Answer:
    """The first that waits; on the Home the first of the list that stands above the button."""
    rep = await front.rep(act)
    at = front.at()
    look = None
    if act.in_home:
        look = await front.store.read(look_of, front.office, act.user_id, rep.admin_id)
    result = await front.write(act, desk.claim_next, front.office, rep, at, look=look)
    if result is not None:
        return await told(front, result)
    card = await front.store.read(inbox, front.office, rep.admin_id, at, look=look)
    return claim_card.render_nothing(
        NothingToClaim(
            at.now,
            front.office.zone,
            card.waiting_on_customers,
            card.next_due_at,
            filtered=filtered(card) if look is not None else (),
            unclaimed=card.unclaimed,
        )
    )


async def claim_account(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    results = await front.store.write(desk.claim_account, front.office, rep, act.pressed.id, front.at())
    name = await front.store.read(accounts.get_names, front.office.workspace, {act.pressed.id})
    return await told_many(front, name.get(act.pressed.id, "this account"), results)


async def claim_issue(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    results = await front.store.write(desk.claim_issue, front.office, rep, act.pressed.id, front.at())
    return await told_many(front, "this issue", results)


async def release(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    result = await front.store.write(desk.release, front.office, rep, act.pressed.id, front.at())
    return await released(front, result)


async def released(front: Front, result: Claimed) -> Message:
    """What came of giving a claim back."""
    if result.outcome == "claimed":
        return await told(front, result, ClaimOutcome.RELEASED)
    return await told(front, result)


async def told(front: Front, result: Claimed, outcome: ClaimOutcome | None = None) -> Message:
    now = front.at().now
    shown = await front.store.read(line, front.office, result.conversation, now)
    return _card(front, result, shown, now, outcome)


def _card(
    front: Front,
    result: Claimed,
    shown: ConversationLine,
    now: datetime,
    outcome: ClaimOutcome | None = None,
) -> Message:
    held = result.outcome == "held"
    return claim_card.render(
        ClaimCard(
            outcome=outcome or _OUTCOMES[result.outcome],
            line=shown,
            now=now,
            zone=front.office.zone,
            taken_by=result.holder if held else None,
            taken_at=result.conversation.claimed_at if held else None,
            limit=front.office.config.claims.at_most or 0,
        )
    )


async def told_many(front: Front, what: str, results: tuple[Claimed, ...]) -> Message:
    """What came of claiming several at once."""
    now = front.at().now
    shown = [await front.store.read(line, front.office, each.conversation, now) for each in results]
    return _cards(front, what, results, shown, now)


def _cards(
    front: Front,
    what: str,
    results: Sequence[Claimed],
    shown: Sequence[ConversationLine],
    now: datetime,
) -> Message:
    taken = [each for each in results if each.outcome == "held"]
    lines = list(zip(results, shown, strict=True))
    return claim_card.render_many(
        ClaimedMany(
            what=what,
            claimed=tuple(row for each, row in lines if each.outcome == "claimed"),
            already=tuple(row for each, row in lines if each.outcome == "yours"),
            now=now,
            zone=front.office.zone,
            taken=len(taken),
            taken_by=tuple(dict.fromkeys(each.holder for each in taken if each.holder)),
            over_limit=sum(each.outcome == "full" for each in results),
        )
    )
