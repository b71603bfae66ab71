"""`watchbell export`: write down everything that is stored about a contact."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import click

from bot.clock import SystemClock
from bot.durations import plural
from bot.operate import ground
from bot.operate.people import found, whom
from bot.store import beside, dossier
from bot.store.person import Person

ONLY_MINE = 0o600


@click.command(short_help="Write down all that is stored of a contact.")
@whom
@click.option("--out", type=click.Path(path_type=Path), help="File to write; none that is there already.")
def export(who: str, out: Path | None) -> None:
    """Write everything stored about a contact to a JSON file that only you can read.

    Nobody else's data is in it. Works beside the running bot, and changes nothing.
    """
    with beside.reading(ground.database_url()) as session:
        people = found(session, who)
        told = [_told(person, dossier.gather(session, person)) for person in people]
    if not told:
        ground.say(f"Nothing is stored about {who}.")
        raise click.exceptions.Exit(1)
    file = out or Path(f"watchbell-export-{_part_of_name(people, who)}.json")
    write(file, {"asked_for": who, "written_at": SystemClock().now().isoformat(), "stored": told})
    count = sum(len(each["conversations"]) for each in told)
    ground.say(f"{file}: {plural(count, 'conversation')}, and everything else stored about {who}.")


def _part_of_name(people: list[Person], who: str) -> str:
    """The person in a file's name: by their contact id, else by the address that was asked for."""
    known = next((each.contact_ids[0] for each in people if each.contact_ids), who)
    return re.sub(r"[^A-Za-z0-9]+", "-", known)


def _told(person: Person, data: dict[str, Any]) -> dict[str, Any]:
    return {"workspace": person.workspace, "contact_ids": list(person.contact_ids), **data}


def write(file: Path, content: object) -> None:
    """Write JSON to a new file that only its owner can read. Ends the command when that cannot be."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE)
    except FileExistsError:
        ground.refuse(f"{file} is there already. Name another one with --out.")
    except OSError as error:
        ground.refuse(f"{file} cannot be written ({error.strerror}). Name another one with --out.")
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump(content, opened, ensure_ascii=False, indent=2, default=str)
        opened.write("\n")
