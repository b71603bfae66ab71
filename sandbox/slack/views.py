"""Modals and App Homes: who sees which, stacks of three, hashes, and the state of what was typed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sandbox.slack.elements import complete_ids, initial_state, state_field, walk
from sandbox.slack.model import Block, Json, SlackError, View
from sandbox.slack.rules import check_view
from sandbox.slack.shapes import LIMITS

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

StateMap = dict[str, dict[str, Json]]


class ViewDesk:
    """All views that are open now."""

    def __init__(self, world: SlackWorld) -> None:
        self._world = world
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user_id: str) -> list[View]:
        """The person's modals, the one on top last."""
        return list(self._stacks.get(user_id, []))

    def home(self, user_id: str) -> View | None:
        return self._homes.get(user_id)

    def find(self, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """An open view by id, or by external id."""
        for view in [*self._homes.values(), *(v for stack in self._stacks.values() for v in stack)]:
            if (view_id and view.id == view_id) or (external_id and view.external_id == external_id):
                return view
        return None

    def open(self, user_id: str, spec: Json) -> View:
        """Show a modal as the root of a new stack. Raises SlackError as views.open does."""
        view = self._build(user_id, spec)
        view.root_view_id = view.id
        self._stacks[user_id] = [view]
        self._world.tell("view_opened", {"user": user_id, "view": view.id})
        return view

    def push(self, user_id: str, spec: Json) -> View:
        """Put a modal on top. Raises SlackError not_found (nothing open), push_limit_reached, …"""
        stack = self._stacks.get(user_id)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= LIMITS["view"]["stack"]:
            raise SlackError("push_limit_reached")
        view = self._build(user_id, spec)
        view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
        stack.append(view)
        self._world.tell("view_opened", {"user": user_id, "view": view.id})
        return view

    def update(self, view: View, spec: Json, hash: str | None = None) -> View:
        """Replace a view's content; typed input survives where block_id, action_id and type stay the same.

        Raises SlackError hash_conflict, invalid_arguments, view_too_large, duplicate_external_id.
        """
        self._check_hash(view, hash)
        fresh = self._build(view.user, spec, instead_of=view)
        if fresh.type != view.type:
            raise SlackError("invalid_arguments")
        fresh.state = _merged(fresh.state, view.state)
        for name, value in vars(fresh).items():
            if name not in ("id", "root_view_id", "previous_view_id"):
                setattr(view, name, value)
        kind = "home_published" if view.type == "home" else "view_updated"
        self._world.tell(kind, {"user": view.user, "view": view.id})
        return view

    def publish(self, user_id: str, spec: Json, hash: str | None = None) -> View:
        """Publish somebody's App Home. Raises SlackError hash_conflict, invalid_arguments, …"""
        if spec.get("type") != "home":
            raise SlackError("invalid_arguments")
        view = self._homes.get(user_id)
        if view is not None:
            return self.update(view, spec, hash)
        view = self._build(user_id, spec)
        view.root_view_id = view.id
        self._homes[user_id] = view
        self._world.tell("home_published", {"user": user_id, "view": view.id})
        return view

    def close(self, view: View) -> list[View]:
        """Close a modal and everything above it; the closed views, top first."""
        stack = self._stacks.get(view.user, [])
        if view not in stack:
            return []
        at = stack.index(view)
        closed = stack[at:][::-1]
        self._stacks[view.user] = stack[:at]
        self._world.tell("view_closed", {"user": view.user, "view": view.id})
        return closed

    def clear(self, user_id: str) -> list[View]:
        """Close the person's whole stack."""
        stack = self._stacks.get(user_id)
        return self.close(stack[0]) if stack else []

    def _check_hash(self, view: View, hash: str | None) -> None:
        if not hash:
            return
        switches = self._world.switches
        if switches.hash_conflicts > 0:
            switches.hash_conflicts -= 1
            raise SlackError("hash_conflict")
        if hash != view.hash:
            raise SlackError("hash_conflict")

    def _build(self, user_id: str, spec: Json, instead_of: View | None = None) -> View:
        check_view(spec)
        external_id = spec.get("external_id") or ""
        known = self.find(external_id=external_id) if external_id else None
        if known is not None and known is not instead_of:
            raise SlackError("duplicate_external_id")
        blocks = complete_ids(spec["blocks"], self._world.ids)
        return View(
            id=self._world.ids.next("V"),
            type=spec["type"],
            user=user_id,
            blocks=blocks,
            hash=f"{int(time.time())}.{self._world.ids.secret()[:8]}",
            title=spec.get("title"),
            submit=spec.get("submit"),
            close=spec.get("close"),
            private_metadata=spec.get("private_metadata") or "",
            callback_id=spec.get("callback_id") or "",
            external_id=external_id,
            clear_on_close=bool(spec.get("clear_on_close")),
            notify_on_close=bool(spec.get("notify_on_close")),
            submit_disabled=bool(spec.get("submit_disabled")),
            state=blank_state(blocks),
        )


def blank_state(blocks: list[Block]) -> StateMap:
    """The `state.values` of blocks nobody has touched."""
    state: StateMap = {}
    for block, element in walk(blocks):
        if state_field(element["type"]):
            state.setdefault(block["block_id"], {})[element["action_id"]] = initial_state(element)
    return state


def _merged(fresh: StateMap, typed: StateMap) -> StateMap:
    return {
        block_id: {
            action_id: kept if kept is not None and kept["type"] == value["type"] else value
            for action_id, value in actions.items()
            for kept in [typed.get(block_id, {}).get(action_id)]
        }
        for block_id, actions in fresh.items()
    }
