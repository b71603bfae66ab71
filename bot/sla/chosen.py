"""Which stored conversations the conditions of watchbell.toml mean, for many of them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from bot.office import Office
from bot.settings.model import Match
from bot.sla import story
from bot.sla.policy import holds
from bot.store import accounts, reps
from bot.store.conversations import Conversation
from bot.store.risk import RiskNow


def chooser(session: Session, office: Office, match: Match, now: datetime) -> Callable[[Conversation], bool]:
    """Tells of each conversation whether all conditions hold; accounts, teams and risk are read once."""
    if match == Match():
        return lambda _: True
    companies = {each.id: each for each in accounts.all_accounts(session, office.workspace)}
    teams = {each.id: each for each in reps.all_teams(session, office.workspace)}
    risk = dict(
        session.exec(
            select(RiskNow.account_id, RiskNow.total).where(col(RiskNow.workspace) == office.workspace)
        ).all()
    )

    def chosen(row: Conversation) -> bool:
        facts = story.policy_facts(
            row,
            companies.get(row.account_id) if row.account_id else None,
            teams.get(row.team_assignee_id) if row.team_assignee_id else None,
            now,
            office.zone,
        )
        return holds(match, replace(facts, risk=risk.get(row.account_id) if row.account_id else None))

    return chosen
