"""A stand-in that makes one mistake of every kind, so that the check has something to find."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from morning_cards import Json, section
from truthful_bot import TruthfulBot

from sandbox.monday.scenario import AlertFact


class Careless(TruthfulBot):
    """Makes one mistake of every kind."""

    async def settle(self) -> None:
        await super().settle()
        truth, now = self.monday.truth, self.clock.now()
        if now == truth.monday.at:
            again = self.shown["summary"]
            self.show("second", "support", again.text, json.loads(str(again.username)))
        if now == truth.monday.at + timedelta(minutes=3):
            self.show("shared", "ext-nordwerft", "hello", [section("hello")])
            self.show(
                "loud", "support-alerts", "psst", [section("<!channel> hello?? <https://evil.example|x>")]
            )

    def alert_head(self, fact: AlertFact, conversation: str, now: datetime) -> list[Json]:
        """One alert is shown as late ten minutes after its time."""
        slow = self.monday.truth.alerts[2].conversation
        if fact.conversation == slow and now >= fact.due:
            now = max(fact.due - timedelta(minutes=1), now - timedelta(minutes=10))
        return super().alert_head(fact, conversation, now)

    def claim(self, who: str, conversation: str) -> str:
        """Guests are let in, with the lead's seat."""
        if self.slack.users[who].is_restricted:
            self.linked[who] = self.seat("U07LGMARA1")
            self.intercom.admin_assigns(conversation, self.linked[who], self.linked[who])
            return "*Yours now*"
        return super().claim(who, conversation)

    def write(self, conversation: str, admin: str, text: str, *, note: bool) -> None:
        """Notes reach the customer, and the first answer goes out twice."""
        super().write(conversation, admin, text, note=False)
        if "your trace was what we needed" in text:
            super().write(conversation, admin, text, note=False)
