"""Whom an operator means by an Intercom contact id or an e-mail address."""

from __future__ import annotations

import click
from sqlmodel import Session

from bot.operate import ground
from bot.store import person
from bot.store.person import Person

whom = click.option(
    "--contact",
    "who",
    required=True,
    metavar="ID",
    callback=ground.filled("Write an Intercom contact id or an e-mail address."),
    help="Intercom contact id, or e-mail address.",
)
"""The option by which a command is told."""


def found(session: Session, who: str) -> list[Person]:
    """The contact, once for each workspace that this database serves and that knows them.

    Ends the command where the address is the team's own: under it stands what was written to every customer.
    """
    everywhere = person.workspaces(session)
    ours = [each for each in everywhere if "@" in who and person.is_ours(session, each, who.strip())]
    several = [person.find(session, each, who) for each in everywhere if each not in ours]
    people = [each for each in several if each is not None]
    if ours and not people:
        ground.refuse(
            f"{who} is an address of the team's own: what is stored under it was written to customers. Name "
            "the contact; a teammate who is a contact as well has an Intercom contact id."
        )
    return people
