"""What customers and teammates do in the Intercom pane."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from sandbox.page.asking import Ask, BadAsk, fine


async def write(ask: Ask) -> Response:
    """`mode` is reply, note or customer."""
    world, conversation, text = ask.page.intercom, known(ask), ask.text("text").strip()
    match ask.text("mode"):
        case "customer":
            world.customer_writes(conversation, text, contact_id=ask.maybe("contact"))
        case "reply":
            world.admin_replies(conversation, admin(ask), text)
        case "note":
            world.admin_notes(conversation, admin(ask), text)
        case _:
            raise BadAsk("One writes a reply, a note, or as the customer.")
    return fine()


async def start(ask: Ask) -> Response:
    """A customer opens a conversation."""
    made = ask.page.intercom.customer_starts(
        ask.text("contact"), ask.text("channel"), ask.text("text").strip(), ask.maybe("title")
    )
    return fine(conversation=str(made["id"]))


async def assign(ask: Ask) -> Response:
    ask.page.intercom.admin_assigns(known(ask), admin(ask), ask.maybe("to"))
    return fine()


async def snooze(ask: Ask) -> Response:
    try:
        until = datetime.fromisoformat(ask.text("until"))
    except ValueError:
        raise BadAsk("That is no moment to snooze until.") from None
    if until.tzinfo is None or until <= ask.page.clock.now():
        raise BadAsk("That moment has passed.")
    ask.page.intercom.snoozes(known(ask), admin(ask), until)
    return fine()


async def close(ask: Ask) -> Response:
    ask.page.intercom.closes(known(ask), admin(ask))
    return fine()


async def reopen(ask: Ask) -> Response:
    ask.page.intercom.opens(known(ask), admin(ask))
    return fine()


def known(ask: Ask) -> str:
    conversation = ask.text("conversation")
    if conversation not in ask.page.intercom.workspace.conversations:
        raise BadAsk("There is no such conversation.")
    return conversation


def admin(ask: Ask) -> str:
    """The teammate who acts: the one chosen, else the person's own seat, else the first."""
    admins = ask.page.intercom.admins
    chosen = ask.maybe("admin")
    if chosen is not None:
        if chosen not in admins:
            raise BadAsk("There is no such teammate.")
        return chosen
    mail = ask.actor.email
    found = next((one.id for one in admins.values() if one.email == mail), next(iter(admins), None))
    if found is None:
        raise BadAsk("Intercom has no teammates.")
    return found
