"""Turns a visit into HTML: the whole page, or one of the fragments the page's script asks for."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import jinja2
from markupsafe import Markup

from sandbox.page import blocks, dates, inbox, messages
from sandbox.page.html import el
from sandbox.page.messages import Shown
from sandbox.page.people import actors, role, user_face, visible_channels
from sandbox.page.texts import label
from sandbox.page.visit import HOME, Visit
from sandbox.slack.model import View

FRAGMENTS = (
    "sidebar",
    "channel",
    "messages",
    "thread",
    "thread_messages",
    "home",
    "inbox",
    "conversation",
    "clock",
    "modal",
)
_UPCOMING = 5


@dataclass(frozen=True)
class SideRow:
    id: str
    name: str
    unread: int
    private: bool = False
    shared: bool = False
    archived: bool = False


class Drawing:
    """The templates, loaded once."""

    def __init__(self) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("sandbox.page"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )

    def page(self, visit: Visit) -> str:
        return self._render(
            "page.html",
            **_common(visit),
            **_clock(visit),
            **self._channel(visit),
            **_inbox(visit),
            **_talk(visit),
            customers=inbox.customers(visit.page.intercom),
        )

    def fragment(self, name: str, visit: Visit) -> str:
        """One of FRAGMENTS; KeyError for any other."""
        if name == "modal":
            return self.modal(visit)
        if name == "thread" and not visit.place.thread:
            return ""
        values = {
            "sidebar": _nothing_more,
            "inbox": _inbox,
            "conversation": _talk,
            "clock": _clock,
            **dict.fromkeys(("channel", "messages", "thread", "thread_messages", "home"), self._channel),
        }[name](visit)
        return self._render(f"{name}.html", **_common(visit), **values)

    def modal(self, visit: Visit) -> str:
        """The view on top of the person's stack, empty when none is open."""
        stack = visit.page.slack.people.open_views(visit.actor.id)
        if not stack:
            return ""
        view = stack[-1]
        return self._render(
            "modal.html",
            view=view,
            view_title=label(view.title),
            depth=len(stack),
            submit_label=_submit_label(view),
            close_label=label(view.close) or ("Back" if len(stack) > 1 else "Cancel"),
            sidebar_app=user_face(visit.page.slack.users[visit.page.slack.seed.bot_user_id]),
            body=blocks.render(view.blocks, visit.reader("modal", f"v{view.id}")),
            errors=json.dumps(view.errors),
        )

    def row(self, shown: Shown) -> Markup:
        """One entry of a message list: a key to find it by, and a mark that changes with its looks."""
        if shown.day is not None:
            line = el("span", shown.day)
            return el("div", line, class_="day", data_key=shown.key, data_mark=shown.day, role="separator")
        inner = Markup(self._render("message.html", row=shown))  # noqa: S704 - an autoescaping template
        classes = ["message"]
        classes += [name for name in ("compact", "ephemeral", "deleted") if getattr(shown, name)]
        return el(
            "article",
            inner,
            class_=" ".join(classes),
            data_key=shown.key,
            data_ts=shown.ts,
            data_mark=f"{zlib.crc32(inner.encode()):08x}",
            data_container="message",
            data_testid="message",
        )

    def rows(self, shown: Sequence[Shown]) -> list[Markup]:
        return [self.row(one) for one in shown]

    def _channel(self, visit: Visit) -> dict[str, Any]:
        place, world = visit.place, visit.page.slack
        if place.channel == HOME:
            home = world.people.home(visit.actor.id)
            drawn = blocks.render(home.blocks, visit.reader("home", "home")) if home else None
            return {"home": home, "home_body": drawn, "thread": [], "rows": [], "empty_note": ""}
        shown = messages.channel_rows(world, place.channel, visit.reader(scope="list"))
        thread: list[Shown] = []
        if place.thread:
            thread = messages.thread_rows(world, place.channel, place.thread, visit.reader(scope="thread"))
        note = (
            f"This is where {place.title} writes to you, and you to it."
            if place.kind == "im"
            else f"Nothing has been said in #{place.title} yet."
        )
        return {
            "rows": self.rows(shown),
            "thread": self.rows(thread),
            "empty_note": note,
            "home": None,
            "home_body": None,
        }

    def _render(self, template: str, **values: Any) -> str:
        return self._templates.get_template(template).render(**values)


def _common(visit: Visit) -> dict[str, Any]:
    page, actor = visit.page, visit.actor
    world = page.slack
    bot = world.users[world.seed.bot_user_id]
    channels = [
        SideRow(
            channel.id,
            channel.name,
            world.unread(actor.id, channel.id) if actor.id in channel.members else 0,
            channel.is_private,
            channel.is_ext_shared,
            channel.is_archived,
        )
        for channel in visible_channels(world, actor.id)
    ]
    direct = [
        SideRow(channel.id, bot.real_name, world.unread(actor.id, channel.id))
        for channel in world.channels.values()
        if channel.is_im and channel.user == actor.id
    ]
    people = [{"id": user.id, "name": user.real_name, "role": role(user)} for user in actors(world)]
    return {
        "team": world.seed.team_name,
        "app_name": bot.real_name,
        "actor": actor,
        "me": user_face(actor),
        "my_role": role(actor),
        "place": visit.place,
        "sidebar": {
            "channels": channels,
            "direct": direct,
            "people": people,
            "app": user_face(bot),
            "has_app": not actor.is_stranger,
        },
        "commands": page.commands,
        "global_shortcuts": [one for one in page.shortcuts if one.kind == "global"],
        "message_shortcuts": [one for one in page.shortcuts if one.kind == "message"],
    }


def _nothing_more(visit: Visit) -> dict[str, Any]:
    return {}


def _inbox(visit: Visit) -> dict[str, Any]:
    world = visit.page.intercom
    return {
        "inbox": {
            "waiting": inbox.waiting(world),
            "filters": inbox.FILTERS,
            "filter": visit.filter,
            "counts": inbox.counts(world),
            "rows": inbox.rows(world, visit.filter, visit.zone),
        }
    }


def _talk(visit: Visit) -> dict[str, Any]:
    world = visit.page.intercom
    admins = list(world.admins.values())
    mine = next((admin.id for admin in admins if admin.email == visit.actor.email), "")
    return {
        "talk": inbox.opened(world, visit.place.conversation, visit.zone),
        "admins": admins,
        "my_admin": mine,
        "snooze_choices": inbox.snooze_choices(visit.page.clock.now(), visit.zone),
    }


def _clock(visit: Visit) -> dict[str, Any]:
    page = visit.page
    now = page.clock.now()
    here = now.astimezone(visit.zone)
    events = []
    for at, name in sorted(page.next_events(), key=lambda event: event[0])[:_UPCOMING]:
        if at > now:
            moment = at.astimezone(visit.zone)
            near = dates.near_day(moment, here)
            day = "" if near == "today" else f"{moment:%a} "
            shown = {
                "iso": at.astimezone(UTC).isoformat(),
                "label": name,
                "time": day + dates.clock_time(moment),
            }
            events.append(shown)
    switches = page.troubles.switches()
    return {
        "clock": {
            "now_ms": int(now.timestamp() * 1000),
            "speed": int(page.clock.speed) if page.clock.speed.is_integer() else page.clock.speed,
            "zone": str(visit.zone),
            "date": f"{here:%a} {here.day} {here:%b}",
            "time": f"{here:%H:%M:%S}",
            "events": events,
        },
        "faults": switches,
        "faults_on": sum(1 for switch in switches if switch.on),
        "waiting_count": sum(
            1
            for one in page.intercom.workspace.conversations.values()
            if one.state == "open" and one.waiting_from is not None
        ),
    }


def _submit_label(view: View) -> str:
    if view.submit:
        return label(view.submit)
    # Slack puts its own word where the bot gave none but the form needs one.
    return "Submit" if any(block.get("type") == "input" for block in view.blocks) else ""
