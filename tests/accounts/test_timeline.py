"""Messages of every conversation and channel in one order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.timeline import AuthorKind, Entry, blocks, latest, merge, page

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def entry(
    number: str,
    minute: float = 0,
    *,
    conversation: str = "c1",
    author: str = "kim",
    kind: AuthorKind = "customer",
    internal: bool = False,
    text: str = "",
    edited: float | None = None,
) -> Entry:
    return Entry(
        number,
        conversation,
        "email",
        author,
        author.title(),
        kind,
        START + timedelta(minutes=minute),
        text,
        internal,
        None if edited is None else START + timedelta(minutes=edited),
    )


def test_channels_are_merged_by_time() -> None:
    mail = [entry("1", 0), entry("2", 20)]
    chat = [entry("9", 10, conversation="c2")]
    assert [e.id for e in merge(chat, mail)] == ["1", "9", "2"]


def test_a_message_that_came_twice_stands_once_in_its_newest_words() -> None:
    first, edited = entry("1", text="old"), entry("1", text="new", edited=5)
    assert [e.text for e in merge([edited], [first])] == ["new"]
    assert [e.text for e in merge([first], [edited])] == ["new"]


def test_messages_of_one_second_keep_one_order() -> None:
    tied = [entry("10"), entry("9"), entry("2", conversation="c2")]
    assert [e.id for e in merge(tied)] == ["9", "10", "2"]
    assert merge(tied) == merge(reversed(tied))


def test_one_authors_messages_in_a_row_are_one_block() -> None:
    entries = merge([entry("1", 0), entry("2", 5), entry("3", 6, author="ana", kind="rep"), entry("4", 7)])
    assert [[e.id for e in block.entries] for block in blocks(entries)] == [["1", "2"], ["3"], ["4"]]


@pytest.mark.parametrize(
    "second",
    [
        entry("2", 5, conversation="c2"),
        entry("2", 5, internal=True),
        entry("2", 31),
        entry("2", 5, author="lee"),
        entry("2", 5, kind="bot"),
    ],
)
def test_another_conversation_note_pause_or_author_begins_a_new_block(second: Entry) -> None:
    assert len(blocks(merge([entry("1", 0), second]))) == 2


def test_a_note_is_marked_internal_and_can_be_left_out() -> None:
    entries = merge([entry("1", 0), entry("2", 1, author="ana", kind="rep", internal=True)])
    assert [block.internal for block in blocks(entries)] == [False, True]
    assert [e.id for e in latest(entries, 5, internal=False)] == ["1"]


def test_pages_count_from_the_newest() -> None:
    entries = merge(entry(str(n), n) for n in range(45))
    first, last = page(entries, size=20), page(entries, number=3, size=20)
    assert [e.id for block in first.blocks for e in block.entries] == [str(n) for n in range(25, 45)]
    assert (first.number, first.pages) == (1, 3)
    assert [e.id for block in last.blocks for e in block.entries] == [str(n) for n in range(5)]
    assert last.number == last.pages


def test_a_page_out_of_range_is_the_nearest_one_and_an_empty_timeline_has_none() -> None:
    entries = merge(entry(str(n), n) for n in range(5))
    assert page(entries, number=99, size=2).number == 3
    assert page(entries, number=-4, size=2).number == 1
    empty = page(())
    assert (empty.blocks, empty.pages) == ((), 0)
    with pytest.raises(ValueError, match="at least one"):
        page(entries, size=0)


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from([str(n) for n in range(12)]),
        st.integers(0, 90),
        conversation=st.sampled_from(("c1", "c2")),
        author=st.sampled_from(("kim", "lee")),
        internal=st.booleans(),
        text=st.sampled_from("ab"),
        edited=st.none() | st.integers(91, 99),
    ),
    max_size=25,
)


@given(ENTRIES, st.randoms(use_true_random=False), st.integers(1, 7))
def test_nothing_is_lost_doubled_or_moved_whatever_the_order(
    entries: list[Entry], chance: object, size: int
) -> None:
    merged = merge(entries)
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(shuffled) == merged
    assert {(e.conversation_id, e.id) for e in merged} == {(e.conversation_id, e.id) for e in entries}
    assert [e.at for e in merged] == sorted(e.at for e in merged)
    pages = [page(merged, number=n, size=size) for n in range(page(merged, size=size).pages, 0, -1)]
    assert tuple(e for one in pages for block in one.blocks for e in block.entries) == merged
    assert all(sum(len(block.entries) for block in one.blocks) <= size for one in pages)
