"""A stand-in for the bot that does what the truth says, and nothing of its own.

It draws the messages as the cards do, in a few lines each. It is no bot: it is here so that player, observer
and comparison can be tried in seconds, and so that one can misbehave in a known way (`careless_bot`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
from morning_cards import actions, button, context, link, menu, rich, section, token
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import SandboxClock
from sandbox.intercom.world import IntercomWorld
from sandbox.monday.play import Player
from sandbox.monday.scenario import AlertFact, Monday
from sandbox.slack import Message, SlackWorld

Json = dict[str, Any]
NAMES = {"first_response": "First reply", "next_response": "Next reply"}
REASONS = {
    "renewal": "Renews in 21 days (counts up to 30 days)",
    "reopened": "3 reopens in 30 days (usual 0)",
    "same_issue": "3 people report one issue (usual 1)",
    "leaving": "1 message in 30 days: the customer speaks of leaving",
    "trial_ending": "The trial ends in 2 days",
}


class TruthfulBot:
    """Answers over signed HTTP what Slack brings, and catches up with the clock in `settle`."""

    def __init__(
        self,
        monday: Monday,
        slack: SlackWorld,
        intercom: IntercomWorld,
        clock: SandboxClock,
        player: Player,
    ) -> None:
        self.monday, self.slack, self.intercom, self.clock, self.player = (
            monday,
            slack,
            intercom,
            clock,
            player,
        )
        self.channels = {one.name: one.id for one in monday.slack.channels}
        self.admins = {one["id"]: one["name"] for one in monday.intercom["admins"]}
        self.seats = {one["email"]: one["id"] for one in monday.intercom["admins"]}
        self.linked: dict[str, str] = {}
        self.aside: dict[str, tuple[datetime, str]] = {}
        self.shown: dict[str, Message] = {}
        self.filling: set[asyncio.Task[None]] = set()
        app = Starlette(routes=[Route("/slack/events", self._receive, methods=["POST"])])
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot")
        slack.deliver_http("http://bot/slack/events", self.http)

    # -- what time brings

    async def settle(self) -> None:
        await asyncio.gather(*self.filling)
        truth, now = self.monday.truth, self.clock.now()
        for number, fact in enumerate(truth.alerts):
            conversation = self.player.id_of(fact.conversation)
            if conversation is not None and fact.levels[0].at <= now:
                self.draw_alert(f"alert {number}", fact, conversation)
        for thread in truth.threads:
            if thread.since <= now:
                anchor = [
                    section(f"*{thread.name}*: open"),
                    actions(menu(f"timeline_account:{thread.account}")),
                ]
                top = self.show(thread.account, "support-accounts", thread.name, anchor)
                issues = [*map(sorted, thread.issues), *([one] for one in thread.may_also_show)]
                for number, issue in enumerate(sorted(issues)):
                    ids = [id_ for one in issue if (id_ := self.player.id_of(one)) is not None]
                    lines = [[{"type": "link", "url": link(id_), "text": "mail"}] for id_ in ids]
                    name = f"{thread.account} {number}"
                    if lines:
                        self.show(name, "support-accounts", name, [rich(*lines)], thread_ts=top.ts)
        if truth.monday.at <= now and "summary" not in self.shown:
            self.show("summary", "support", "Monday", list(self.summary()))

    def draw_alert(self, key: str, fact: AlertFact, conversation: str) -> None:
        now, ended = self.clock.now(), self.ending(fact, conversation)
        if ended is not None and key not in self.shown:
            return
        if ended is not None:
            how, by, at = ended
            head = f":white_check_mark: *{how} by {self.admins[by]}, on time*"
            blocks = [section(head), context(f"Somebody, chat, {token(at)} · <{link(conversation)}|Open>")]
        else:
            blocks = [*self.alert_head(fact, conversation, now), self.alert_buttons(conversation)]
        self.show(key, "support-alerts", f"{fact.conversation} {fact.clock}", blocks)

    def alert_head(self, fact: AlertFact, conversation: str, now: datetime) -> list[Json]:
        owner = self.admins.get(self.holder(conversation) or "", "nobody")
        facts = context(f"Somebody, chat, waiting since {token(fact.since)} · claimed by {owner}")
        until, by = self.aside.get(conversation, (now, ""))
        if until > now:
            local = until.astimezone(self.monday.zone)
            return [section(f"*Snoozed until {local:%H:%M}* by {by}, reply due {token(fact.due)}"), facts]
        if fact.due <= now:
            return [
                section(f":rotating_light: *{NAMES[fact.clock]} is late*, was due {token(fact.due)}"),
                facts,
            ]
        return [
            section(f":hourglass_flowing_sand: *{NAMES[fact.clock]} due soon*, by {token(fact.due)}"),
            facts,
        ]

    def alert_buttons(self, conversation: str) -> Json:
        answer = button("answer", conversation)
        more = menu(f"snooze30:{conversation}", f"why:{conversation}")
        if self.holder(conversation) is None:
            return actions(button("claim", conversation), answer, more)
        return actions(answer, button("release", conversation), more)

    def ending(self, fact: AlertFact, conversation: str) -> tuple[str, str, datetime] | None:
        """How and by whom the wait ended, as Intercom has it."""
        for part in self.intercom.workspace.conversations[conversation].parts:
            at = datetime.fromtimestamp(part.at, UTC)
            if part.by_admin and at >= fact.since and (part.is_public or part.part_type == "close"):
                return ("Answered" if part.is_public else "Closed"), part.author.id, at
        return None

    def holder(self, conversation: str) -> str | None:
        return self.intercom.workspace.conversations[conversation].admin_assignee_id

    def summary(self) -> Iterator[Json]:
        truth = self.monday.truth.monday
        due = f"{len(truth.due)} due by {token(truth.due_by)}"
        yield section(
            f":rotating_light: *Monday, 23 November*: {len(truth.late)} late · {due} · {truth.open} open"
        )
        for place, one in enumerate(truth.must_include, start=1):
            reasons = [REASONS[kind] for kind in sorted(one.kinds) if kind in REASONS][: one.at_least]
            told = "\n".join(f"• {reason}" for reason in reasons)
            yield section(f"{place}. *{one.name}* · high 62\n{told}")
            yield actions(button("account", one.account))
        quiet = truth.silent[0]
        paused = f"paused {token(quiet.paused_at)} by {self.admins[quiet.paused_by]}"
        yield section(
            f"Not known: usage data of {len(truth.usage_not_known)} account (Intercom)\n"
            f"Silent: “{quiet.name}” has sent nothing since {token(quiet.last_sent_at)} (usual 2), {paused}"
        )

    def show(
        self, key: str, channel: str, text: str, blocks: list[Json], thread_ts: str | None = None
    ) -> Message:
        """Post once under `key`; afterwards edit, if anything is different."""
        seed, drawn = self.slack.seed, json.dumps(blocks)
        message = self.shown.get(key)
        if message is None:
            message = self.slack.post(
                self.channels.get(channel, channel),
                user=seed.bot_user_id,
                bot_id=seed.bot_id,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
            )
            self.shown[key] = message
        elif message.username != drawn:
            self.slack.edit(message, blocks=blocks)
        message.username = drawn
        return message

    # -- what people bring

    async def _receive(self, request: Request) -> Response:
        form = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
        if "command" in form:
            answer = self.command(form["user_id"], form["command"], form.get("text", ""))
            return JSONResponse({"text": "answer", "blocks": answer}) if answer else Response()
        payload = json.loads(form.get("payload", "{}"))
        who = payload.get("user", {}).get("id", "")
        if payload.get("type") == "view_submission":
            self.submitted(who, payload["view"])
            return JSONResponse({"response_action": "clear"})
        for action in payload.get("actions", []):
            chosen = (action.get("selected_option") or {}).get("value", "")
            verb, target = action["action_id"].removeprefix("wb:"), action.get("value", "")
            if verb == "more":
                verb, _, target = chosen.partition(":")
            answer = self.pressed(who, verb, target, payload, chosen)
            if answer is not None:
                self.tell(who, answer)
        return Response()

    def tell(self, who: str, text: str) -> None:
        seed = self.slack.seed
        self.slack.post(
            self.channels["support-alerts"],
            user=seed.bot_user_id,
            bot_id=seed.bot_id,
            text=text,
            blocks=[section(text)],
            ephemeral_to=who,
        )

    def command(self, who: str, command: str, text: str) -> list[Json] | None:
        verb, _, rest = text.partition(" ")
        if verb == "why":
            blocks = self.why(rest)
            if blocks is None:
                return [section("No promise covers this conversation.")]
            self.slack.views.open(who, self.view(blocks))
            return None
        if verb == "link":
            return [section("Are you that?"), actions(button("link", self.seat(who)))]
        if command == "/claim":
            taken = min(self.monday.truth.claims[3].any_of)
            self.claim(who, taken)
            return [section("*Yours now*"), actions(button("release", taken))]
        return [section(f"{command} {text}, risk not known")]

    def pressed(self, who: str, verb: str, target: str, payload: Json, chosen: str) -> str | None:
        if verb == "link":
            self.linked[who] = target
            return f"Linked. You now act as {self.admins[target]}."
        if verb == "claim":
            return self.claim(who, target)
        if verb == "snooze30":
            self.aside[target] = (self.clock.now() + timedelta(minutes=30), self.admins[self.linked[who]])
        elif verb == "why":
            self.slack.views.open(who, self.view(self.why(target) or []))
        elif verb == "answer":
            view = self.slack.views.open(who, self.view([section("Fetching…")]))
            task = asyncio.create_task(self.fill(view.id, target))
            self.filling.add(task)
            task.add_done_callback(self.filling.discard)
        elif verb == "mode":
            view_id = payload["view"]["id"]
            self.slack.views.update(
                self.slack.views.find(view_id),  # type: ignore[arg-type]
                self.form(payload["view"]["private_metadata"], chosen),
            )
        return None

    def claim(self, who: str, conversation: str) -> str:
        if self.slack.users[who].is_restricted:
            return "Guests cannot use Watchbell."
        if who not in self.linked:
            return "You are not linked to an Intercom seat."
        holder = self.holder(conversation)
        if holder is not None:
            return f"*{self.admins[holder]} was first*. Nothing was changed."
        self.intercom.admin_assigns(conversation, self.linked[who], self.linked[who])
        return "*Yours now*"

    def seat(self, who: str) -> str:
        return self.seats[self.slack.users[who].email or ""]

    async def fill(self, view_id: str, conversation: str) -> None:
        await asyncio.sleep(0.002)
        view = self.slack.views.find(view_id)
        if view is not None:
            self.slack.views.update(view, self.form(conversation, "reply"))

    def submitted(self, who: str, view: Json) -> None:
        conversation, values = view["private_metadata"], view["state"]["values"]
        text = values["text"]["wb:text"]["rich_text_value"]["elements"][0]["elements"][0]["text"]
        note = values["mode"]["wb:mode"]["selected_option"]["value"] == "note"
        self.write(conversation, self.linked[who], text, note=note)
        told = "Saved" if note else "Sent"
        self.show(
            f"delivery {view['id']}",
            "support-alerts",
            told,
            [section(f":white_check_mark: *{told}*: {view['id']} <{link(conversation)}|Open>")],
        )

    def write(self, conversation: str, admin: str, text: str, *, note: bool) -> None:
        if note:
            self.intercom.admin_notes(conversation, admin, text)
        else:
            self.intercom.admin_replies(conversation, admin, text)

    def form(self, conversation: str, mode: str) -> Json:
        options = [
            {"text": {"type": "plain_text", "text": value}, "value": value} for value in ("reply", "note")
        ]
        radio = {"type": "radio_buttons", "action_id": "wb:mode", "options": options}
        radio["initial_option"] = next(each for each in options if each["value"] == mode)
        blocks = [
            {
                "type": "input",
                "block_id": "mode",
                "dispatch_action": True,
                "label": {"type": "plain_text", "text": "Who"},
                "element": radio,
            },
            {
                "type": "input",
                "block_id": "text",
                "label": {"type": "plain_text", "text": "Text"},
                "element": {"type": "rich_text_input", "action_id": "wb:text"},
            },
        ]
        submit = {"type": "plain_text", "text": "Save note" if mode == "note" else "Send"}
        return {**self.view(blocks), "private_metadata": conversation, "submit": submit}

    def view(self, blocks: list[Json]) -> Json:
        return {
            "type": "modal",
            "callback_id": "wb:x",
            "title": {"type": "plain_text", "text": "A view"},
            "blocks": blocks,
        }

    def why(self, conversation: str) -> list[Json] | None:
        """The wait that runs now: of an alert to come or shown, else one that ends before it rings."""
        now, truth = self.clock.now(), self.monday.truth
        running = [
            (fact.clock, fact.since, fact.due, fact.policy)
            for fact in truth.alerts
            if self.player.id_of(fact.conversation) == conversation and fact.since <= now
            if self.ending(fact, conversation) is None
        ]
        alerted = {self.player.id_of(fact.conversation) for fact in truth.alerts}
        running += [
            (one.clock, one.since, one.due, one.policy)
            for one in truth.clocks
            if one.conversation == conversation and one.clock and conversation not in alerted
        ]
        if not running:
            return None
        clock, since, due, policy = running[0]
        account = next((one.account for one in truth.clocks if one.conversation == conversation), None)
        names = {one["id"]: one["name"] for one in self.monday.intercom["companies"]}
        about = " · ".join(filter(None, ["Somebody", names.get(account or "")]))
        step = {"type": "date", "timestamp": int(since.timestamp()), "format": "{time}", "fallback": "-"}
        return [
            section(f"*{NAMES[clock]} due*, by {token(due)} · {about}"),
            section(f"Promise “{policy}”: some time."),
            rich([step, {"type": "text", "text": "somebody wrote"}]),
        ]
