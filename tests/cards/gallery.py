"""Every card in every state, with facts as a Monday brings them: for the tests, and for people to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.cards import (
    account,
    account_view,
    alert,
    answer,
    assign,
    atrisk,
    audit_log,
    burst,
    call,
    claim,
    comparisons,
    dead_letters,
    deliveries,
    delivery,
    filing,
    handover,
    help,
    hold,
    home,
    inbox,
    issue,
    issue_answer,
    link,
    monday,
    more,
    notices,
    outcome,
    pick,
    replay,
    replies,
    snooze,
    sorting,
    status,
    takeover,
    timeline,
    unfurl,
    why,
    why_risk,
    writing,
)
from bot.cards.message import Message, View
from bot.cards.values import (
    Account,
    AtRisk,
    Better,
    Clock,
    ConversationLine,
    Due,
    NotKnown,
    Risk,
    RiskLevel,
    Said,
    Silent,
)

NOW = datetime(2026, 11, 23, 7, 31, tzinfo=UTC)
ZONE = "Europe/Berlin"
PAGE = "https://intercom.example/a/inbox/conversation/"

NORTHWIND = Account(
    "acc-7", "Northwind Robotics", "Enterprise", 4200, "€", renews_on=date(2026, 12, 14), owner="Lena Vogt"
)
TRIAL = Account("acc-9", "Kestrel Studio", "Trial", trial_ends_on=date(2026, 11, 25))
BARE = Account("acc-2", "Ostrava Freight")

SOON = Due(Clock.FIRST_REPLY, NOW + timedelta(minutes=14), 14 * 60, working_time=True)
LATE = Due(Clock.FIRST_REPLY, NOW - timedelta(minutes=6), -6 * 60, working_time=True)
LATE_BY_HOURS = Due(Clock.NEXT_REPLY, NOW - timedelta(days=2, hours=16), -31 * 60, working_time=True)
LATER = Due(Clock.NEXT_REPLY, NOW + timedelta(hours=26), 9 * 3600, working_time=True)
SATURDAY = NOW - timedelta(days=1, hours=17, minutes=29)

WORDS = (
    "Hi, since Saturday morning SSO sends everyone in our company back to the login page after Okta. "
    "We have an all-hands demo at ten and 140 people cannot get in. Is there a way round it?"
)
HOSTILE = (
    "<!channel> <@U0LEAD> see <https://evil.example|https://intercom.example> *now* :tada:\n\n\n\n\n"
    "> ```rm``` \u202eesrever\u202c \u200bzero\x00\x07 " + "and it goes on " * 700
)


def line(number: int, **changes: object) -> ConversationLine:
    base = ConversationLine(
        f"conv-{number}",
        "Dana Reyes",
        "whatsapp",
        account="Northwind Robotics",
        due=SOON,
        waiting_since=SATURDAY,
        words=WORDS,
        url=f"{PAGE}{number}",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


LINES = (
    line(1, due=LATE),
    line(2, contact="Tomás Lindqvist", channel="email", owner="Priya Nair"),
    line(3, contact="Mei Okafor", channel="conversation", state="snoozed", snoozed_until=NOW, due=None),
    line(4, contact="Juno Park", account="Kestrel Studio", channel="sms", due=LATER),
)
CLAIMED = {
    outcome: line(1, state="closed", due=None) if outcome is claim.ClaimOutcome.SETTLED else LINES[0]
    for outcome in claim.ClaimOutcome
}
SAID = (
    Said("Dana Reyes", WORDS, SATURDAY),
    Said("Fin", "Have you tried to clear your cookies?", SATURDAY + timedelta(minutes=1), "bot"),
    Said("Priya Nair", "Okta incident? Checked, no.", NOW - timedelta(hours=1), "note"),
    Said("Dana Reyes", "Still broken. Anybody there?", NOW - timedelta(minutes=40)),
)
ENTRIES = tuple(timeline.TimelineEntry(said, "whatsapp") for said in SAID)
AT_RISK = (
    AtRisk(
        NORTHWIND,
        Risk(RiskLevel.HIGH, 62, 18),
        ("3 people report one issue since Sat", "third reopen of it (usual 0)", "CSAT 2 of 5 on 12 Nov"),
        3,
    ),
    AtRisk(TRIAL, Risk(RiskLevel.MEDIUM, 44), ("day 12 of 14 with 1 login (usual 9)",), 1),
    AtRisk(BARE, Risk(RiskLevel.MEDIUM, 41, 0), (), 0),
)
NOT_KNOWN = (
    NotKnown("usage", 4, "Segment", NOW - timedelta(days=2, hours=13)),
    NotKnown("renewal", 1, "CRM", None),
)
SILENT = (Silent("Trial day 3", NOW - timedelta(days=2, hours=13), 38, 61),)
CHOICES = (
    writing.SnoozeChoice("13:00", NOW + timedelta(hours=4)),
    writing.SnoozeChoice("tomorrow 09:00", NOW + timedelta(days=1)),
)
LOST = (
    dead_letters.DeadLetter(41, "a message", "Slack answered is_archived", "C0ALERTS"),
    dead_letters.DeadLetter(42, "an answer to a customer", "<!channel> *refused*  " + "x" * 400),
)
AUDITED = (
    audit_log.Entry(
        NOW, "U0MARA", "Mara Ortiz", "take_over", "modal", "done", "215", "from 8802: " + HOSTILE, PAGE
    ),
    audit_log.Entry(SATURDAY, "watchbell", "Ben Ito", "free_claim", "clock", "done", "216"),
    audit_log.Entry(SATURDAY, "U0MARA", "Mara Ortiz", "claim", "slash", "held", "217", url=PAGE),
    audit_log.Entry(SATURDAY, "U0MARA", None, "link", "slack", "done", None, "for U0BEN"),
) * 4
FILING = filing.FilingCard(LINES[0], NOW, ZONE)
CHOICE_OF = tuple(filing.Choice(str(number), f"{number} <@U0LEAD> " + "long " * 30) for number in range(120))
WELL = status.Health(NOW - timedelta(seconds=12))
SICK = status.Health(
    NOW - timedelta(minutes=41),
    (
        status.Problem("Intercom has not been read for 41 min.", "Check its token with `watchbell doctor`."),
        status.Problem("2 messages could not be posted to #support-alerts.", "Invite the bot there."),
    ),
)

ALERT = alert.AlertCard(
    "alert-1", alert.AlertState.WARNING, SOON, NOW, ZONE, "Dana Reyes", "whatsapp", WORDS, NORTHWIND, SATURDAY
)
ALERT = replace(ALERT, url=f"{PAGE}1", same_issue=2, thread_url="https://slack.example/archives/C1/p1")
ISSUE = issue.IssueCard(
    "issue-1",
    "SSO sends everyone back to the login page",
    NORTHWIND.name,
    LINES[:3],
    people=3,
    since=SATURDAY,
    now=NOW,
    zone=ZONE,
    due=LATE,
    claimed_by=("Priya Nair",),
)
ANCHOR = account.AccountCard(
    NORTHWIND,
    NOW,
    ZONE,
    open_conversations=3,
    issues=(
        account.AccountIssue("issue-1", ISSUE.title, 3, 3, ("email", "conversation", "whatsapp"), SATURDAY),
    ),
    due=LATE,
    answer_id="conv-1",
    unclaimed=3,
    risk=AT_RISK[0].risk,
    url=f"{PAGE}company/7",
)
MONDAY = monday.MondayCard(
    date(2026, 11, 23),
    NOW,
    ZONE,
    open_conversations=34,
    late=5,
    due_soon=9,
    due_by=NOW + timedelta(minutes=89),
    unclaimed=27,
    waiting_on_customers=6,
    reply_time=monday.ReplyTime(22 * 60, 31 * 60),
    due=(LINES[0], LINES[1], LINES[3]),
    at_risk=AT_RISK,
    better=(Better("Harbour Dental", 71, 40, "issue solved Thu, CSAT 5"),),
    not_known=NOT_KNOWN,
    silent=SILENT,
)
ANSWER = answer.AnswerCard(
    "conv-1",
    "Dana Reyes",
    "email",
    NOW,
    ZONE,
    NORTHWIND,
    SAID,
    LATE,
    last_part="part-9",
    snooze_choices=CHOICES,
    url=f"{PAGE}1",
)
INBOX = inbox.InboxCard(
    NOW,
    ZONE,
    (LINES[0], LINES[1]),
    (LINES[3], line(5, contact="Ines Vidal", account="Harbour Dental", channel="email")),
    27,
    6,
)
QUIET = inbox.InboxCard(NOW, ZONE, waiting_on_customers=6, next_due_at=NOW + timedelta(hours=5))
WHY = why.WhyCard(
    "Dana Reyes",
    NORTHWIND.name,
    NOW,
    ZONE,
    "Enterprise",
    3600,
    LATE,
    rule="the plan is Enterprise",
    working_time=True,
    calendar="Berlin office",
    steps=(
        why.WhyStep(SATURDAY, "Dana Reyes wrote by WhatsApp; the office was closed", 0),
        why.WhyStep(NOW - timedelta(minutes=66), "The office opened and the clock started", 0),
        why.WhyStep(NOW - timedelta(minutes=6), "The promise was broken", 3600),
    ),
    intercom_says="active",
    url=f"{PAGE}1",
)
DELIVERY = delivery.DeliveryCard(
    "out-1", delivery.DeliveryState.QUEUED, "Dana Reyes", NOW, ZONE, url=f"{PAGE}1"
)
SUGGESTED = (
    writing.Suggested(
        "215470002590000/9",
        "Hi Dana, we renewed the certificate of your identity provider; please sign in once more.",
        12,
        "Priya Nair",
        SATURDAY,
        f"{PAGE}77",
    ),
    writing.Suggested("2/9", HOSTILE * 20, 1, HOSTILE, SATURDAY, None),
)
SAVED_REPLIES = (
    replies.SavedLine("r1", "Refund, how long", "Hi {name}, a refund reaches your bank in 5 days.", 14),
    replies.SavedLine("r2", "Second office", "Under Settings, Offices.", 0),
)
DELIVERIES = deliveries.DeliveriesCard("out-1", (), NOW, ZONE)
ISSUE_ANSWER = issue_answer.IssueAnswerCard(
    "conv-1",
    "Single sign-on sends everyone back to the login page",
    "Northwind Marine",
    (
        issue_answer.Recipient(
            "conv-1",
            "Dana Reyes",
            "email",
            "Hi Dana,",
            "Since Saturday nobody can log in through SSO, the login page comes back again and again.",
            "p1",
        ),
        issue_answer.Recipient(
            "conv-2", "Omar Haddad", "whatsapp", "Hi Omar,", "SSO is broken?", "p2", "Priya Nair"
        ),
        issue_answer.Recipient(
            "conv-3", "Jo Lind", "conversation", "Hi Jo,", "Same here.", "p3", state="snoozed"
        ),
    ),
    NOW,
    ZONE,
)
UNPARSED = HOSTILE.replace("!", "")
"""For labels, which parse nothing; what is our own in them must not shout."""
HOSTILE_ISSUE_ANSWER = replace(
    ISSUE_ANSWER,
    title=HOSTILE,
    account=HOSTILE,
    left_out=170,
    conflicts=(writing.Conflict(HOSTILE, Said(HOSTILE, HOSTILE, NOW)),) * 9,
    recipients=tuple(
        issue_answer.Recipient(
            f"{215470002591000 + number}",
            UNPARSED,
            "email",
            UNPARSED,
            UNPARSED,
            f"{21547000259100 + number}",
            UNPARSED,
        )
        for number in range(issue_answer.MOST)
    ),
)
SEAT = link.Seat("814", "Priya Nair", "priya@watch.example")
LINK = link.LinkCard("priya@watch.example", SEAT)


REPLAY = replay.ReplayCard(
    "enterprise with first reply within 2h",
    NOW,
    ZONE,
    NOW - timedelta(days=30),
    replay.Line("all", 240, 60, 18, 31, 58, 41 * 60),
    (
        replay.Line("first reply", 180, 40, 12, 25, 40, 38 * 60),
        replay.Line("next reply", 60, 20, 6, 6, 18, 3000),
    ),
    (replay.Line("Support", 200, 50, 15, 28, 49, 2400),),
    (replay.Line(HOSTILE, 9, 4, 3, 0, 4, 600),),
    ("215470002591",),
    tuple(str(215470002600 + n) for n in range(14)),
    NOW - timedelta(days=12),
)


def _outcomes(*states: str) -> tuple[deliveries.OneOfMany, ...]:
    """An answer in each of the states, to one person each."""
    return tuple(
        deliveries.OneOfMany(
            f"reply:V1:{number}",
            ("Dana Reyes", "Omar Haddad", "Jo Lind", UNPARSED)[number % 4],
            ("email", "whatsapp", "conversation")[number % 3],
            delivery.DeliveryState(state),
            "Intercom refused it: the conversation was deleted." if state == "failed" else None,
            f"{PAGE}{number}",
        )
        for number, state in enumerate(states)
    )


def _alerts() -> dict[str, Message]:
    states = alert.AlertState
    ended = {"ended_by": "Priya Nair", "ended_at": NOW}
    cards = {
        "warning": ALERT,
        "warning, claimed": replace(ALERT, claimed_by="Priya Nair"),
        "breached": replace(ALERT, state=states.BREACHED, due=LATE, told=("Lena Vogt",), mention="U0LEAD"),
        "breached, claimed": replace(
            ALERT, state=states.BREACHED, due=LATE_BY_HOURS, claimed_by="Priya Nair"
        ),
        "snoozed": replace(
            ALERT, state=states.SNOOZED, snoozed_until=NOW + timedelta(minutes=30), snoozed_by="Priya Nair"
        ),
        "answered on time": replace(ALERT, state=states.ANSWERED, **ended),
        "answered late": replace(ALERT, state=states.ANSWERED, due=LATE, **ended),
        "closed": replace(ALERT, state=states.CLOSED, **ended),
        "dismissed": replace(ALERT, state=states.DISMISSED, **ended),
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
    return {
        **{f"alert, {name}": alert.render(card) for name, card in cards.items()},
        **{f"call, {name}": call.render(card) for name, card in calls.items()},
        **{
            f"burst, {name}": burst.render(burst.BurstCard(tuple(of), NOW, ZONE))
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
    sent = {"sent_at": NOW}
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
        "issue, solved": issue.render(replace(ISSUE, solved_by="Priya Nair")),
        "monday": monday.render(MONDAY),
        "monday, quiet": monday.render(
            monday.MondayCard(
                MONDAY.day, NOW, ZONE, 6, 0, 0, MONDAY.due_by, 0, 6, next_due_at=NOW + timedelta(hours=5)
            )
        ),
        "monday, empty": monday.render(
            monday.MondayCard(MONDAY.day, NOW, ZONE, 0, 0, 0, MONDAY.due_by, 0, 0)
        ),
        "inbox": inbox.render(INBOX),
        "inbox, nothing of mine": inbox.render(replace(INBOX, mine=())),
        "inbox, quiet": inbox.render(QUIET),
        "account view": account_view.render(account_view.AccountViewCard(ANCHOR, LINES, ENTRIES)),
        "account, which one": account_view.choose(account_view.AccountChoice("nor", (NORTHWIND, TRIAL))),
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
            outcome.OutcomeCard("close", "<@U0LEAD> Dana *Reyes*", False, "Intercom no longer has it.", PAGE)
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
        "handover, taken": handover.render(
            handover.HandoverCard("taken", "Ben Ito", "I spoke with her on the phone.", LINES[0], NOW, ZONE)
        ),
        "claim, many": claim.render_many(
            claim.ClaimedMany(NORTHWIND.name, LINES[:2], NOW, ZONE, 1, ("Ben Ito",))
        ),
        "claim, none of many": claim.render_many(claim.ClaimedMany(NORTHWIND.name, (), NOW, ZONE, 3)),
        "claim, nothing": claim.render_nothing(claim.NothingToClaim(NOW, ZONE, 6, NOW + timedelta(hours=5))),
        **{
            f"delivery, {state}": delivery.render(replace(DELIVERY, state=state, **sent))
            for state in delivery.DeliveryState
        },
        "deliveries, on their way": deliveries.render(
            replace(DELIVERIES, answers=_outcomes("queued", "queued"))
        ),
        "deliveries, all sent": deliveries.render(
            replace(DELIVERIES, answers=_outcomes("sent", "sent", "sent"))
        ),
        "deliveries, mixed": deliveries.render(
            replace(DELIVERIES, answers=_outcomes("sent", "unconfirmed", "failed", "undone", "queued"))
        ),
        "deliveries, thirty": deliveries.render(
            replace(DELIVERIES, answers=_outcomes(*["unconfirmed", "failed", "queued"] * 10))
        ),
        "delivery, refused": delivery.render(
            replace(
                DELIVERY,
                state=delivery.DeliveryState.FAILED,
                problem="Intercom refused the attachment (12 MB, the limit is 10).",
                mend="Remove it and send again.",
            )
        ),
        "help": help.render(help.HelpCard("Priya Nair", 27, 2, 5, 3)),
        "help, not linked": help.render(help.HelpCard(None, 27)),
        "link, proposed": link.render(LINK),
        "link, none": link.render(replace(LINK, proposed=None)),
        "link, taken": link.render(replace(LINK, taken_by="Ben Ito")),
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


def views() -> dict[str, View]:
    """Every modal and App Home by name."""
    taken = writing.Conflict("Ben Ito answered 2 min ago.", Said("Ben Ito", "We are on it.", NOW))
    return {
        "answer, loading": answer.loading("Dana Reyes"),
        "answer": answer.render(ANSWER),
        "answer, note": answer.render(replace(ANSWER, mode=answer.Mode.NOTE)),
        "answer, note only": answer.render(
            replace(ANSWER, reply_refused="A phone call has no text channel.")
        ),
        "answer, conflict": answer.render(replace(ANSWER, conflict=taken, claimed_by="Ben Ito")),
        "answer, hostile": answer.render(
            replace(ANSWER, contact=HOSTILE, messages=tuple(replace(said, words=HOSTILE) for said in SAID))
        ),
        "answer, suggestions": answer.render(replace(ANSWER, suggestions=SUGGESTED)),
        "answer, words put in": answer.render(
            replace(ANSWER, text_round=1, draft=writing.joined(None, "Hi Dana, it is repaired."))
        ),
        "saved replies": replies.render(replies.RepliesCard(SAVED_REPLIES, 12)),
        "saved replies, none": replies.render(replies.RepliesCard(())),
        "saved replies, two hundred": replies.render(
            replies.RepliesCard((replies.SavedLine("r9", HOSTILE, HOSTILE * 9, 4),) * 200)
        ),
        "saved reply, new": replies.form(),
        "saved reply, edit": replies.form(replies.SavedLine("r9", HOSTILE, HOSTILE * 99)),
        "answer issue, loading": issue_answer.loading(),
        "answer issue": issue_answer.render(ISSUE_ANSWER),
        "answer issue, conflict": issue_answer.render(
            replace(ISSUE_ANSWER, conflicts=(replace(taken, what="Dana Reyes: Ben Ito answered 2 min ago."),))
        ),
        "answer issue, hostile": issue_answer.render(HOSTILE_ISSUE_ANSWER),
        "answer, error": answer.error(
            answer.AnswerError(
                "Dana Reyes", "Intercom did not answer. Nothing was sent. Try again in a minute."
            )
        ),
        "home": home.render(home.HomeCard(INBOX, WELL, AT_RISK, SILENT, NOT_KNOWN)),
        "home, 200 conversations and 60 accounts": home.render(
            home.HomeCard(
                replace(
                    INBOX,
                    mine=tuple(line(number, contact="Wilhelmina " * 40) for number in range(10)),
                    next=tuple(line(number, contact=HOSTILE) for number in range(10)),
                    unclaimed=150,
                    mine_total=50,
                    look=inbox.Look(inbox.Show.LATE, "77", 2, 3),
                    teams=tuple(inbox.Choice(str(number), f"Team {number} " * 20) for number in range(120)),
                ),
                WELL,
                AT_RISK * 20,
                SILENT * 20,
                NOT_KNOWN * 20,
            )
        ),
        "home, away": home.render(home.HomeCard(replace(INBOX, away=True), WELL)),
        "home, quiet": home.render(
            home.HomeCard(
                QUIET, SICK, notice="You can read, not write: `/watchbell link` connects your seat."
            )
        ),
        "replay form": replay.form(
            [
                replay.PolicyNow("default", "Default", {"first_response": "4 h", "warn": "30 min"}),
                replay.PolicyNow("very-long-" * 6, "Very long " * 12, {}),
            ]
        ),
        "replay running": replay.running(0.37),
        "replay": replay.render(REPLAY),
        "replay, nothing began": replay.render(replace(REPLAY, total=replay.Line("all", 0, 0, 0, 0, 0, 0))),
        "comparisons": comparisons.render(
            comparisons.ComparisonsCard(
                NOW,
                ZONE,
                NOW - timedelta(hours=3),
                412,
                2,
                1,
                6,
                (
                    comparisons.Differs(
                        "215", "Dana Reyes", "first answer", "Mon 09:10", "Mon 09:00", None, f"{PAGE}1"
                    ),
                    comparisons.Differs(
                        "216",
                        HOSTILE,
                        "time to first answer",
                        "8 min",
                        "16 h 10 min",
                        "office hours",
                        f"{PAGE}2",
                    ),
                    comparisons.Differs("217", "", "promise", "hit", "missed", "snooze"),
                ),
            )
        ),
        "comparisons, none yet": comparisons.render(comparisons.ComparisonsCard(NOW, ZONE, None)),
        "split": sorting.render_split(
            sorting.SplitCard("conv-1", ISSUE.title, (*LINES, line(9, contact=UNPARSED, words=UNPARSED)), NOW)
        ),
        "join": sorting.render_join(
            sorting.JoinCard(
                "conv-1",
                ISSUE.title,
                (sorting.Other("conv-7", "Invoice of March", 1), sorting.Other("conv-8", UNPARSED, 3)),
            )
        ),
        "join, none other": sorting.render_join(sorting.JoinCard("conv-1", ISSUE.title, ())),
        "why": why.render(WHY),
        "why of a calendar that is gone": why.render(replace(WHY, gone=HOSTILE * 20)),
        "why, ended": why.render(
            replace(WHY, due=None, ended="The last words were only a thank-you.", steps=())
        ),
        "why this risk": why_risk.render(
            why_risk.WhyRiskCard(
                NORTHWIND,
                AT_RISK[0].risk,
                NOW,
                ZONE,
                (
                    why_risk.RiskPoint(30, "3 people report one issue", "since Sat, usual 0"),
                    why_risk.RiskPoint(22, "Third reopen", "of SSO, usual 0"),
                    why_risk.RiskPoint(10, "Low rating", "2 of 5 on 12 Nov"),
                ),
                NOT_KNOWN,
            )
        ),
        "assign": assign.render(
            assign.AssignCard(
                LINES[1],
                NOW,
                ZONE,
                (
                    assign.Colleague("1", "Ben Ito", open_conversations=4),
                    assign.Colleague("2", "Aiko Brandt", True),
                ),
            )
        ),
        "take over": takeover.render(
            takeover.TakeoverCard(replace(LINES[1], owner="Ben Ito"), "Ben Ito", "8802", NOW, ZONE)
        ),
        "more": more.render(more.MoreCard(LINES[1], NOW, ZONE, tuple(more.Deed))),
        "close": filing.close(FILING),
        "tags": filing.tags(replace(FILING, choices=CHOICE_OF, chosen=("1",))),
        "tags, none": filing.tags(FILING),
        "team": filing.team(replace(FILING, choices=CHOICE_OF)),
        "team, none": filing.team(FILING),
        "ticket": filing.ticket(replace(FILING, choices=CHOICE_OF)),
        "ticket, none": filing.ticket(FILING),
        "filing, loading": filing.loading(LINES[0]),
        "pick, note": pick.render(pick.PickCard("note", HOSTILE, LINES, LINES[1].id)),
        "pick, ask": pick.render(pick.PickCard("ask", "", (), None)),
        "audit log": audit_log.render(
            audit_log.AuditLogCard(audit_log.Wanted("U0LEAD", "1001"), AUDITED, NOW, ZONE, older=3, newer=9)
        ),
        "audit log, empty": audit_log.render(audit_log.AuditLogCard(audit_log.Wanted(), (), NOW, ZONE)),
        "assign, nobody": assign.render(assign.AssignCard(LINES[1], NOW, ZONE, ())),
        "snooze": snooze.render(snooze.SnoozeCard(LINES[0], NOW, ZONE, CHOICES)),
        "timeline": timeline.render(timeline.TimelineCard(NORTHWIND.name, NOW, ZONE, ENTRIES, f"{PAGE}1")),
        "timeline, a page of many": timeline.render(
            timeline.TimelineCard(
                NORTHWIND.name,
                NOW,
                ZONE,
                ENTRIES,
                about=timeline.ACCOUNT,
                about_id="c1",
                page=2,
                pages=7,
                messages=131,
                notice="northwind-timeline-2026-11-23.md is in your direct conversation with Watchbell.",
            )
        ),
        "timeline, empty": timeline.render(timeline.TimelineCard(NORTHWIND.name, NOW, ZONE, ())),
        "notice": notices.modal("Already answered", "Ben Ito answered 2 min ago. Nothing was sent."),
    }
