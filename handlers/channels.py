"""An account's Slack channels: `/watchbell map`, what is said there, and making a conversation of it.

Also what Slack tells of any channel: that another company reads it from now on, or no more.
"""

from __future__ import annotations

from bot.accounts.in_slack import start_key
from bot.cards import channels as card
from bot.cards import kit, notices
from bot.cards.channels import Whom
from bot.desk import channels as desk
from bot.desk.channels import Words
from bot.desk.rep import Rep
from bot.errors import UserError
from bot.intake import hearing
from bot.slack import markup, said
from bot.slack.identity import Channel
from handlers.front import Act, Front
from handlers.routes import Answer, Offered, Routes


def register(routes: Routes) -> None:
    routes.words["map"] = offer
    routes.words["unmap"] = unmap
    routes.views[card.MAP] = mapped
    routes.views[card.WHOM] = whom
    routes.options[card.PERSON] = search_people
    routes.verbs["make_conversation"] = make
    routes.shortcuts["conversation_message"] = make_of_message
    routes.events["message"] = hear
    routes.events["channel_shared"] = look_again
    routes.events["channel_unshared"] = look_again


async def offer(front: Front, act: Act) -> Answer:
    """`/watchbell map [#channel]`: the window that asks whose the channel is."""
    await front.rep(act)
    channel = await _readable(front, _meant(act))
    await front.show(act, card.map_window(await front.store.read(desk.map_card, front.office, channel.id)))
    return None


async def mapped(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    chosen = card.read_map(act.view)
    channel = await _readable(front, chosen.channel_id)
    sentence = await front.store.write(
        desk.map_channel,
        front.office,
        rep,
        channel.id,
        channel.name,
        chosen.account_id,
        shared=channel.is_external,
        at=front.at(),
    )
    return notices.info(sentence)


async def unmap(front: Front, act: Act) -> Answer:
    """`/watchbell unmap [#channel]`: without a name, the channel in which it is typed."""
    rep = await front.rep(act)
    return notices.info(
        await front.store.write(desk.unmap_channel, front.office, rep, _meant(act), front.at())
    )


async def hear(front: Front, act: Act) -> Answer:
    """A message in a channel in which the bot is. It is kept before it is acknowledged, or not at all."""
    event = act.body.get("event") or {}
    heard = said.read_event(event)
    if heard is not None and await hearing.take_in(
        front.store, front.office, front.identity, heard, front.clock
    ):
        front.wake()
    return None


async def look_again(front: Front, act: Act) -> Answer:
    """Other people read the channel now than did: whoever writes there next asks Slack who they are."""
    front.identity.forget(channel_id=str((act.body.get("event") or {}).get("channel") or ""))
    return None


async def make(front: Front, act: Act) -> Answer:
    """The button: at once where it is known who said it, else by the window that asks."""
    rep = await front.rep(act)
    return await _make(front, act, rep, act.pressed.id)


async def make_of_message(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    ts = str(act.body.get("message_ts") or "")
    return await _make(
        front, act, rep, await front.store.read(desk.id_at, front.office, act.channel_id or "", ts)
    )


async def search_people(front: Front, act: Act, query: str) -> Offered:
    """People of the account for what was typed so far, where they are too many to stand in the window."""
    await front.rep(act)
    words = await front.store.read(desk.words_of, front.office, card.words_asked(act.view))
    people = (await front.store.read(desk.whom_card, front.office, words)).people
    return kit.fitting([(name, contact_id) for contact_id, name in people], query)


async def whom(front: Front, act: Act) -> Answer:
    rep = await front.rep(act)
    who = card.read_whom(act.view)
    words = await front.store.read(desk.words_of, front.office, who.id)
    if who.contact_id is None and "@" not in who.address:
        people = (await front.store.read(desk.whom_card, front.office, words)).people
        return {"response_action": "errors", "errors": card.nobody(bool(people))}
    return notices.info(await _queue(front, rep, words, who))


async def _make(front: Front, act: Act, rep: Rep, about: str) -> Answer:
    words = await front.store.read(desk.words_of, front.office, about)
    person = await front.store.read(desk.known_person, front.office, words)
    if person is not None:
        return notices.info(await _queue(front, rep, words, Whom(about, person, "")))
    shown = await front.store.read(desk.whom_card, front.office, words)
    await front.show(act, card.whom_window(shown))
    return None


async def _queue(front: Front, rep: Rep, words: Words, who: Whom) -> str:
    key = start_key(words.channel_id, words.thread)
    done: str = await front.store.write(
        desk.make_conversation, front.office, rep, words, who, key, front.at()
    )
    return done


def _meant(act: Act) -> str:
    """The channel that was named, else the one in which it was typed. Raises UserError for other words."""
    named, _ = markup.channel_in(act.words)
    if named is None and act.words:
        # A name that was mistyped must not stand for the channel in which it was typed.
        raise UserError(
            f"Nothing was changed: “{act.words[:60]}” is no channel that Slack knows. Type # and choose one "
            "of those that Slack offers, or use the command alone in the channel itself."
        )
    return named or act.channel_id or ""


async def _readable(front: Front, channel_id: str) -> Channel:
    """The channel as it is now. Raises UserError for one that the bot is not in."""
    front.identity.forget(channel_id=channel_id)
    channel = await front.identity.channel(channel_id) if channel_id else None
    if channel is None or not channel.is_member:
        raise UserError("Watchbell is not in that channel. Type /invite @watchbell there, then map it.")
    return channel
