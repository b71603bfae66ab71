"""Close, open again, tag, give to a team, make a ticket: decided here, done in Intercom by the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session

from bot.cards.filing import Choice, FilingCard, Tagged, Ticket
from bot.cards.more import Deed, MoreCard
from bot.cards.writing import Seen
from bot.clock import Moment
from bot.desk import writes
from bot.desk.claim import must_know
from bot.desk.rep import Rep, note_down
from bot.desk.standing import changed, seen, taken
from bot.errors import UserError
from bot.office import Office
from bot.present import contact_name, line
from bot.store import accounts, belongs, rechecks, reps
from bot.store.conversations import Conversation


def more(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> MoreCard:
    """What this rep can do to it as it is now."""
    row = must_know(session, office, conversation_id)
    mine = row.claimed_by == rep.admin_id
    held = row.claimed_by is not None and not mine
    lead = rep.slack_user_id in office.leads
    deeds = [
        Deed.NOTE,
        Deed.SNOOZE if row.state == "open" else None,
        Deed.REOPEN if row.state != "open" else None,
        Deed.CLOSE if row.state != "closed" else None,
        Deed.TAG,
        Deed.TEAM,
        Deed.TICKET,
        Deed.ACCOUNT if _has_no_company(session, office, row) else None,
        Deed.HAND_OVER if row.state != "closed" and (not held or lead) else None,
        Deed.TAKE_OVER if held and row.state != "closed" else None,
        Deed.RELEASE if mine else None,
    ]
    offered = tuple(deed for deed in deeds if deed is not None)
    return MoreCard(line(session, office, row, at.now), at.now, office.zone, offered)


def card(
    session: Session,
    office: Office,
    conversation_id: str,
    at: Moment,
    choices: tuple[Choice, ...] = (),
    named: bool = False,
) -> FilingCard:
    """What a window shows. With `named` the choices whose names the conversation has as tags are chosen."""
    row = must_know(session, office, conversation_id)
    chosen = tuple(each.id for each in choices if named and each.name in row.tags)
    # What it has comes first.
    ordered = tuple(sorted(choices, key=lambda each: (each.id not in chosen, each.name.casefold())))
    shown = line(session, office, row, at.now)
    return FilingCard(shown, at.now, office.zone, ordered, chosen, seen(session, row))


def team_card(session: Session, office: Office, conversation_id: str, at: Moment) -> FilingCard:
    """Every team but the one that has it."""
    row = must_know(session, office, conversation_id)
    teams = reps.all_teams(session, office.workspace)
    choices = tuple(Choice(team.id, team.name) for team in teams if team.id != row.team_assignee_id)
    return card(session, office, conversation_id, at, choices)


def close(
    session: Session, office: Office, rep: Rep, conversation_id: str, before: Seen, at: Moment
) -> str | FilingCard:
    """Close it; a sentence on what comes of it, or the window with what it did not show `before`."""
    row = must_know(session, office, conversation_id)
    if row.state == "closed":
        return "Nothing was done: it is closed already."
    conflict = changed(session, office, row, rep, before, at)
    if conflict is not None:
        note_down(session, office, rep, "close", "asked_again", at, conversation_id=row.id)
        return replace(card(session, office, row.id, at), conflict=conflict)
    writes.close(session, office, rep, row.id, writes.Then(seen=before.last_part), at)
    _done(session, office, rep, row, "close", at)
    return "Closing it in Intercom. You are told if that fails."


def reopen(session: Session, office: Office, rep: Rep, conversation_id: str, at: Moment) -> str:
    """Open what is closed or snoozed."""
    row = must_know(session, office, conversation_id)
    if row.state == "open":
        return "Nothing was done: it is open already."
    writes.reopen(session, office, rep, row.id, at)
    _done(session, office, rep, row, "reopen", at)
    return "Opening it in Intercom. You are told if that fails."


def tag(
    session: Session, office: Office, rep: Rep, wanted: Tagged, names: Mapping[str, str], at: Moment
) -> str:
    """Add and take away what was ticked and unticked; what others did meanwhile stays. `names` by id."""
    row = must_know(session, office, wanted.conversation_id)
    has = set(row.tags)
    before, chosen = set(wanted.ticked) & set(names), set(wanted.wanted) & set(names)
    added = sorted(each for each in chosen - before if names[each] not in has)
    removed = sorted(each for each in before - chosen if names[each] in has)
    for tag_id in added:
        writes.tag(session, office, rep, row.id, tag_id, at)
    for tag_id in removed:
        writes.tag(session, office, rep, row.id, tag_id, at, away=True)
    if not added and not removed:
        return "Nothing was changed: it has these tags."
    detail = ", ".join([*(f"+{names[each]}" for each in added), *(f"-{names[each]}" for each in removed)])
    _done(session, office, rep, row, "tag", at, detail[:300])
    return "Saving the tags in Intercom. You are told if that fails."


def give_to_team(
    session: Session, office: Office, rep: Rep, conversation_id: str, team_id: str, before: Seen, at: Moment
) -> str | FilingCard:
    """Give it to a team, whoever holds it; a sentence on that, or the window with who has it since.

    Raises UserError for a team that Intercom does not have any more.
    """
    row = must_know(session, office, conversation_id)
    team = reps.get_team(session, office.workspace, team_id)
    if team is None:
        raise UserError("Nothing was changed: Intercom no longer has that team. Choose another one.")
    conflict = taken(session, office, row, rep, before)
    if conflict is not None:
        note_down(session, office, rep, "assign_team", "asked_again", at, conversation_id=row.id)
        return replace(team_card(session, office, row.id, at), conflict=conflict)
    writes.give_to_team(session, office, rep, row, team.id, at)
    _done(session, office, rep, row, "assign_team", at, f"to {team.name}"[:300])
    return f"Giving it to {team.name} in Intercom. You are told if that fails."


def choose_account(
    session: Session, office: Office, rep: Rep, conversation_id: str, account_id: str, at: Moment
) -> str:
    """Say whose a person is of whom Intercom names no company. Intercom's word, once it comes, wins.

    Raises UserError, with nothing changed, when Intercom names one by now or the account is not known.
    """
    row = must_know(session, office, conversation_id)
    person = accounts.get_contact(session, office.workspace, row.contact_id)
    account = accounts.get_account(session, office.workspace, account_id)
    if person is None or person.named:
        raise UserError("Nothing was changed: Intercom names this person's company. Change it there.")
    if account is None:
        raise UserError("Nothing was changed: Watchbell does not know that account any more.")
    before, person.chosen = person.account_id, account.id
    person.account_id = account.id
    session.add(person)
    session.flush()
    # Where they were once too: somebody who was nobody's in between left there what was over.
    for each in dict.fromkeys((before, *belongs.accounts_of(session, person))):
        belongs.follow(session, person, each, now=at.machine)
    note_down(session, office, rep, "choose_account", "chosen", at, conversation_id=row.id, detail=account.id)
    return f"{contact_name(row)[:60]} belongs to {account.name[:60]} now, with all of their conversations."


def _has_no_company(session: Session, office: Office, row: Conversation) -> bool:
    person = accounts.get_contact(session, office.workspace, row.contact_id)
    return person is not None and not person.named


def make_ticket(session: Session, office: Office, rep: Rep, wanted: Ticket, at: Moment) -> str:
    """Make a ticket of it, once."""
    row = must_know(session, office, wanted.conversation_id)
    if not writes.ticket(session, office, rep, row.id, wanted.type_id, wanted.title, at):
        return "Nothing was done: a ticket is being made of it, or was made of it here before."
    _done(session, office, rep, row, "ticket", at)
    return "Making the ticket in Intercom. You are told when it is there."


def _done(
    session: Session, office: Office, rep: Rep, row: Conversation, action: str, at: Moment, detail: str = ""
) -> None:
    rechecks.ask_about(session, row, now=at.machine)
    note_down(session, office, rep, action, "queued", at, conversation_id=row.id, detail=detail or None)
