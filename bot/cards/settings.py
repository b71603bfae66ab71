"""watchbell.toml was changed: in force now, or not usable and what to mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import kit, words
from bot.cards.message import Message
from bot.durations import plural
from bot.slack import text

_SHOWN = 5


@dataclass(frozen=True)
class SettingsCard:
    """`faults` are sentences with line, key and mend; none of them means that the file is in force. It is
    `retried` where only Slack stands in the way.
    """

    now: datetime
    zone: str
    faults: tuple[str, ...] = ()
    policies: int = 0
    retried: bool = False


def render(card: SettingsCard) -> Message:
    when = words.when_plain(card.now, card.now, card.zone)
    if not card.faults:
        said = f"watchbell.toml is in force since {when}: {plural(card.policies, 'policy', 'policies')}."
        return Message(said, [kit.section(text.escape(said))])
    lines = [f"• {text.inline(each, 300)}" for each in card.faults[:_SHOWN]]
    hidden = len(card.faults) - _SHOWN
    if hidden > 0:
        lines.append(f"and {hidden} more: `watchbell policies check` names all")
    head = "The change to watchbell.toml cannot be used."
    meanwhile = "; it is tried again every minute." if card.retried else "."
    body = "\n".join([f":warning: *{head}* The policies from before go on{meanwhile}", *lines])
    return Message(head, [kit.section(body)])
