"""Which mails Intercom has too: each message hides one mail at most, and only one that says the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.timeline import Entry
from bot.twice import APART, Mail, told_twice

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TEXTS = ("The login page comes back.", "Any news?", "+1", "", "Please cancel our contract at the end of May.")
KINDS = st.sampled_from(["customer", "rep"])
PEOPLE = st.sampled_from(["p1", "p2"])
MINUTES = st.integers(-60, 60)


def inside(
    text: str = TEXTS[0], minutes: float = 0, kind: str = "customer", who: str = "p1", note: bool = False
) -> Entry:
    return Entry(
        id=f"{minutes}-{text}-{kind}-{who}",
        conversation_id="1001",
        channel="email",
        author_id=who,
        author_name="",
        author_kind=kind,  # type: ignore[arg-type]
        at=AT + timedelta(minutes=minutes),
        text=text,
        internal=note,
    )


def mail(
    text: str = TEXTS[0], minutes: float = 0, kind: str = "customer", who: str | None = "p1", id_: str = "m"
) -> Mail:
    people = frozenset({who} if who is not None else ())
    return Mail(id_, kind, people, AT + timedelta(minutes=minutes), text)  # type: ignore[arg-type]


def test_the_same_mail_by_another_way() -> None:
    quoted = "Hello,\n\nThe login page comes back.\n\nKind regards\nDana\n\nOn Monday Ana wrote:\n> Does it?"
    assert told_twice([inside()], [mail(quoted, 4)]) == {"m"}
    assert told_twice([inside()], [mail(quoted, 4, who=None)]) == {"m"}


def test_one_person_may_have_several_ids() -> None:
    both = frozenset({"lead", "p1"})
    assert told_twice([inside()], [Mail("m", "customer", both, AT, TEXTS[0])]) == {"m"}
    assert told_twice([inside(who="p2")], [Mail("m", "customer", both, AT, TEXTS[0])]) == frozenset()


def test_what_differs_stays() -> None:
    assert told_twice([inside()], [mail("The login page is back again.")]) == frozenset()
    assert told_twice([inside()], [mail(minutes=16)]) == frozenset()
    assert told_twice([inside()], [mail(kind="rep")]) == frozenset()
    assert told_twice([inside()], [mail(who="p2")]) == frozenset()
    assert told_twice([inside(note=True)], [mail()]) == frozenset()
    assert told_twice([], [mail()]) == frozenset()


def test_what_was_said_twice_is_said_twice() -> None:
    again = [mail("Any news?", 0, id_="first"), mail("Any news?", 5, id_="second")]
    assert told_twice([inside("Any news?", 5)], again) == {"second"}


ENTRIES = st.lists(st.builds(inside, st.sampled_from(TEXTS), MINUTES, KINDS, PEOPLE), max_size=8)
MAILS = st.lists(st.builds(mail, st.sampled_from(TEXTS), MINUTES, KINDS, PEOPLE | st.none()), max_size=8).map(
    lambda mails: [Mail(f"m{number}", *each) for number, each in enumerate(map(_rest, mails))]
)


def _rest(each: Mail) -> tuple[object, ...]:
    return each.author_kind, each.people, each.at, each.text


@given(ENTRIES, MAILS, st.randoms())
def test_every_hidden_mail_has_a_message_of_its_own_whatever_the_order(
    entries: list[Entry], mails: list[Mail], random: object
) -> None:
    hidden = told_twice(entries, mails)
    assert len(hidden) <= len(entries)
    for each in mails:
        twins = [
            entry
            for entry in entries
            if abs(entry.at - each.at) <= APART
            and entry.author_kind == each.author_kind
            and entry.text == each.text
            and (entry.author_kind != "customer" or not each.people or entry.author_id in each.people)
        ]
        assert each.id not in hidden or twins
    # As many as can be: of mails that say the same nothing else decides.
    for text in TEXTS:
        said = [each for each in mails if each.text == text and each.author_kind == "rep"]
        told = [each for each in entries if each.text == text and each.author_kind == "rep"]
        near = [each for each in said if any(abs(one.at - each.at) <= APART for one in told)]
        if near:
            assert hidden & {each.id for each in near}
    shuffled, others = list(entries), list(mails)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(others)  # type: ignore[attr-defined]
    assert told_twice(shuffled, others) == hidden
