"""Every message that the bot can show, by name, made of the gallery's values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from deliveries_shown import of_deliveries
from gallery import (
    ALERT,
    ANCHOR,
    AT_RISK,
    BARE,
    CLAIMED,
    ENTRIES,
    HOSTILE,
    IN_SLACK,
    IN_SLACK_STATES,
    INBOX,
    ISSUE,
    LATE,
    LATE_BY_HOURS,
    LINES,
    LINK,
    LOST,
    MONDAY,
    NORTHWIND,
    NOT_KNOWN,
    NOW,
    PAGE,
    QUIET,
    SEAT,
    SICK,
    SOON,
    TRIAL,
    WELL,
    ZONE,
)
from gallery_spreading import LONG_NAMES, SPREAD, SPREAD_CLOSED, SPREAD_TAKEN_BACK, TWELVE

from bot.cards import (
    account,
    account_view,
    alert,
    atrisk,
    burst,
    call,
    claim,
    dead_letters,
    failing,
    handover,
    help,
    hold,
    in_slack,
    inbox,
    issue,
    link,
    monday,
    notices,
    outcome,
    paused,
    quiet,
    ring,
    spreading,
    status,
    unfurl,
    unread,
    which_account,
)
from bot.cards.message import Message
from bot.cards.values import Clock, LastRead, NotKnown, Silent

PAUSED = paused.PausedCard(
    Silent(
        "Trial day 3",
        NOW - timedelta(days=2, hours=13),
        38,
        paused_at=NOW - timedelta(days=2),
        paused_by="Tom Berg",
    ),
    "message",
    NOW,
    ZONE,
)
WHATSAPP = quiet.Source(
    "No customer has begun a conversation by WhatsApp",
    "Conversations by WhatsApp come in",
    "Look in Intercom's settings whether that channel is still connected.",
    given_up="Conversations by WhatsApp are not expected any more",
)
QUIET_CHANNEL = quiet.QuietCard(
    WHATSAPP,
    NOW - timedelta(days=3),
    NOW,
    ZONE,
    "In the same hours of the 4 weeks before there were 14 on average.",
)
UNREAD = unread.UnreadCard(
    "Intercom",
    NOW,
    ZONE,
    NOW - timedelta(days=3),
    "Alerts, summaries and the Home tell what was known by then.",
    "Intercom does not accept the access token. Put a valid one into INTERCOM_TOKEN.",
)

FAILING = failing.FailingCard("Making the Monday summary", NOW - timedelta(days=3), NOW, ZONE)


def _alerts() -> dict[str, Message]:
    states = alert.AlertState
    ended = {"ended_by": "Priya Nair", "ended_at": NOW}
    cards = {
        "warning": ALERT,
        "warning, claimed": replace(ALERT, claimed_by="Priya Nair"),
        "breached": replace(ALERT, state=states.BREACHED, due=LATE, told=("Lena Vogt",), mention="U0LEAD"),
        "breached, long unread": replace(
            ALERT, state=states.BREACHED, due=LATE, last_read=LastRead(NOW - timedelta(days=3))
        ),
        "breached, claimed": replace(
            ALERT, state=states.BREACHED, due=LATE_BY_HOURS, claimed_by="Priya Nair"
        ),
        "snoozed": replace(
            ALERT, state=states.SNOOZED, snoozed_until=NOW + timedelta(minutes=30), snoozed_by="Priya Nair"
        ),
        "paused": replace(ALERT, state=states.PAUSED, due=replace(ALERT.due, clock=Clock.RESOLUTION)),
        "paused by a snooze": replace(ALERT, state=states.PAUSED, paused_by_snooze=True),
        "answered on time": replace(ALERT, state=states.ANSWERED, **ended),
        "answered late": replace(ALERT, state=states.ANSWERED, due=LATE, **ended),
        "closed": replace(ALERT, state=states.CLOSED, **ended),
        "dismissed": replace(ALERT, state=states.DISMISSED, **ended),
        "uncovered": replace(ALERT, state=states.UNCOVERED, ended_at=ended["ended_at"]),
        "hostile": replace(ALERT, words=HOSTILE, contact=HOSTILE, account=replace(NORTHWIND, name=HOSTILE)),
        "nothing known": replace(ALERT, account=None, words="", contact="", waiting_since=None, url=None),
    }
    calls = {
        "first": call.CallCard(cards["breached"], call.Step("urgent", 1, 2), None, f"{PAGE}1"),
        "group, again": call.CallCard(cards["breached"], call.Step("urgent", 2, 2, 2, 3), "S0ONCALL1"),
        "claimed": call.CallCard(cards["breached, claimed"], call.Step("urgent", 1, 1), None, f"{PAGE}1"),
        "over": call.CallCard(cards["answered late"], None, None, f"{PAGE}1"),
        "hostile": call.CallCard(cards["hostile"], call.Step(HOSTILE, 1, 2)),
    }
    rung = ring.RingCard(LATE, NOW, ZONE, NORTHWIND.name, ("U0LEAD",))
    rings = {
        "unclaimed": rung,
        "theirs": replace(rung, theirs=True, claimed_by="Priya Nair"),
        "holder away": replace(rung, claimed_by="Priya Nair", holder_away=True),
        "hostile": replace(rung, whose=HOSTILE, claimed_by=HOSTILE),
    }
    return {
        **{f"ring, {name}": ring.render(card) for name, card in rings.items()},
        **{f"alert, {name}": alert.render(card) for name, card in cards.items()},
        **{f"call, {name}": call.render(card) for name, card in calls.items()},
        **{
            f"burst, {name}": burst.render(burst.BurstCard(tuple(of), NOW, ZONE))
            for name, of in _bursts(cards)
        },
        **{
            f"calls, {name}": burst.render(
                burst.BurstCard(tuple(of), NOW, ZONE, escalations=("urgent", HOSTILE), group="S0ONCALL1")
            )
            for name, of in _bursts(cards)
        },
    }


def _bursts(cards: dict[str, alert.AlertCard]) -> list[tuple[str, list[alert.AlertCard]]]:
    everything = list(cards.values())
    return [
        ("all kinds", everything),
        ("none late", [cards["warning"], cards["warning, claimed"]] * 3),
        ("very many", everything * 20),
        ("settled", [each for each in everything if not each.live]),
        ("one", [cards["warning"]]),
    ]


def messages() -> dict[str, Message]:
    """Every message by name."""
    return {
        **_alerts(),
        "account": account.render(ANCHOR),
        "account, two issues, part claimed": account.render(
            replace(
                ANCHOR, issues=ANCHOR.issues * 2, due=SOON, claimed_by=("Priya Nair",), unclaimed=1, risk=None
            )
        ),
        "account, nothing due": account.render(replace(ANCHOR, due=None, answer_id=None, account=BARE)),
        "account, closed": account.render_closed(
            account.AccountClosed(NORTHWIND, NOW, ZONE, 3, 1, 41 * 60, 18 * 60, ("Priya Nair", "Ben Ito"))
        ),
        "issue": issue.render(ISSUE),
        "issue, one conversation": issue.render(
            replace(ISSUE, conversations=LINES[:1], people=1, due=SOON, claimed_by=())
        ),
        "spreading issue": spreading.render(SPREAD),
        "spreading issue, twelve accounts": spreading.render(TWELVE),
        "spreading issue, long names": spreading.render(LONG_NAMES),
        "spreading issue, settled": spreading.render_closed(SPREAD_CLOSED),
        "spreading issue, taken back": spreading.render_taken_back(SPREAD_TAKEN_BACK),
        "account, one of several": account.render(
            replace(ANCHOR, spreading=(account.Spreading(SPREAD.title, f"{PAGE}7"),))
        ),
        "issue, solved": issue.render(replace(ISSUE, solved_by="Priya Nair")),
        "monday": monday.render(MONDAY),
        "monday, quiet": monday.render(
            monday.MondayCard(
                MONDAY.day,
                NOW,
                ZONE,
                6,
                0,
                0,
                MONDAY.due_by,
                0,
                6,
                next_due_at=NOW + timedelta(hours=5),
                judged=20,
                not_known=(NotKnown("paused messages", None, "activity log", NOW - timedelta(days=3)),),
            )
        ),
        "monday, long unread": monday.render(
            replace(MONDAY, at_risk=(), last_read=LastRead(NOW - timedelta(days=3)))
        ),
        "monday, never read": monday.render(replace(MONDAY, at_risk=(), last_read=LastRead(None))),
        "paused": paused.render(PAUSED),
        "paused, little known": paused.render(
            replace(PAUSED, silent=Silent(HOSTILE, None, None, paused_at=NOW), kind="series")
        ),
        "paused, live again": paused.render(replace(PAUSED, ended_at=NOW, ended_by="Ben Ito")),
        "paused, deleted": paused.render(replace(PAUSED, ended_at=NOW, gone="deleted")),
        "paused, archived": paused.render(replace(PAUSED, ended_at=NOW, gone="archived")),
        "paused, when the bot came": paused.render_first(
            paused.FirstPausesCard((PAUSED.silent,) * 12, NOW, ZONE)
        ),
        "paused, all live again": paused.render_first(paused.FirstPausesCard((), NOW, ZONE)),
        "status, thirty paused": status.render(
            status.StatusCard(NOW, ZONE, WELL, silent=(PAUSED.silent,) * 50)
        ),
        "unread": unread.render(UNREAD),
        "failing": failing.render(FAILING),
        "failing no more": failing.render(replace(FAILING, over=NOW)),
        "unread, never read": unread.render(replace(UNREAD, last=None)),
        "quiet channel": quiet.render(QUIET_CHANNEL),
        "quiet sequence": quiet.render(replace(QUIET_CHANNEL, source=replace(WHATSAPP, name=f"“{HOSTILE}”"))),
        "quiet, speaks again": quiet.render(replace(QUIET_CHANNEL, again=NOW)),
        "quiet, given up": quiet.render(replace(QUIET_CHANNEL, given_up=True)),
        "quiet from the beginning, speaks": quiet.render(replace(QUIET_CHANNEL, again=NOW, never=True)),
        "unread, given up": unread.render(replace(UNREAD, given_up=True)),
        "unread, read again": unread.render(replace(UNREAD, again=NOW)),
        "monday, empty": monday.render(
            monday.MondayCard(MONDAY.day, NOW, ZONE, 0, 0, 0, MONDAY.due_by, 0, 0)
        ),
        "inbox": inbox.render(INBOX),
        "inbox, nothing of mine": inbox.render(replace(INBOX, mine=())),
        "inbox, filtered": inbox.render(
            replace(INBOX, mine=(), mine_total=3, mine_late=1, mine_listed=0, next_listed=2, first_due=LATE)
        ),
        "inbox, more of mine": inbox.render(
            replace(INBOX, also=(LINES[2], LINES[2]), also_total=14, snoozed=4, on_customers=10)
        ),
        "inbox, quiet": inbox.render(QUIET),
        "account view": account_view.render(account_view.AccountViewCard(ANCHOR, LINES, ENTRIES)),
        "account view, little known": account_view.render(
            account_view.AccountViewCard(replace(ANCHOR, account=BARE, risk=None), LINES[:1])
        ),
        "account, all went elsewhere": account.render_closed(
            account.AccountClosed(NORTHWIND, NOW, ZONE, 0, 0)
        ),
        "account, which one": account_view.choose(account_view.AccountChoice("nor", (NORTHWIND, TRIAL))),
        "account, which one of namesakes": which_account.render(
            which_account.WhichAccountCard(HOSTILE, "claim_account", ((NORTHWIND, 0), (BARE, 1)) * 5, True)
        ),
        "account, search": account_view.search(),
        "account, none": account_view.choose(account_view.AccountChoice("nor*th")),
        "at risk": atrisk.render(atrisk.AtRiskCard(NOW, ZONE, 20, AT_RISK, NOT_KNOWN)),
        "at risk, none": atrisk.render(atrisk.AtRiskCard(NOW, ZONE, 20)),
        "at risk, nothing known": atrisk.render(atrisk.AtRiskCard(NOW, ZONE, 0)),
        **{
            f"claim, {outcome}": claim.render(
                claim.ClaimCard(
                    outcome, CLAIMED[outcome], NOW, ZONE, "Ben Ito", NOW - timedelta(minutes=2), 5
                )
            )
            for outcome in claim.ClaimOutcome
        },
        **{
            f"hold, {state}": hold.render(
                hold.HoldCard(state, LINES[0], NOW, ZONE, waited=3600, back_at=NOW + timedelta(hours=1))
            )
            for state in hold.HoldState
        },
        "outcome, not done": outcome.render(
            outcome.OutcomeCard(
                "close", "<@U0LEAD> Dana *Reyes*", False, "Intercom no longer has it.", url=PAGE
            )
        ),
        "outcome, claim": outcome.render(
            outcome.OutcomeCard(
                "assignment", "Dana Reyes", False, "Intercom no longer has it.", url=PAGE, freed=True
            )
        ),
        "outcome, ticket": outcome.render(outcome.OutcomeCard("Ticket made", "Dana Reyes", True, url=PAGE)),
        "unfurl, free": Message("A link.", unfurl.render(unfurl.UnfurlCard(LINES[0], NOW, ZONE))),
        "unfurl, claimed": Message("A link.", unfurl.render(unfurl.UnfurlCard(LINES[1], NOW, ZONE))),
        "handover, given": handover.render(
            handover.HandoverCard("given", "Ben Ito", HOSTILE, LINES[0], NOW, ZONE)
        ),
        "handover, given without a word": handover.render(
            handover.HandoverCard("given", "Ben Ito", "", LINES[3], NOW, ZONE)
        ),
        **{
            f"handover, {what}": handover.render(
                handover.HandoverCard(what, "Ben Ito", "", LINES[0], NOW, ZONE, HOSTILE)
            )
            for what in ("closed", "snoozed", "moved")
        },
        "handover, taken": handover.render(
            handover.HandoverCard("taken", "Ben Ito", "I spoke with her on the phone.", LINES[0], NOW, ZONE)
        ),
        "claim, many": claim.render_many(
            claim.ClaimedMany(NORTHWIND.name, LINES[:2], NOW, ZONE, LINES[2:3], 1, ("Ben Ito",))
        ),
        "claim, none of many": claim.render_many(
            claim.ClaimedMany(NORTHWIND.name, (), NOW, ZONE, LINES[:1], 3)
        ),
        "claim, nothing that passes": claim.render_nothing(
            claim.NothingToClaim(NOW, ZONE, 6, None, filtered=("late only", "Support"), unclaimed=1)
        ),
        "claim, nothing": claim.render_nothing(claim.NothingToClaim(NOW, ZONE, 6, NOW + timedelta(hours=5))),
        **of_deliveries(),
        **{
            f"in Slack, {state}": in_slack.render(replace(IN_SLACK, state=state, **more))
            for state, more in IN_SLACK_STATES.items()
        },
        "help": help.render(help.HelpCard("Priya Nair", 27, 2, 5, 3)),
        "help, away": help.render(help.HelpCard("Priya Nair", 27, 2, 5, 3, away=True)),
        "help, not linked": help.render(help.HelpCard(None, 27)),
        "link, proposed": link.render(LINK),
        "link, none": link.render(replace(LINK, proposed=None)),
        "link, taken": link.render(replace(LINK, taken_by="U0LEAD")),
        "link, linked": link.render(replace(LINK, linked=SEAT)),
        "dead letter": dead_letters.render(dead_letters.DeadLettersCard(LOST[:1])),
        "dead letters, hostile": dead_letters.render(dead_letters.DeadLettersCard(LOST * 4)),
        "dead letters, settled": dead_letters.render(dead_letters.DeadLettersCard(())),
        "status": status.render(status.StatusCard(NOW, ZONE, WELL, ("34 open", "outbox: 0 waiting"))),
        "status, sick": status.render(status.StatusCard(NOW, ZONE, SICK)),
        "status, not known": status.render(status.StatusCard(NOW, ZONE, status.Health(None))),
        "notice, failed": notices.failed("Intercom did not answer.", "Not claimed.", "Press Claim again."),
        "notice, stale": notices.stale(notices.Stale(LINES[1], NOW, ZONE, "Ben Ito")),
        "notice, refused": notices.refused("Guests cannot use Watchbell. Ask a full member to do it."),
    }
