"""Facts as a Monday brings them, of which every card is made in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.cards import (
    account,
    alert,
    answer,
    audit_log,
    claim,
    dead_letters,
    deliveries,
    delivery,
    filing,
    in_slack,
    inbox,
    issue,
    issue_answer,
    link,
    monday,
    readers,
    replay,
    replies,
    status,
    timeline,
    why,
    writing,
)
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
    "acc-7",
    "Northwind Robotics",
    "Enterprise",
    4200,
    "€",
    renews_on=date(2026, 12, 14),
    owner="Lena Vogt",
    users=140,
    sessions=1204,
    last_seen=datetime(2026, 11, 22, 16, 0, tzinfo=UTC),
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
        2,
    ),
    AtRisk(TRIAL, Risk(RiskLevel.MEDIUM, 44), ("day 12 of 14 with 1 login (usual 9)",), 1, 1),
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
    better=(
        Better(
            "Harbour Dental",
            71,
            40,
            "no longer as on 16 Nov: 3 people report one issue since Sat 09:10 (usual 1)",
        ),
    ),
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
    LATE.clock,
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
LEAVING = delivery.Leaving("reply:V1", "Tarek Aziz", False, NOW, ZONE)
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
            also=(readers.Also("p9", UNPARSED, UNPARSED),) * 3,
            template_only=True,
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
    NOW - timedelta(days=12),
)

IN_SLACK = in_slack.InSlackCard(
    id="C0SHARED:1795507140.000100",
    state=in_slack.InSlackState.WAITING,
    account=NORTHWIND,
    place="#ext-northwind",
    said=(*SAID[:2], Said(HOSTILE, HOSTILE * 40, NOW)),
    count=12,
    now=NOW,
    zone=ZONE,
    since=NOW,
    url="https://small.slack.com/archives/C0SHARED/p1795507140000100",
)
IN_SLACK_STATES: dict[in_slack.InSlackState, dict[str, Any]] = {
    in_slack.InSlackState.WAITING: {},
    in_slack.InSlackState.ANSWERED: {"by": "Ben Ito", "at": NOW},
    in_slack.InSlackState.MAKING: {"by": HOSTILE},
    in_slack.InSlackState.MADE: {"conversation_id": "1001", "conversation_url": f"{PAGE}1", "more_since": 2},
    in_slack.InSlackState.UNREAD: {"is_read": False},
    in_slack.InSlackState.FAILED: {"problem": "Active subscription needed."},
    in_slack.InSlackState.DOUBTFUL: {"problem": HOSTILE * 40},
}
"""What each state of words in Slack shows beside the rest."""


def outcomes(*states: str) -> tuple[deliveries.OneOfMany, ...]:
    """An answer in each of the states, to one person each."""
    return tuple(
        deliveries.OneOfMany(
            f"reply:V1:{number}",
            ("Dana Reyes", "Omar Haddad", "Jo Lind", UNPARSED)[number % 4],
            ("email", "whatsapp", "conversation")[number % 3],
            delivery.DeliveryState(state),
            "Intercom refused it: the conversation was deleted." if state == "failed" else None,
            f"{PAGE}{number}",
            words_kept=True,
            undoable=state in ("queued", "waiting"),
            in_vain=state == "failed" and number % 2 == 0,
        )
        for number, state in enumerate(states)
    )
