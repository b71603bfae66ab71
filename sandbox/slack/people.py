"""What a person does in Slack, and what they see of how it ended."""

from __future__ import annotations

import mimetypes
from collections import defaultdict
from typing import TYPE_CHECKING

from sandbox.slack import forms, payloads
from sandbox.slack.delivery import Reply
from sandbox.slack.elements import find, state_field
from sandbox.slack.forms import StateValues
from sandbox.slack.model import Channel, Json, Message, Outcome, Refused, SlackError, SlackFile, View
from sandbox.slack.objects import epoch
from sandbox.slack.passes import ResponsePass
from sandbox.slack.responses import apply_submission, respond
from sandbox.slack.shapes import LIMITS
from sandbox.slack.views import blank_state

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

NOT_THERE = "element_not_found"
_TROUBLE = "We had some trouble connecting. Try again?"
_NO_BUTTON = "That is no longer there. Look at the message as it is now."


class People:
    """Gestures of persons. Each reaches the app as Slack would bring it and returns how it ended.

    Raises Refused (a sentence for the person) where Slack's own client would not let them.
    """

    def __init__(self, world: SlackWorld) -> None:
        self._world = world
        self._toasts: defaultdict[str, list[str]] = defaultdict(list)
        self._message_state: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = {}
        self._suggested: dict[tuple[str, str], list[Json]] = {}

    # -- writing -------------------------------------------------------------------------------------------

    async def say(
        self,
        user_id: str,
        channel_id: str,
        text: str,
        thread_ts: str | None = None,
        *,
        files: list[SlackFile] | None = None,
    ) -> Message:
        """Write a message. `text` is as Slack stores it: mentions are `<@U…>`, `&`, `<`, `>` are escaped.

        The events go out in the background; `world.settled()` waits for them.
        """
        channel = self._place(user_id, channel_id, writing=True)
        for file in files or []:
            file.completed = True
        return self._world.post(
            channel.id, user=user_id, text=text, thread_ts=thread_ts, files=list(files or [])
        )

    async def react(self, user_id: str, channel_id: str, ts: str, name: str) -> None:
        """Add an emoji, or take it back if it was there."""
        self._place(user_id, channel_id, writing=True)
        message = self._seen(user_id, channel_id, ts)
        users = message.reactions.setdefault(name, [])
        kind = "reaction_removed" if user_id in users else "reaction_added"
        (users.remove if user_id in users else users.append)(user_id)
        if not users:
            del message.reactions[name]
        self._world.touch(message)
        self._world.events.reaction(kind, message, user_id, name)

    def upload(self, user_id: str, name: str, content: bytes, mimetype: str | None = None) -> SlackFile:
        """A file the person picked; hand it to `say`, or its object to a file_input."""
        kind = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = SlackFile(
            id=self._world.ids.next("F"),
            name=name,
            title=name,
            mimetype=kind,
            content=content,
            user=user_id,
            created=epoch(self._world.clock.now()),
            uploaded=True,
        )
        self._world.files[file.id] = file
        return file

    async def slash(
        self, user_id: str, channel_id: str, line: str, *, thread_ts: str | None = None
    ) -> Outcome:
        """Send `/command text`. Slack takes none from inside a thread, and none the app did not register."""
        command, _, text = line.strip().partition(" ")
        channel = self._place(user_id, channel_id, writing=True)
        if thread_ts is not None:
            return self._refuse(user_id, "Slash commands are not supported in threads.", "not_in_threads")
        registered = self._world.manifest.commands
        stranger = self._world.users[user_id].is_stranger
        if not command.startswith("/") or stranger or (registered is not None and command not in registered):
            return self._refuse(user_id, f"{command} is not a valid command.", "invalid_command")
        form = payloads.slash_form(self._world, user_id, channel, command, text.strip())
        reply = await self._world.delivery.request("slash_commands", form)
        if reply.error is not None:
            return self._failed(user_id, reply, command)
        if reply.data:
            try:
                respond(self._world, ResponsePass("", channel.id, user_id, None, None), reply.data)
            except SlackError as error:
                return self._failed(user_id, Reply(reply.status, reply.data, error.code), command)
        return Outcome(True, ack=reply.data, status=reply.status)

    async def shortcut(
        self, user_id: str, callback_id: str, channel_id: str | None = None, ts: str | None = None
    ) -> Outcome:
        """A global shortcut, or with channel and ts one on that message."""
        if channel_id is None or ts is None:
            payload = payloads.shortcut(self._world, user_id, callback_id)
        else:
            message = self._seen(user_id, channel_id, ts)
            payload = payloads.message_shortcut(self._world, user_id, callback_id, message)
        return self._ended(user_id, await self._world.delivery.request("interactive", payload))

    # -- clicking ------------------------------------------------------------------------------------------

    async def click(
        self,
        user_id: str,
        channel_id: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        selected_option: Json | str | None = None,
        chosen: Json | None = None,
        seen: Message | None = None,
    ) -> Outcome:
        """Use a button, select, picker or overflow menu of a message.

        What is chosen: `selected_option` (an option, or its value), or `value` (date, time, user id, text),
        or `chosen` as in `state.values`. `seen` is the message as the person still has it on the screen,
        when the app has changed it since: a stale click.
        """
        message = seen or self._seen(user_id, channel_id, ts)
        under_links = (block for each in message.unfurls.values() for block in each.get("blocks", ()))
        shown = [*message.blocks, *under_links]
        found = find(shown, action_id, block_id)
        if found is None:
            return self._refuse(user_id, _NO_BUTTON, NOT_THERE)
        block, element = found
        picked = self._with_suggestions(ts, element, value, selected_option, chosen)
        state = self._message_state.get((user_id, channel_id, ts), {})
        state = _overlaid(blank_state(shown), state)
        if state_field(element["type"]):
            state[block["block_id"]][action_id] = picked
            self._message_state[user_id, channel_id, ts] = state
        action = payloads.action(self._world, block, element, picked)
        payload = payloads.message_actions(self._world, user_id, message, state, action)
        return self._ended(user_id, await self._world.delivery.request("interactive", payload))

    async def click_view(
        self,
        user_id: str,
        view_id: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        selected_option: Json | str | None = None,
        chosen: Json | None = None,
        values: StateValues | None = None,
    ) -> Outcome:
        """Use an element of a modal or App Home; `values` is what else is typed in the form by now.

        An input block without `dispatch_action` only keeps what was chosen: the app hears at submission.
        """
        view = self._view(user_id, view_id)
        if view is None:
            return self._refuse(user_id, _TROUBLE, "view_not_found")
        forms.fill(view, values)
        found = find(view.blocks, action_id, block_id)
        if found is None:
            return self._refuse(user_id, _NO_BUTTON, NOT_THERE)
        block, element = found
        picked = self._with_suggestions(view.id, element, value, selected_option, chosen)
        if state_field(element["type"]):
            view.state[block["block_id"]][action_id] = picked
            if block["type"] == "input" and not block.get("dispatch_action"):
                return Outcome(True)
        action = payloads.action(self._world, block, element, picked)
        payload = payloads.view_actions(self._world, user_id, view, action)
        return self._ended(user_id, await self._world.delivery.request("interactive", payload))

    async def options(self, user_id: str, where: str | Message, action_id: str, query: str) -> list[Json]:
        """Type into an external select; the options the app offers (groups flattened). Empty on a failure."""
        place = self._view(user_id, where) if isinstance(where, str) else where
        found = find(place.blocks, action_id) if place is not None else None
        if place is None or found is None:
            self._refuse(user_id, _NO_BUTTON, NOT_THERE)
            return []
        block, element = found
        if len(query) < element.get("min_query_length", 3):
            return []
        payload = payloads.block_suggestion(self._world, user_id, place, block, element, query)
        reply = await self._world.delivery.request("interactive", payload)
        offered = _offered(reply.data)
        if reply.error is not None or offered is None or len(offered) > LIMITS["options_response"]:
            self._toast(user_id, "The options could not be loaded.")
            return []
        self._suggested[_key(place), action_id] = offered
        return offered

    # -- modals and home -----------------------------------------------------------------------------------

    async def submit(self, user_id: str, view_id: str, values: StateValues | None = None) -> Outcome:
        """Press the modal's submit button with `values` typed in; untouched fields keep their initial value.

        Fields that Slack itself refuses show errors without the app hearing of it.
        """
        stack = self._world.views.stack(user_id)
        if not stack or stack[-1].id != view_id:
            return self._refuse(user_id, _TROUBLE, "view_not_found")
        view = stack[-1]
        forms.fill(view, self._resolved(view, values))
        view.errors = forms.refused_fields(view)
        if view.errors:
            self._world.tell("view_updated", {"user": user_id, "view": view.id})
            ack = {"response_action": "errors", "errors": dict(view.errors)}
            return Outcome(False, "validation", ack)
        reply = await self._world.delivery.request("interactive", payloads.view_submission(self._world, view))
        if reply.error is not None:
            self._toast(user_id, _TROUBLE)
            return Outcome(False, reply.error, reply.data, reply.status)
        try:
            view.errors = apply_submission(self._world, view, reply.data)
        except SlackError as error:
            self._toast(user_id, _TROUBLE)
            return Outcome(False, error.code, reply.data, reply.status)
        if view.errors:
            self._world.tell("view_updated", {"user": user_id, "view": view.id})
            return Outcome(False, "validation", reply.data, reply.status)
        return Outcome(True, None, reply.data, reply.status)

    async def close(self, user_id: str, view_id: str, *, everything: bool = False) -> Outcome:
        """Press Cancel (this view) or the cross (`everything`, or a view with clear_on_close)."""
        view = self._view(user_id, view_id)
        if view is None or view.type == "home":
            return self._refuse(user_id, _TROUBLE, "view_not_found")
        cleared = everything or view.clear_on_close
        closed = self._world.views.clear(user_id) if cleared else self._world.views.close(view)
        outcome = Outcome(True)
        for gone in closed:
            if gone.notify_on_close:
                payload = payloads.view_closed(self._world, gone, cleared=cleared)
                reply = await self._world.delivery.request("interactive", payload)
                outcome = Outcome(reply.error is None, reply.error, reply.data, reply.status)
        return outcome

    async def open_home(self, user_id: str, *, tab: str = "home") -> Outcome:
        """Look at the app's Home (or Messages) tab: the app hears app_home_opened."""
        channel = self._world.im_with(user_id)
        envelope = self._world.events.home_opened(user_id, channel, tab, self.home(user_id))
        if envelope is None:
            return Outcome(True)
        reply = await self._world.delivery.event_now(envelope)
        return Outcome(reply.error is None, reply.error, reply.data, reply.status)

    # -- looking -------------------------------------------------------------------------------------------

    def open_views(self, user_id: str) -> list[View]:
        """The person's modals, the one on top last."""
        return self._world.views.stack(user_id)

    def home(self, user_id: str) -> View | None:
        return self._world.views.home(user_id)

    def toasts(self, user_id: str) -> list[str]:
        """What Slack itself told this person so far, oldest first."""
        return list(self._toasts[user_id])

    # -- inside --------------------------------------------------------------------------------------------

    def _place(self, user_id: str, channel_id: str, *, writing: bool) -> Channel:
        channel = self._world.channels.get(channel_id)
        user = self._world.users.get(user_id)
        if channel is None or user is None or user.deleted:
            raise Refused("There is no such channel or person.")
        if user_id not in channel.members:
            raise Refused(
                "Join this channel first." if not channel.is_private else "You are not in this channel."
            )
        if writing and channel.is_archived:
            raise Refused("This channel is archived. Nobody can write here.")
        return channel

    def _seen(self, user_id: str, channel_id: str, ts: str) -> Message:
        message = self._world.message(channel_id, ts)
        if message is None or message.ephemeral_to not in (None, user_id):
            raise Refused("That message is gone.")
        channel = self._world.channels[channel_id]
        if channel.is_private and user_id not in channel.members:
            raise Refused("You are not in this channel.")
        return message

    def _view(self, user_id: str, view_id: str) -> View | None:
        view = self._world.views.find(view_id)
        return view if view is not None and view.user == user_id else None

    def _with_suggestions(
        self, place: str, element: Json, value: str | None, selected: Json | str | None, chosen: Json | None
    ) -> Json:
        offered = self._suggested.get((place, element["action_id"]))
        if offered is not None:
            element = {**element, "options": offered}
        return forms.choice(element, value, selected, chosen)

    def _resolved(self, view: View, values: StateValues | None) -> StateValues:
        """Values of external selects, given by option value, as the options the app offered for them."""
        resolved: dict[str, dict[str, Json]] = {}
        for block_id, actions in (values or {}).items():
            for action_id, given in actions.items():
                found = find(view.blocks, action_id, block_id)
                if found is None:
                    raise Refused(f"There is no field {action_id} in block {block_id} of this form.")
                value = self._with_suggestions(view.id, found[1], None, None, dict(given))
                resolved.setdefault(block_id, {})[action_id] = value
        return resolved

    def _toast(self, user_id: str, text: str) -> None:
        self._toasts[user_id].append(text)
        self._world.tell("toast", {"user": user_id, "text": text})

    def _refuse(self, user_id: str, text: str, error: str) -> Outcome:
        self._toast(user_id, text)
        return Outcome(False, error)

    def _failed(self, user_id: str, reply: Reply, command: str) -> Outcome:
        if reply.error == "no_connection":
            self._toast(user_id, f"{command} failed because the app did not respond.")
        else:
            self._toast(user_id, f'{command} failed with the error "{reply.error}"')
        return Outcome(False, reply.error, reply.data, reply.status)

    def _ended(self, user_id: str, reply: Reply) -> Outcome:
        if reply.error is not None:
            self._toast(user_id, f'That did not work. The app answered with the error "{reply.error}".')
        return Outcome(reply.error is None, reply.error, reply.data, reply.status)


def _key(place: View | Message) -> str:
    return place.id if isinstance(place, View) else place.ts


def _offered(data: Json | None) -> list[Json] | None:
    """The options of an options response; None if it is not one."""
    groups = (data or {}).get("option_groups")
    if isinstance(groups, list):
        return [option for group in groups for option in group.get("options", [])]
    options = (data or {}).get("options")
    return options if isinstance(options, list) else None


def _overlaid(
    blank: dict[str, dict[str, Json]], typed: dict[str, dict[str, Json]]
) -> dict[str, dict[str, Json]]:
    for block_id, actions in blank.items():
        actions.update({a: v for a, v in typed.get(block_id, {}).items() if a in actions})
    return blank
