"""Hypothesis strategies for the cards' inputs: empty, long and hostile values, zero to very many of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bot.cards import (
    account,
    account_view,
    alert,
    answer,
    assign,
    atrisk,
    burst,
    claim,
    delivery,
    digest,
    home,
    inbox,
    issue,
    link,
    monday,
    notices,
    snooze,
    status,
    timeline,
    writing,
)
from bot.cards.values import (
    Account,
    AtRisk,
    Better,
    Clock,
    ConversationLine,
    Due,
    LastRead,
    NotKnown,
    Risk,
    RiskLevel,
    Said,
    Silent,
)

NASTY = (
    "",
    " \n\t ",
    "<!channel> <!here> <@U0LEAD> <#C1|x> <!subteam^S1>",
    "<https://evil.example|https://intercom.example> https://evil.example",
    "&lt;!channel&gt; &amp;amp;",
    "*bold* _italic_ ~gone~ `code` ```fence``` > quote :rotating_light: :tada:",
    "\u202eesrever\u202c \u2066isolated\u2069 \u200b\u200d\ufeff \x00\x07\x1b[31m \ud800",
    "Z̴̡̧̢̛" + "\u0301" * 400,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 60,
    "اتصل بنا على الفور " * 40,
    "a" * 10_000,
    "word " * 2_000,
    "line\n" * 2_000,
    "&<>" * 3_000,
)
texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.text(max_size=8).map(lambda s: s * 700))
maybe = st.none() | texts
ids = st.text(alphabet="abcdef0123456789-", min_size=1, max_size=60)
instants = st.datetimes(datetime(2020, 1, 2), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kolkata", "UTC"])
days = st.dates(date(2015, 1, 1), date(2040, 1, 1))
counts = st.sampled_from([0, 1, 2, 34, 200, 1_234_567])
seconds = st.integers(-(10**8), 10**8)
urls = st.none() | st.sampled_from(
    [
        "https://intercom.example/a/1",
        "javascript:alert(1)",
        "http://a.example/<x>|y",
        "https://a.example/" + "b" * 4000,
    ]
)
channels = st.sampled_from(["conversation", "email", "whatsapp", "phone_call"]) | texts
slack_ids = st.none() | st.just("U0LEAD")


def many(of: st.SearchStrategy, most: int = 70) -> st.SearchStrategy:
    """A tuple of none, one or many; the many are one repeated, which costs nothing to draw."""
    return st.one_of(
        st.just(()),
        st.tuples(of),
        st.tuples(of, of),
        st.tuples(of, st.integers(3, most)).map(lambda p: (p[0],) * p[1]),
    )


accounts = st.builds(
    Account,
    id=ids,
    name=texts,
    plan=maybe,
    monthly_spend=st.none() | st.floats(0, 1e9, allow_nan=False),
    currency=st.sampled_from(["", "€", "USD"]),
    renews_on=st.none() | days,
    trial_ends_on=st.none() | days,
    owner=maybe,
    users=st.none() | st.integers(0, 10**12),
    sessions=st.none() | st.integers(0, 10**12),
    last_seen=st.none() | instants,
)
dues = st.builds(
    Due, clock=st.sampled_from(Clock), at=instants, seconds_left=seconds, working_time=st.booleans()
)
said = st.builds(
    Said, by=texts, words=texts, at=instants, kind=st.sampled_from(["customer", "rep", "note", "bot"])
)
lines = st.builds(
    ConversationLine,
    id=ids,
    contact=texts,
    channel=channels,
    account=maybe,
    due=st.none() | dues,
    waiting_since=st.none() | instants,
    owner=maybe,
    words=texts,
    state=st.sampled_from(["open", "snoozed", "closed"]),
    snoozed_until=st.none() | instants,
    url=urls,
)
risks = st.builds(
    Risk,
    level=st.sampled_from(RiskLevel),
    score=st.integers(0, 100),
    change=st.none() | st.integers(-100, 100),
)
at_risks = st.builds(AtRisk, account=accounts, risk=risks, reasons=many(texts, 9), open_conversations=counts)
not_knowns = st.builds(NotKnown, what=texts, accounts=counts, source=texts, last_seen=st.none() | instants)
silents = st.builds(
    Silent,
    name=texts,
    last_sent=st.none() | instants,
    usual_a_day=st.none() | st.floats(0, 1e6, allow_nan=False),
    people_due=st.none() | counts,
)
entries = st.builds(timeline.TimelineEntry, said=said, channel=channels, url=urls)
choices = st.builds(writing.SnoozeChoice, label=texts, until=instants)
here = {"now": instants, "zone": zones}

alerts = st.builds(
    alert.AlertCard,
    id=ids,
    state=st.sampled_from(alert.AlertState),
    due=dues,
    **here,
    contact=texts,
    channel=channels,
    words=texts,
    account=st.none() | accounts,
    waiting_since=st.none() | instants,
    claimed_by=maybe,
    told=many(texts),
    mention=slack_ids,
    snoozed_until=st.none() | instants,
    snoozed_by=maybe,
    ended_by=maybe,
    ended_at=st.none() | instants,
    same_issue=counts,
    thread_url=urls,
    url=urls,
)
bursts = st.builds(burst.BurstCard, **here, alerts=many(alerts))
account_issues = st.builds(
    account.AccountIssue,
    id=ids,
    title=texts,
    people=counts,
    conversations=counts,
    channels=many(channels),
    since=instants,
)
anchors = st.builds(
    account.AccountCard,
    account=accounts,
    **here,
    open_conversations=counts,
    issues=many(account_issues),
    due=st.none() | dues,
    answer_id=st.none() | ids,
    unclaimed=counts,
    claimed_by=many(texts),
    risk=st.none() | risks,
    url=urls,
    changed=st.none() | st.builds(account.Changed, instants, many(texts, 4)),
    earlier=st.none() | st.builds(account.Earlier, days, counts, texts),
)
closed = st.builds(
    account.AccountClosed,
    account=accounts,
    **here,
    conversations=counts,
    issues=counts,
    first_reply_seconds=st.none() | counts,
    usual_first_reply_seconds=st.none() | counts,
    answered_by=many(texts),
    url=urls,
)
issues = st.builds(
    issue.IssueCard,
    id=ids,
    title=texts,
    account=texts,
    conversations=many(lines, 200),
    people=counts,
    since=instants,
    **here,
    due=st.none() | dues,
    claimed_by=many(texts),
    solved_by=maybe,
    new=st.frozensets(ids, max_size=3),
    changed_at=st.none() | instants,
)
digests = st.builds(
    digest.DigestCard,
    name=texts,
    **here,
    open_conversations=counts,
    late=counts,
    due_soon=counts,
    due_by=instants,
    unclaimed=counts,
    accounts=counts,
    lines=many(
        st.builds(
            digest.DigestLine,
            name=maybe,
            open_conversations=counts,
            late=counts,
            due=st.none() | dues,
            claimed_by=many(texts),
            unclaimed=counts,
            nobodys=counts,
            risk=st.none() | risks,
            url=urls,
        ),
        20,
    ),
    rep=maybe,
)
mondays = st.builds(
    monday.MondayCard,
    day=days,
    **here,
    open_conversations=counts,
    late=counts,
    due_soon=counts,
    due_by=instants,
    unclaimed=counts,
    waiting_on_customers=counts,
    next_due_at=st.none() | instants,
    reply_time=st.none() | st.builds(monday.ReplyTime, st.none() | counts, st.none() | counts),
    due=many(lines, 200),
    at_risk=many(at_risks, 60),
    better=many(st.builds(Better, account=texts, before=counts, after=counts, reason=texts)),
    not_known=many(not_knowns),
    silent=many(silents),
    last_read=st.none() | st.builds(LastRead, st.none() | instants),
)
answers = st.builds(
    answer.AnswerCard,
    conversation_id=ids,
    contact=texts,
    channel=channels,
    **here,
    account=st.none() | accounts,
    messages=many(said, 500),
    due=st.none() | dues,
    claimed_by=maybe,
    mode=st.sampled_from(answer.Mode),
    last_part=ids,
    reply_refused=st.none() | st.just("A phone call has no text channel."),
    snooze_choices=many(choices, 3),
    rich_input=st.booleans(),
    conflict=st.none() | st.builds(writing.Conflict, what=texts, said=st.none() | said),
    on_the_way=many(st.builds(writing.Conflict, what=texts, said=st.none() | said), 5),
    url=urls,
)
inboxes = st.builds(
    inbox.InboxCard,
    **here,
    mine=many(lines, 200),
    next=many(lines, 200),
    unclaimed=counts,
    waiting_on_customers=counts,
    next_due_at=st.none() | instants,
)
healths = st.builds(
    status.Health,
    last_sweep=st.none() | instants,
    problems=many(st.builds(status.Problem, what=texts, mend=texts)),
)
homes = st.builds(
    home.HomeCard,
    inbox=inboxes,
    health=healths,
    at_risk=many(at_risks, 60),
    silent=many(silents),
    not_known=many(not_knowns),
    notice=maybe,
)
views = st.builds(
    account_view.AccountViewCard,
    anchor=anchors,
    conversations=many(lines, 200),
    entries=many(entries, 500),
    thread_url=urls,
)
claims = st.builds(
    claim.ClaimCard,
    outcome=st.sampled_from(claim.ClaimOutcome),
    line=lines,
    **here,
    taken_by=maybe,
    taken_at=st.none() | instants,
)
claimed_many = st.builds(
    claim.ClaimedMany, what=texts, claimed=many(lines, 60), **here, taken=counts, taken_by=many(texts)
)
deliveries = st.builds(
    delivery.DeliveryCard,
    id=ids,
    state=st.sampled_from(delivery.DeliveryState),
    contact=texts,
    **here,
    note=st.booleans(),
    sent_at=st.none() | instants,
    problem=maybe,
    mend=maybe,
    url=urls,
    since=st.none() | said,
)
seats = st.builds(link.Seat, id=ids, name=texts, email=texts)
links = st.builds(
    link.LinkCard,
    email=texts,
    proposed=st.none() | seats,
    linked=st.none() | seats,
    taken_by=st.sampled_from([None, "U0LEAD"]),
)
at_risk_cards = st.builds(
    atrisk.AtRiskCard, **here, judged=counts, accounts=many(at_risks, 60), not_known=many(not_knowns)
)
colleagues = st.integers(0, 150).flatmap(
    lambda n: st.tuples(texts, st.booleans(), st.none() | counts, st.booleans()).map(
        lambda c: tuple(assign.Colleague(str(i), *c) for i in range(n))
    )
)
assigns = st.builds(assign.AssignCard, line=lines, **here, colleagues=colleagues)
snoozes = st.builds(
    snooze.SnoozeCard,
    line=lines,
    **here,
    choices=choices.map(lambda one: (one,)) | st.tuples(choices),
    promise=st.sampled_from(snooze.Promise),
    others=many(
        st.tuples(st.sampled_from(Clock), st.sampled_from([snooze.Promise.PAUSED, snooze.Promise.QUIET])),
        3,
    ),
)
timelines = st.builds(
    timeline.TimelineCard,
    title=texts,
    **here,
    entries=many(entries, 20),
    url=urls,
    about=st.sampled_from([timeline.ACCOUNT, timeline.CONVERSATION]),
    about_id=st.just("c1"),
    page=st.integers(1, 50),
    pages=st.integers(1, 50),
    messages=counts,
    notice=maybe,
    account=st.none() | accounts,
)
stales = st.builds(notices.Stale, line=lines, **here, changed_by=maybe)
