"""The local Intercom's workspace: its state, and what customers and teammates do in it.

Reads answer in the shapes of the REST API; times given by callers are aware datetimes.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import httpx

from sandbox.clock import SandboxClock
from sandbox.faults import FaultBoard
from sandbox.intercom import (
    contact_merges,
    contact_removals,
    happenings,
    life,
    load,
    many,
    render,
    tickets,
    webhook_shapes,
)
from sandbox.intercom.contact_removals import Removal, Removed
from sandbox.intercom.happenings import Happening, admin_author
from sandbox.intercom.limits import RateLimit
from sandbox.intercom.model import (
    ActivityLog,
    Admin,
    Article,
    Assignment,
    Author,
    Company,
    Contact,
    Conversation,
    Tag,
    Team,
    Ticket,
    Workspace,
)
from sandbox.intercom.text import plain, typed
from sandbox.intercom.webhooks import Webhooks

Json = dict[str, Any]
Listener = Callable[[str, str], None]


class IntercomWorld:
    """One workspace. `webhooks` and `limits` are its switches; `workspace` is the state itself.

    The server runs `run()` beside it, so that snoozes end while nobody asks.
    """

    def __init__(
        self,
        clock: SandboxClock,
        faults: FaultBoard,
        *,
        token: str,
        client_secret: str,
        app_id: str,
        base_url: str,
    ) -> None:
        self.clock = clock
        self.faults = faults
        self.token = token
        self.base_url = base_url
        self.workspace = Workspace(app_id)
        self.limits = RateLimit()
        self.webhooks = Webhooks(client_secret)
        self.background: set[asyncio.Task[None]] = set()
        """Work of calls whose connection was cut before it was done (fault `late`)."""
        self._listeners: list[Listener] = []
        self._sent: list[tuple[str, str, str]] = []
        clock.on_change(self.wake)

    # -- setting up

    def load(self, data: Json) -> None:
        """Add what a compact scenario describes. ValueError names the conversation that makes no sense."""
        load.load(self.workspace, data)
        self.wake()
        self.changed("loaded", "")

    def generate(self, n: int, seed: int = 0) -> None:
        """Add `n` plausible conversations with their people, the same ones for the same seed and hour."""
        self.load(many.scenario(n, seed, self.clock.now()))

    def webhook_target(self, url: str | None, client: httpx.AsyncClient) -> None:
        """Send notifications to `url` from now on (None: to nobody)."""
        self.webhooks.aim(url, client)

    @property
    def webhooks_enabled(self) -> bool:
        return self.webhooks.enabled

    @webhooks_enabled.setter
    def webhooks_enabled(self, on: bool) -> None:
        self.webhooks.enabled = on

    def on_change(self, callback: Listener) -> None:
        """Call `callback(kind, conversation_id)` after each change; `kind` is its chief webhook topic, or
        `conversation.updated` where Intercom has none, and for admins the id is the admin's."""
        self._listeners.append(callback)

    async def run(self) -> None:
        """End snoozes as the sandbox clock passes them, until cancelled."""
        while True:
            self.wake()
            await asyncio.sleep(0.2)

    # -- looking

    @property
    def admins(self) -> dict[str, Admin]:
        return self.workspace.admins

    @property
    def teams(self) -> dict[str, Team]:
        return self.workspace.teams

    @property
    def tags(self) -> dict[str, Tag]:
        return self.workspace.tags

    @property
    def contacts(self) -> dict[str, Contact]:
        return self.workspace.contacts

    @property
    def companies(self) -> dict[str, Company]:
        return self.workspace.companies

    @property
    def articles(self) -> dict[str, Article]:
        return self.workspace.articles

    @property
    def tickets(self) -> dict[str, Ticket]:
        return self.workspace.tickets

    def conversation(self, conversation_id: str) -> Json:
        """A conversation with its parts, as `GET /conversations/{id}` gives it. KeyError when unknown."""
        self.wake()
        return render.conversation(self.workspace, self.workspace.conversations[conversation_id])

    def conversations(self) -> list[Json]:
        """All conversations without their parts, the latest changed first."""
        self.wake()
        ordered = sorted(self.workspace.conversations.values(), key=lambda one: -one.updated_at)
        return [render.conversation_row(self.workspace, one) for one in ordered]

    def sent_to_customers(self) -> list[tuple[str, str, str]]:
        """(conversation id, admin id, text) of every public message of an admin since loading, in order."""
        return list(self._sent)

    def next_wake(self) -> int | None:
        """When the next snooze ends, unix seconds."""
        while self.workspace.snoozes:
            until, conversation_id = self.workspace.snoozes[0]
            conversation = self.workspace.story(conversation_id)
            if conversation is not None and conversation.snoozed_until == until:
                return until
            heapq.heappop(self.workspace.snoozes)
        return None

    # -- what customers do

    def customer_starts(self, contact_id: str, channel: str, text: str, title: str | None = None) -> Json:
        """A contact opens a conversation on a channel (`conversation` is the Messenger, `email`, `whatsapp`
        and so on); a title becomes the subject of an email. Answers with the conversation."""
        ws = self.workspace
        contact = ws.contacts[contact_id]
        at = self.now()
        conversation = Conversation(
            id=load.free_conversation_id(ws),
            created_at=at,
            channel=channel,
            delivered_as="customer_initiated",
            source_id=ws.new_id(),
            body=typed(text),
            author=Author(contact.role, contact.id, contact.name, contact.email),
            contact_ids=[contact.id],
            subject=(title or "") if channel == "email" else "",
            title=title,
            url="https://app.example.com/" if channel == "conversation" else None,
        )
        life.begin(conversation)
        contact.last_replied_at = contact.last_seen_at = contact.updated_at = at
        ws.conversations[conversation.id] = conversation
        self.tell(Happening(conversation, ("conversation.user.created",), ()))
        return self.conversation(conversation.id)

    def customer_writes(self, conversation_id: str, text: str, *, contact_id: str | None = None) -> Json:
        """The opener (or another contact) writes. Answers with the part."""
        conversation = self._find(conversation_id)
        contact = self.contacts[contact_id or conversation.contact_ids[0]]
        return self._part(
            happenings.contact_writes(self.workspace, conversation, contact, typed(text), self.now())
        )

    def customer_reads(self, conversation_id: str) -> None:
        """The customer sees what was written to them."""
        conversation = self._find(conversation_id)
        conversation.read = True
        self.tell(Happening(conversation, ("conversation.read",), ()))

    def rates(self, conversation_id: str, score: int, remark: str = "") -> Json:
        """The opener gives 1 to 5 and a remark."""
        conversation = self._find(conversation_id)
        contact = self.contacts[conversation.contact_ids[0]]
        return self._part(happenings.rates(self.workspace, conversation, contact, score, remark, self.now()))

    # -- what teammates do in Intercom itself

    def admin_replies(self, conversation_id: str, admin_id: str, text: str) -> Json:
        conversation, admin = self._find(conversation_id), self.admins[admin_id]
        return self._part(
            happenings.admin_replies(self.workspace, conversation, admin, typed(text), self.now())
        )

    def admin_notes(self, conversation_id: str, admin_id: str, text: str) -> Json:
        conversation, admin = self._find(conversation_id), self.admins[admin_id]
        return self._part(
            happenings.admin_notes(self.workspace, conversation, admin, typed(text), self.now())
        )

    def admin_assigns(self, conversation_id: str, by: str, to: str | None) -> Json:
        """`to` is an admin's or a team's id; None takes the conversation from its admin."""
        target: Assignment = ("team", to) if to in self.teams else ("admin", to)
        return self._part(
            happenings.assigns(
                self.workspace,
                self._find(conversation_id),
                admin_author(self.admins[by]),
                target,
                self.now(),
            )
        )

    def snoozes(self, conversation_id: str, admin_id: str, until: datetime) -> Json:
        conversation, admin = self._find(conversation_id), self.admins[admin_id]
        return self._part(
            happenings.snoozes(self.workspace, conversation, admin, int(until.timestamp()), self.now())
        )

    def closes(self, conversation_id: str, admin_id: str) -> Json:
        author = admin_author(self.admins[admin_id])
        return self._part(happenings.closes(self.workspace, self._find(conversation_id), author, self.now()))

    def merges(self, conversation_id: str, into: str) -> None:
        """A teammate merges a conversation into another one."""
        for happening in happenings.merges(
            self.workspace, self._find(conversation_id), self._find(into), self.now()
        ):
            self.tell(happening)

    def merges_contacts(self, contact_id: str, into: str) -> Contact:
        """A lead is merged into a user, who is told of; of whom else it was nothing says."""
        contact = contact_merges.merge(self.workspace, contact_id, into, self.now())
        self.notify("contact.merged", webhook_shapes.contact(self.workspace, contact))
        self.changed("contact.merged", into)
        return contact

    def removes_contact(self, contact_id: str, topic: Removal = "contact.deleted") -> Removed:
        """A person is deleted, or put away. Nothing is told of the conversations that go with them."""
        removed = contact_removals.remove(self.workspace, contact_id)
        self.notify(topic, webhook_shapes.removed_contact(removed.contact, topic))
        self.changed(topic, contact_id)
        return removed

    def brings_back_contact(self, removed: Removed) -> None:
        """Who was put away is back, with their conversations."""
        contact_removals.restore(self.workspace, removed)
        self.notify("contact.unarchive", webhook_shapes.removed_contact(removed.contact, "contact.unarchive"))
        self.changed("contact.unarchive", removed.contact.id)

    def deletes_company(self, company_id: str) -> None:
        """A company is gone; its people and their conversations are of no company then."""
        del self.companies[company_id]
        for contact in self.contacts.values():
            contact.company_ids = [each for each in contact.company_ids if each != company_id]
        for conversation in self.workspace.conversations.values():
            if conversation.company_id == company_id:
                conversation.company_id = None
        self.notify("company.deleted", webhook_shapes.deleted_company(company_id))
        self.changed("company.deleted", company_id)

    def opens(self, conversation_id: str, admin_id: str) -> Json:
        author = admin_author(self.admins[admin_id])
        return self._part(happenings.opens(self.workspace, self._find(conversation_id), author, self.now()))

    def prioritises(self, conversation_id: str, admin_id: str, priority: bool = True) -> Json:
        author = admin_author(self.admins[admin_id])
        return self._part(
            happenings.prioritises(self.workspace, self._find(conversation_id), author, priority, self.now())
        )

    def admin_tags(self, conversation_id: str, admin_id: str, tag_id: str) -> None:
        admin, tag = self.admins[admin_id], self.tags[tag_id]
        self.tell(happenings.tags(self.workspace, self._find(conversation_id), tag, admin, self.now()))

    def admin_away(self, admin_id: str, away: bool, *, reassign: bool = False) -> None:
        """Switch a teammate's away mode; the audit log has it too."""
        admin, now = self.admins[admin_id], self.now()
        admin.away, admin.away_reassign = away, away and reassign
        self.workspace.activity_logs.append(
            ActivityLog(
                id=self.workspace.new_id(),
                at=now,
                admin_id=admin_id,
                activity_type="admin_away_mode_change",
                metadata={"away_mode": away, "reassign_conversations": admin.away_reassign},
                description=f"{admin.name} changed their away mode to {'on' if away else 'off'}.",
            )
        )
        self.notify("admin.away_mode_updated", webhook_shapes.admin(admin))
        self.changed("admin.away_mode_updated", admin_id)

    def bot_replies(self, conversation_id: str, text: str, *, ai: bool = False) -> Json:
        """An automatic message, `ai` when the AI agent wrote it. The customer keeps waiting."""
        conversation = self._find(conversation_id)
        return self._part(
            happenings.bot_replies(self.workspace, conversation, typed(text), self.now(), ai=ai)
        )

    def deletes(self, conversation_id: str) -> None:
        del self.workspace.conversations[conversation_id]
        self.workspace.tickets.pop(conversation_id, None)
        self.notify("conversation.deleted", webhook_shapes.deleted(conversation_id))
        self.changed("conversation.deleted", conversation_id)

    def calls(self, conversation_id: str, event: Literal["started", "ended"]) -> None:
        """A phone call of this conversation starts or ends."""
        conversation = self._find(conversation_id)
        self.notify(f"call.{event}", webhook_shapes.call(conversation, event, self.now()))
        self.changed(f"call.{event}", conversation_id)

    # -- the machinery behind both the methods above and the routes

    def now(self) -> int:
        """The sandbox clock in Intercom's unit."""
        return int(self.clock.now().timestamp())

    def ping(self) -> None:
        self.notify("ping", webhook_shapes.ping())

    def wake(self) -> None:
        """Open what was snoozed until a moment that has passed."""
        now = self.now()
        while (until := self.next_wake()) is not None and until <= now:
            _, conversation_id = heapq.heappop(self.workspace.snoozes)
            if (conversation := self.workspace.story(conversation_id)) is not None:
                self.tell(happenings.wakes(self.workspace, conversation, until))

    def tell(self, happening: Happening) -> None:
        """Let the world know: what went to the customer, one notification a topic, the listeners.

        Of a ticket that never was a conversation its own topics tell alone.
        """
        conversation = happening.conversation
        for part in happening.parts:
            replied = "conversation.admin.replied" in happening.topics
            if replied and part.by_admin and part.body is not None:
                self._sent.append((conversation.id, part.author.id, plain(part.body)))
        item: Json | None = None
        for topic in happening.topics:
            if conversation.id in self.workspace.conversations:
                item = item or webhook_shapes.conversation(self.workspace, conversation, happening.parts)
                self.notify(topic, item)
            for follow_up, ticket in tickets.told_of(self.workspace, topic, happening):
                self.notify(follow_up, ticket)
        self.changed(happening.topics[0] if happening.topics else "conversation.updated", conversation.id)

    def notify(self, topic: str, item: Json) -> None:
        self.webhooks.send(webhook_shapes.envelope(self.workspace.app_id, topic, item, self.now()))

    def changed(self, kind: str, id_: str) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener(kind, id_)

    def _find(self, conversation_id: str) -> Conversation:
        self.wake()
        found = self.workspace.story(conversation_id)
        if found is None:
            raise KeyError(conversation_id)
        return found

    def _part(self, happening: Happening) -> Json:
        self.tell(happening)
        return render.part(happening.part)
