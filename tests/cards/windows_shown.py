"""Every modal and App Home that the bot can show, by name, made of the gallery's values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gallery import (
    ANSWER,
    AT_RISK,
    AUDITED,
    BARE,
    CHOICE_OF,
    CHOICES,
    ENTRIES,
    FILING,
    HOSTILE,
    HOSTILE_ISSUE_ANSWER,
    INBOX,
    ISSUE,
    ISSUE_ANSWER,
    LEAVING,
    LINES,
    NORTHWIND,
    NOT_KNOWN,
    NOW,
    PAGE,
    QUIET,
    REPLAY,
    SAID,
    SAVED_REPLIES,
    SICK,
    SILENT,
    SUGGESTED,
    UNPARSED,
    WELL,
    WHY,
    ZONE,
    line,
)
from gallery_spreading import ANSWER_SPREAD, HOSTILE_NOT_THE_SAME, NOT_THE_SAME

from bot.cards import (
    answer,
    assign,
    audit_log,
    channels,
    comparisons,
    delivery,
    filing,
    home,
    inbox,
    issue_answer,
    more,
    notices,
    pick,
    readers,
    replay,
    replies,
    snooze,
    sorting,
    spreading,
    takeover,
    timeline,
    why,
    why_risk,
    writing,
)
from bot.cards.message import View
from bot.cards.values import (
    Clock,
    Said,
)


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
        "answer, another on its way": answer.render(replace(ANSWER, on_the_way=(taken,))),
        "answer, hostile": answer.render(
            replace(ANSWER, contact=HOSTILE, messages=tuple(replace(said, words=HOSTILE) for said in SAID))
        ),
        "answer, much that waits": answer.render(
            replace(
                ANSWER, messages=(replace(SAID[0], words=HOSTILE * 60 + "🚢" * 2_500, waiting=True),) * 40
            )
        ),
        "answer, several readers": answer.render(
            replace(ANSWER, also=(readers.Also("p9", "Victor Outsider", "no account"),))
        ),
        "answer, hostile readers": answer.render(
            replace(ANSWER, also=tuple(readers.Also(f"p{each}", HOSTILE, HOSTILE) for each in range(40)))
        ),
        "answer, too late for WhatsApp": answer.render(
            replace(ANSWER, channel="whatsapp", template_only="Dana Reyes last wrote 2 days 18 h ago.")
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
        "answer all of a spreading issue": issue_answer.render(ANSWER_SPREAD),
        "not spreading": spreading.render_not_the_same(NOT_THE_SAME),
        "not spreading, hostile": spreading.render_not_the_same(HOSTILE_NOT_THE_SAME),
        "answer issue, words put in": issue_answer.render(
            replace(
                ISSUE_ANSWER,
                suggestions=SUGGESTED,
                snooze_choices=CHOICES,
                text_round=1,
                draft=writing.joined(None, "Hi {name}, it is repaired."),
            )
        ),
        "answer, note, conflict": answer.render(
            replace(ANSWER, mode=answer.Mode.NOTE, conflict=taken, claimed_by="Ben Ito")
        ),
        "answer issue, conflict": issue_answer.render(
            replace(ISSUE_ANSWER, conflicts=(replace(taken, what="Dana Reyes: Ben Ito answered 2 min ago."),))
        ),
        "answer issue, many on their way": issue_answer.render(
            replace(
                ISSUE_ANSWER,
                on_the_way=tuple(
                    replace(taken, what=f"{name}: Ben Ito's answer is on its way.")
                    for name in ("Dana Reyes", "Omar Haddad", "Jo Lind", HOSTILE, "Ida Berg", "Sam Oduya")
                ),
            )
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
                    also=tuple(line(number, contact=HOSTILE, state="snoozed") for number in range(10)),
                    also_total=200,
                    snoozed=150,
                    on_customers=50,
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
            home.HomeCard(QUIET, SICK, notice="You can read, not act: `/watchbell link` connects your seat.")
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
        "split, many": sorting.render_split(
            sorting.SplitCard(
                "conv-1", UNPARSED, tuple(line(each, words=UNPARSED * 9) for each in range(96)), NOW
            )
        ),
        "join, many": sorting.render_join(
            sorting.JoinCard(
                "conv-1", ISSUE.title, tuple(sorting.Other(f"c{each}", UNPARSED, 1) for each in range(120))
            )
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
        "why, resolved": why.render(
            replace(WHY, clock=Clock.RESOLUTION, due=None, ended="It was closed Sat 14:02.", steps=())
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
                    assign.Colleague("3", "Cem Aydin", True, 3, linked=False),
                ),
            )
        ),
        "take over": takeover.render(
            takeover.TakeoverCard(replace(LINES[1], owner="Ben Ito"), "Ben Ito", "8802", NOW, ZONE)
        ),
        "take over, from somebody who is not in Slack": takeover.render(
            takeover.TakeoverCard(LINES[1], "Cem Aydin", "8803", NOW, ZONE, linked=False)
        ),
        "more": more.render(more.MoreCard(LINES[1], NOW, ZONE, tuple(more.Deed))),
        "close": filing.close(FILING),
        "close, conflict": filing.close(replace(FILING, conflict=taken)),
        "tags": filing.tags(replace(FILING, choices=CHOICE_OF, chosen=("1",))),
        "tags, a few": filing.tags(replace(FILING, choices=CHOICE_OF[:20], chosen=("1",))),
        "tags, none": filing.tags(FILING),
        "team": filing.team(replace(FILING, choices=CHOICE_OF)),
        "team, a few": filing.team(replace(FILING, choices=CHOICE_OF[:20])),
        "team, conflict": filing.team(replace(FILING, choices=CHOICE_OF, conflict=taken)),
        "team, none": filing.team(FILING),
        "ticket": filing.ticket(replace(FILING, choices=CHOICE_OF)),
        "ticket, none": filing.ticket(FILING),
        "whose a person is": filing.whose(FILING),
        "filing, loading": filing.loading(LINES[0]),
        "pick, note": pick.render(pick.PickCard("note", HOSTILE, LINES, LINES[1].id)),
        "pick, ask": pick.render(pick.PickCard("ask", "", (), None, 2)),
        "audit log": audit_log.render(
            audit_log.AuditLogCard(audit_log.Wanted("U0LEAD", "1001"), AUDITED, NOW, ZONE, older=3, newer=9)
        ),
        "audit log, empty": audit_log.render(audit_log.AuditLogCard(audit_log.Wanted(), (), NOW, ZONE)),
        "assign, many": assign.render(
            assign.AssignCard(
                LINES[1], NOW, ZONE, tuple(assign.Colleague(str(each), HOSTILE) for each in range(120))
            )
        ),
        "assign, nobody": assign.render(assign.AssignCard(LINES[1], NOW, ZONE, ())),
        "snooze": snooze.render(snooze.SnoozeCard(LINES[0], NOW, ZONE, CHOICES)),
        "snooze, the promise stands still": snooze.render(
            snooze.SnoozeCard(LINES[3], NOW, ZONE, CHOICES, promise=snooze.Promise.PAUSED)
        ),
        "snooze, nothing rings": snooze.render(
            snooze.SnoozeCard(LINES[3], NOW, ZONE, CHOICES, promise=snooze.Promise.QUIET)
        ),
        "snooze, what else is owed": snooze.render(
            snooze.SnoozeCard(
                LINES[1],
                NOW,
                ZONE,
                CHOICES,
                others=(
                    (Clock.RESOLUTION, snooze.Promise.PAUSED),
                    (Clock.TOTAL_RESOLUTION, snooze.Promise.QUIET),
                ),
            )
        ),
        "snooze, conflict": snooze.render(snooze.SnoozeCard(LINES[0], NOW, ZONE, CHOICES, conflict=taken)),
        "snooze, that time is over": snooze.render(snooze.SnoozeCard(LINES[0], NOW, ZONE, CHOICES, over=1)),
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
                account=NORTHWIND,
            )
        ),
        "timeline, an account of which little is known": timeline.render(
            timeline.TimelineCard(BARE.name, NOW, ZONE, ENTRIES, account=BARE)
        ),
        "timeline, cut": timeline.render(
            timeline.TimelineCard(
                NORTHWIND.name,
                NOW,
                ZONE,
                tuple(
                    replace(each, said=replace(each.said, words="It stands still. " * 900))
                    for each in ENTRIES
                ),
                about=timeline.ACCOUNT,
                about_id="c1",
            )
        ),
        "timeline, empty": timeline.render(timeline.TimelineCard(NORTHWIND.name, NOW, ZONE, ())),
        "a channel's account": channels.map_window(channels.MapCard("C0SHARED")),
        "a channel's account, many": channels.map_window(
            channels.MapCard(
                "C0SHARED", tuple((f"C0{number:04}", f"{HOSTILE} {number}") for number in range(60))
            )
        ),
        "whose words": channels.whom_window(
            channels.WhomCard(
                "C0SHARED:1.2",
                f"{HOSTILE} " * 900,
                tuple((f"p{number}", f"Kim {number}, k{number}@customer.example") for number in range(120)),
                "sid@customer.example",
            )
        ),
        "whose words, nobody known": channels.whom_window(channels.WhomCard("C0SHARED:1.2", "", ())),
        "answer, leaving": delivery.leaving_window(replace(LEAVING, contact=HOSTILE)),
        "notice": notices.modal("Already answered", "Ben Ito answered 2 min ago. Nothing was sent."),
    }
