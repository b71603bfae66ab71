"""What the windows have in common in which a rep writes to customers: one of them, or all of an issue.

The words, files, saved replies, suggestions, what happens after sending, and what happened meanwhile. Each
time words are put in, the input gets a new name: Slack keeps what was typed as long as an input has its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.cards import kit, modal, words
from bot.cards.message import Block
from bot.cards.values import Said
from bot.slack import rich, rich_input, text
from bot.slack.files import MOST, ChosenFile, chosen, trouble

TEXT, AFTER, SAVED, FILES = "text", "after", "saved", "files"
WHOLE, WHOLE_LINES = 2_500, 80
"""Characters and lines of a message that somebody must have read before they write: hardly one has more."""
TEMPLATE_ONLY = (
    "WhatsApp delivers what you write for 24 hours after the customer's last message, later only templates. "
    "Send one from Intercom; answer here once they write again."
)
_IN_INTERCOM = "more in Intercom"
IN_A_BOX = 73
"""Characters of words in quotation marks that the second line of a box takes."""
_SUGGESTED = 3
_SUGGESTED_WORDS = 160


@dataclass(frozen=True)
class SnoozeChoice:
    """`until` is what comes back on submit; the label is in the rep's own words and zone."""

    label: str
    until: datetime


@dataclass(frozen=True)
class Conflict:
    """Something happened to the conversation while the rep was writing; sending needs a second press.

    `what` is a sentence ("Priya answered 2 min ago."); `said` her words where there are any.
    """

    what: str
    said: Said | None = None


@dataclass(frozen=True)
class Seen:
    """What a window showed of a conversation, and brings back: its newest part, and who held it."""

    last_part: str = ""
    standing: str = ""

    def kept(self) -> dict[str, str]:
        """As a window keeps it."""
        return {"last_part": self.last_part, "standing": self.standing}


def seen(private: Mapping[str, Any]) -> Seen:
    """What a window brings back of it; nothing where it kept nothing."""
    return Seen(str(private.get("last_part") or ""), str(private.get("standing") or ""))


@dataclass(frozen=True)
class Suggested:
    """An answer that the team gave before, with this reader's name put in. `url` is where it was given."""

    id: str
    words: str
    used: int
    last_by: str
    last_at: datetime
    url: str | None = None


@dataclass(frozen=True)
class Typed:
    """What stood in the inputs. `html` is sanitised for Intercom, `plain` the same in plain text, both empty
    when nothing was written.

    `after` is `open`, `close` or `snooze` (then `snooze_until` is set). `rich` is the rich text as Slack gave
    it, `text_round` which of the inputs it stood in.
    """

    html: str
    plain: str
    after: str
    snooze_until: datetime | None
    rich: Mapping[str, Any] | None
    text_round: int
    files: tuple[ChosenFile, ...]


def read(
    view: Mapping[str, Any], private: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> Typed:
    """What was typed into the inputs of a view of ours, whose private words carry the `round`.

    `names` are of the people and channels that `mentioned` finds in it, by id.
    """
    text_round = _round(private)
    typed = modal.state(view, text_block(text_round))
    if "rich_text_value" in typed:
        value = typed["rich_text_value"]
        html, plain = rich_input.to_html(value, names), rich_input.to_plain(value, names)
    else:
        plain = text.clean(typed.get("value") or "").strip()
        html = rich_input.plain_to_html(plain)
    after, until = _chosen(modal.chosen(view, AFTER) or "open")
    return Typed(
        html=html if plain else "",
        plain=plain,
        after=after,
        snooze_until=until,
        rich=typed.get("rich_text_value"),
        text_round=text_round,
        files=chosen(modal.state(view, FILES)),
    )


def mentioned(view: Mapping[str, Any]) -> set[str]:
    """The ids of the people and channels that the words in a view of ours mention."""
    block = text_block(_round(modal.private(view)))
    return rich_input.mentioned(modal.state(view, block).get("rich_text_value"))


def _round(private: Mapping[str, Any]) -> int:
    told = private.get("round")
    return told if isinstance(told, int) and 0 <= told < 1000 else 0


def text_block(text_round: int) -> str:
    """The name of the input for words, a new one for each time that words were put in."""
    return f"{TEXT}{text_round or ''}"


def joined(typed: Mapping[str, Any] | None, words: str) -> Mapping[str, Any]:
    """Rich text with `words` behind what was typed before."""
    before = list(typed.get("elements", ())) if typed and rich_input.to_plain(typed) else []
    gap = "\n" if before else ""
    return {"type": "rich_text", "elements": [*before, rich.section(rich.text(f"{gap}{words}"))]}


def text_input(
    label: str,
    text_round: int,
    *,
    draft: Mapping[str, Any] | str | None = None,
    rich_text: bool = True,
    hint: str | None = None,
) -> Block:
    """The input for words. `draft` is a rich_text block, or plain text when `rich_text` is off."""
    block_id = text_block(text_round)
    element: dict[str, Any] = {"type": "rich_text_input", "action_id": kit.PREFIX + block_id}
    if not rich_text:
        element = {"type": "plain_text_input", "action_id": kit.PREFIX + block_id, "multiline": True}
    if draft:
        element["initial_value"] = draft
    return modal.field(block_id, label, element, hint=hint or "")


def files_input() -> Block:
    """Files to send along."""
    element = {"type": "file_input", "action_id": kit.PREFIX + FILES, "max_files": MOST}
    hint = "They go out with your words, or nothing does. At most 10 MB each."
    return modal.field(FILES, "Files", element, optional=True, hint=hint)


def refused_files(written_files: tuple[ChosenFile, ...], *, note: bool = False) -> dict[str, str] | None:
    """The validation error of files that cannot be sent on."""
    why = trouble(written_files)
    return {FILES: f"Nothing was {'saved' if note else 'sent'}. {why}"} if why else None


def saved_search(text_round: int, verb: str = SAVED) -> Block:
    """The search for a saved reply; choosing one presses `verb`."""
    search = kit.search(verb, "Search by title or words")
    # A new name each time, or the one that was put in would stand there and could not be chosen again.
    return {**kit.section("Put in a saved reply", search), "block_id": f"{SAVED}{text_round}"}


def suggestions(suggested: Sequence[Suggested], zone: str, verb: str = "use") -> list[Block]:
    """Answers that were given before, each with its source and a button that presses `verb`."""
    blocks: list[Block] = []
    for each in suggested[:_SUGGESTED]:
        first = text.shorten(text.one_line(each.words), _SUGGESTED_WORDS)
        blocks.append(rich.block(rich.section(rich.text("Suggested: "), rich.text(first, italic=True))))
        used = "used once" if each.used == 1 else f"used {each.used} times, last"
        source = text.link(each.url, "source") if each.url and text.safe_url(each.url) else None
        on = each.last_at.astimezone(words.zone_of(zone))
        by = f"{used} by {text.inline(each.last_by, 60)} on {on:%-d %b}"
        blocks.append(kit.section(words.dotted(by, source), kit.button("Use", verb, each.id)))
    return blocks


def in_full(said: Iterable[tuple[str, str]]) -> list[Block]:
    """Of boxes, each with who it is and their last words, those words that no box has room for."""
    told = [(who, text.one_line(words)) for who, words in said]
    long = [
        rich.section(rich.text(who, bold=True), rich.text(f": “{text.shorten(words, rich.QUOTE_LIMIT)}”"))
        for who, words in told
        if len(words) > IN_A_BOX
    ]
    return [rich.block(rich.listing(long))] if long else []


def in_a_box(words: str) -> str | None:
    """Last words as the second line of a box, which has room for so many."""
    said = text.one_line(words)
    return f"“{text.shorten(said, IN_A_BOX)}”" if said else None


def after_sending(snooze_choices: Sequence[SnoozeChoice], each: str = "") -> Block:
    """What happens to the conversation, or with `each` to every one of them."""
    snoozes = [
        kit.option(f"Snooze{each} until {choice.label}", f"snooze:{text.seconds_of(choice.until)}")
        for choice in snooze_choices[:4]
    ]
    options = [kit.option(f"Keep{each} open", "open"), *snoozes, kit.option(f"Close{each}", "close")]
    return modal.radio(AFTER, "After sending", options)


def conflict_blocks(
    conflict: Conflict,
    now: datetime,
    zone: str,
    after: str = "",
    sign: str = ":warning: ",
    room: int = WHOLE,
    more: str = _IN_INTERCOM,
) -> list[Block]:
    """What happened, followed by `after`, and the words if there were any (`said_block`)."""
    blocks: list[Block] = [kit.section(f"{sign}{text.inline(conflict.what, 300)}{after}")]
    if conflict.said is not None:
        blocks.append(said_block(conflict.said, now, zone, room, more))
    return blocks


def not_done(
    conflict: Conflict, now: datetime, zone: str, told: str, more: str = _IN_INTERCOM
) -> list[Block]:
    """What happened meanwhile on top of a window that is shown once more; `told` is what was not done."""
    return [*conflict_blocks(conflict, now, zone, f" {told}", more=more), kit.divider()]


def said_block(said: Said, now: datetime, zone: str, room: int = WHOLE, more: str = _IN_INTERCOM) -> Block:
    """One message: who, when, and their words, in `room` characters; `more` says where the rest is."""
    kinds = {"note": " (note)", "bot": " (bot)", "phone": " (phone)"}
    who = rich.text(text.plain(said.by, 60, empty="(no name)"), bold=True)
    at = kit.rich_when(said.at, now, zone)
    lines = WHOLE_LINES if room > rich.QUOTE_LIMIT else rich.QUOTE_LINES
    words = rich.customer_words(said.words, limit=room, lines=lines, more=more)
    left_out = [rich.section(rich.text(f"without what it quotes ({more})", italic=True))]
    return rich.block(
        rich.section(who, rich.text(f"{kinds.get(said.kind, '')}  "), at),
        words,
        *(left_out if said.quoted else ()),
    )


def _chosen(value: str) -> tuple[str, datetime | None]:
    if value.startswith("snooze:"):
        return "snooze", datetime.fromtimestamp(int(value.removeprefix("snooze:")), UTC)
    return (value if value in {"open", "close"} else "open"), None
