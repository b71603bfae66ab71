"""One answer to each conversation of an issue: who gets it, the text, and what happens after sending.

Nobody is ticked at first: each recipient is a decision. Block and action ids never change between the views,
so that Slack keeps what was typed and ticked when the view is updated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.cards import kit, modal, readers, words, writing
from bot.cards.message import Block, View
from bot.cards.readers import Also
from bot.cards.writing import Conflict, SnoozeChoice, Suggested
from bot.durations import plural
from bot.slack import rich, text
from bot.slack.files import ChosenFile

CALLBACK = "wb:answer_issue"
GREET, WHO = "greet", "who"
SAVED, USE = "saved_all", "use_all"
"""What is pressed to put words in; the words stay as templates here, for there are several readers."""
MOST = 30
"""Conversations that one window offers; three blocks of ten boxes."""
_BOXES = 10
_TOLD = 5
_CHANGED = 1_000
"""Characters of each message that came meanwhile."""


@dataclass(frozen=True)
class Recipient:
    """One conversation of the issue. `last_part` is the newest part that the rep can see.

    `greeting` is how the answer begins, `words` are the customer's last, `owner` is who has claimed it, and
    `state` is open or snoozed. `also` reads what is sent.
    `template_only`: WhatsApp would not deliver it.
    """

    conversation_id: str
    contact: str
    channel: str
    greeting: str
    words: str
    last_part: str
    owner: str | None = None
    state: str = "open"
    account: str | None = None
    also: tuple[Also, ...] = ()
    template_only: bool = False


@dataclass(frozen=True)
class IssueAnswerCard:
    """`conflicts` name what happened in ticked conversations since the window opened; nothing was sent then.
    `on_the_way`: answers of colleagues that their customers have not got yet.

    `left_out` counts conversations beyond the limit, and calls that cannot be answered in writing. Words that
    are put in stand in `draft`, and `text_round` goes up by one. `confirmed`: what was told to stand in the
    way, by conversation. `spread` is the number of a spreading issue, where the answer goes to several
    accounts and each recipient names theirs; `conversation_id` is any of its conversations then.
    """

    conversation_id: str
    title: str
    account: str | None
    recipients: tuple[Recipient, ...]
    now: datetime
    zone: str
    left_out: int = 0
    conflicts: tuple[Conflict, ...] = ()
    snooze_choices: tuple[SnoozeChoice, ...] = ()
    suggestions: tuple[Suggested, ...] = ()
    text_round: int = 0
    draft: Mapping[str, Any] | None = None
    confirmed: Mapping[str, str] = field(default_factory=dict)
    spread: int | None = None
    on_the_way: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class WrittenToAll:
    """What the rep submitted. `to` are ticked conversations, `seen` the newest part known of each.

    `after` is `open`, `close` or `snooze` (then `snooze_until` is set). `{name}` and its like are not filled
    in yet. `readers`: who else reads it, as the window showed it, by conversation; `template_only`: where it
    said that WhatsApp takes templates only. `typed` is the rich text as Slack gave it, `text_round` which of
    the inputs it stood in.
    """

    conversation_id: str
    to: tuple[str, ...]
    seen: Mapping[str, str]
    greet: bool
    html: str
    plain: str
    after: str
    snooze_until: datetime | None
    confirmed: Mapping[str, str]
    files: tuple[ChosenFile, ...] = ()
    typed: Mapping[str, Any] | None = None
    text_round: int = 0
    spread: int | None = None
    readers: Mapping[str, str] = field(default_factory=dict)
    template_only: frozenset[str] = frozenset()

    @property
    def text_block(self) -> str:
        """The block that an error about the words belongs to."""
        return writing.text_block(self.text_round)


def loading() -> View:
    return modal.loading(CALLBACK, "Answer issue", "Fetching the conversations from Intercom…")


def render(card: IssueAnswerCard) -> View:
    blocks: list[Block] = []
    if card.conflicts:
        blocks.extend(_changed(card))
    account = f" of {text.inline(card.account)}" if card.account else ""
    account = " of several accounts" if card.spread is not None else account
    blocks.append(kit.section(f"One answer to several people{account}. *Each gets a message of their own.*"))
    blocks.append(rich.block(rich.section(rich.title(card.title))))
    # What is to be read first bears the window's one sign.
    signs = iter(() if card.conflicts else (":warning: ",))
    blocks.extend(_coming(card, next(signs, "") if card.on_the_way else ""))
    blocks.extend(_who(card))
    if any(each.template_only for each in card.recipients):
        blocks.append(kit.context(f"{next(signs, '')}{writing.TEMPLATE_ONLY}"))
    if card.left_out:
        more = plural(card.left_out, "more conversation")
        later = " Open this again when these are answered." if card.spread is not None else ""
        blocks.append(kit.context(f"{more} cannot be answered here.{later}"))
    hint = "{name}, {account}, {email} and {rep} are filled in for each reader."
    words_input = writing.text_input("Answer", card.text_round, draft=card.draft, hint=hint)
    search = writing.saved_search(card.text_round, SAVED)
    blocks.extend([_greet(card), words_input, writing.files_input(), search])
    blocks.extend(writing.suggestions(card.suggestions, card.zone, USE))
    blocks.append(writing.after_sending(card.snooze_choices, " each"))
    private = {
        "conversation": card.conversation_id,
        "seen": {each.conversation_id: each.last_part for each in card.recipients},
        "confirmed": dict(card.confirmed),
        "round": card.text_round,
        "spread": card.spread,
        # In the order of `seen`: with the ids once more this would be longer than Slack keeps.
        "readers": [readers.digest(each.also) for each in card.recipients],
        "template_only": [place for place, each in enumerate(card.recipients) if each.template_only],
    }
    submit = "Send anyway" if card.conflicts else "Send to all ticked"
    return modal.view(CALLBACK, "Answer issue", blocks, submit=submit, private=private)


def read(view: Mapping[str, Any], names: Mapping[str, str] | None = None) -> WrittenToAll:
    """What was ticked and typed into a view of ours, `names` of what is mentioned in it.

    Raises modal.NotOurs for one that carries no issue.
    """
    private = modal.private(view)
    seen = private.get("seen")
    if not private.get("conversation") or not isinstance(seen, Mapping):
        raise modal.NotOurs("the view names no issue")
    confirmed = private.get("confirmed")
    confirmed = confirmed if isinstance(confirmed, Mapping) else {}
    shown, late = private.get("readers"), private.get("template_only")
    shown = shown if isinstance(shown, list) else []
    late = late if isinstance(late, list) else []
    groups = range(MOST // _BOXES)
    ticked = [value for number in groups for value in modal.ticked(view, f"{WHO}{number}")]
    typed = writing.read(view, private, names)
    return WrittenToAll(
        conversation_id=str(private["conversation"]),
        to=tuple(dict.fromkeys(ticked)),
        seen={str(key): str(value) for key, value in seen.items()},
        greet=(modal.chosen(view, GREET) or "name") == "name",
        html=typed.html,
        plain=typed.plain,
        after=typed.after,
        snooze_until=typed.snooze_until,
        confirmed={str(key): str(value) for key, value in confirmed.items()},
        files=typed.files,
        typed=typed.rich,
        text_round=typed.text_round,
        spread=private["spread"] if isinstance(private.get("spread"), int) else None,
        readers={str(key): str(value) for key, value in zip(seen, shown, strict=False)},
        template_only=frozenset(str(key) for place, key in enumerate(seen) if place in late),
    )


def missing(written: WrittenToAll) -> dict[str, str] | None:
    """The validation errors of a submission without words or readers."""
    found = {}
    if not written.plain:
        found[written.text_block] = "Nothing was sent. Write the answer first."
    if not written.to:
        found[f"{WHO}0"] = "Nothing was sent. Tick who gets it."
    return found or writing.refused_files(written.files)


def _changed(card: IssueAnswerCard) -> list[Block]:
    changed = f"{plural(len(card.conflicts), 'conversation')} changed meanwhile."
    told = f":warning: Nothing was sent: {changed} Your text is kept below. Untick who needs another answer."
    blocks = [kit.section(told)]
    for conflict in card.conflicts[:_TOLD]:
        blocks.extend(writing.conflict_blocks(conflict, card.now, card.zone, sign="", room=_CHANGED))
    if len(card.conflicts) > _TOLD:
        blocks.append(kit.context(f"and {len(card.conflicts) - _TOLD} more"))
    return [*blocks, kit.divider()]


def _coming(card: IssueAnswerCard, sign: str) -> list[Block]:
    """Who need not be ticked: a colleague has answered them, and no conversation shows it yet."""
    untold = [each for each in card.on_the_way if each not in card.conflicts]
    blocks: list[Block] = []
    for place, each in enumerate(untold[:_TOLD]):
        first = sign if place == 0 else ""
        blocks.extend(writing.conflict_blocks(each, card.now, card.zone, sign=first, room=rich.QUOTE_LIMIT))
    if len(untold) > _TOLD:
        blocks.append(kit.context(f"and {len(untold) - _TOLD} more on their way"))
    return blocks


def _who(card: IssueAnswerCard) -> list[Block]:
    blocks = []
    shown = card.recipients[:MOST]
    for number in range(0, len(shown), _BOXES):
        group = shown[number : number + _BOXES]
        blocks.extend(writing.in_full((_who_it_is(each), each.words) for each in group))
        options = [_option(each) for each in group]
        # Of several groups none must be ticked in particular; `missing` sees to it that one is.
        blocks.append(
            modal.boxes(
                f"{WHO}{number // _BOXES}",
                "Who gets it" if number == 0 else "and",
                options,
                optional=len(shown) > _BOXES,
            )
        )
    return blocks


def _option(recipient: Recipient) -> kit.Element:
    owner = f", claimed by {text.plain(recipient.owner, 25)}" if recipient.owner else ""
    late = ": will not arrive" if recipient.template_only else ""
    snoozed = ", snoozed" if recipient.state == "snoozed" else ""
    label = f"{_who_it_is(recipient)}, {words.channel_plain(recipient.channel)}{late}{owner}{snoozed}"
    return kit.option(label, recipient.conversation_id, writing.in_a_box(recipient.words))


def _who_it_is(recipient: Recipient) -> str:
    short = recipient.account or recipient.also
    name = readers.briefly(recipient.contact, recipient.also, 20 if short else 30)
    return f"{name}, {text.plain(recipient.account, 22)}" if recipient.account else name


def _greet(card: IssueAnswerCard) -> Block:
    first = card.recipients[0].greeting if card.recipients else "Hello,"
    named = kit.option(f"Greet each by name: {text.shorten(first, 40)}", "name")
    return modal.radio(GREET, "Beginning", [named, kit.option("As I write it", "none")])
