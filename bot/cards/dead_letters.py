"""What could not be delivered: told where the team looks, with the reason of each and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import kit
from bot.cards.message import Message
from bot.durations import plural
from bot.slack import text

_SHOWN = 5


@dataclass(frozen=True)
class DeadLetter:
    """`what` was to be done ("an edit"), `where` (a channel id) if that was Slack, and why it was refused."""

    number: int
    what: str
    reason: str
    where: str | None = None


@dataclass(frozen=True)
class DeadLettersCard:
    """Everything of a day that was given up. None left: somebody has settled all of it."""

    letters: tuple[DeadLetter, ...]


def render(card: DeadLettersCard) -> Message:
    if not card.letters:
        said = "Everything that could not be delivered is settled."
        return Message(said, [kit.section(said)])
    head = f"{plural(len(card.letters), 'message')} could not be delivered."
    lines = [_line(letter) for letter in card.letters[:_SHOWN]]
    hidden = len(card.letters) - _SHOWN
    if hidden > 0:
        lines.append(f"and {hidden} more")
    return Message(
        head,
        [
            kit.section("\n".join([f":warning: *{head}*", *lines])),
            kit.context(
                "On the bot's machine: `watchbell outbox list` shows each, `watchbell outbox retry NUMBER` "
                "sends one again, `watchbell outbox drop NUMBER` forgets it."
            ),
        ],
    )


def _line(letter: DeadLetter) -> str:
    where = f" in {text.mention_channel(letter.where)}" if letter.where else ""
    reason = text.inline(letter.reason.rstrip("."), 160, empty="No reason was given")
    return f"• {letter.number}, {text.inline(letter.what, 60)}{where}: {reason}."
