"""The answer modal: who will read it is never in doubt, and what was typed survives every update."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import block_limits
import gallery
import pytest

from bot.cards import answer, assign, kit, snooze, writing


def submitted(view: dict, *, words: str = "Hello", mode: str | None = None, after: str | None = None) -> dict:
    """The view as Slack sends it back."""
    run = {"type": "text", "text": words}
    value = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [run]}]}
    values = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        state: dict = {"type": element["type"]}
        if element["type"] == "radio_buttons":
            wanted = {"mode": mode, "after": after}[block["block_id"]]
            chosen = [o for o in element["options"] if o["value"] == wanted]
            state["selected_option"] = chosen[0] if chosen else element["initial_option"]
        elif element["type"] == "rich_text_input":
            state["rich_text_value"] = value
        else:
            state["value"] = words
        values[block["block_id"]] = {element["action_id"]: state}
    return {**view, "id": "V1", "state": {"values": values}}


def inputs(view: dict) -> dict[str, tuple[str, str]]:
    return {
        block["block_id"]: (block["element"]["action_id"], block["element"]["type"])
        for block in view["blocks"]
        if block["type"] == "input"
    }


def text_of(view: dict) -> str:
    return "\n".join(block_limits.words_of(view["blocks"]))


def test_a_reply_names_its_reader_account_and_channel() -> None:
    view = answer.render(gallery.ANSWER)
    assert view["blocks"][0]["text"]["text"] == "To *Dana Reyes*, Northwind Robotics, by e-mail"
    assert view["submit"]["text"] == "Send to Dana Reyes"
    assert view["title"]["text"] == "Answer Dana Reyes"


def test_a_note_says_that_only_the_team_reads_it() -> None:
    view = answer.render(replace(gallery.ANSWER, mode=answer.Mode.NOTE))
    assert view["blocks"][0]["text"]["text"] == "*Note.* Only your team sees this."
    assert view["submit"]["text"] == "Save note"
    assert "Dana" not in view["submit"]["text"]


def test_the_messages_come_oldest_first() -> None:
    text = text_of(answer.render(gallery.ANSWER))
    places = [text.index(each) for each in ("clear your cookies", "Okta incident", "Still broken")]
    assert places == sorted(places)


def test_what_waits_is_whole_and_what_has_no_room_is_counted() -> None:
    many = tuple(
        replace(gallery.SAID[0], words=f"{number}: {'word ' * 480}end of {number}", waiting=True)
        for number in range(14)
    )
    view = answer.render(replace(gallery.ANSWER, messages=many))
    text = text_of(view)
    assert "4 earlier messages without an answer: read under Timeline." in text
    assert "end of 13" in text
    assert "end of 10" in text
    assert "end of 4" not in text
    assert "4: word" in text
    assert text.count("(more under Timeline)") == 6


def test_inputs_keep_their_ids_so_that_typed_text_survives_every_update() -> None:
    ids = inputs(answer.render(gallery.ANSWER))
    changed = [
        replace(gallery.ANSWER, mode=answer.Mode.NOTE),
        replace(gallery.ANSWER, conflict=writing.Conflict("Ben answered.")),
        replace(gallery.ANSWER, messages=(), claimed_by="Ben Ito", due=None),
        replace(gallery.ANSWER, reply_refused="A phone call has no text channel."),
    ]
    assert ids.keys() == {"mode", "text", "files", "after"}
    for card in changed:
        assert inputs(answer.render(card)) == ids


def test_what_was_written_comes_back_as_plain_values() -> None:
    view = submitted(answer.render(gallery.ANSWER), words="Hello <Dana>", after="close")
    written = answer.read(view)
    assert written == answer.Written(
        "conv-1",
        "part-9",
        answer.Mode.REPLY,
        "<p>Hello &lt;Dana&gt;</p>",
        "Hello <Dana>",
        "close",
        None,
        "",
        view["state"]["values"]["text"]["wb:text"]["rich_text_value"],
        shown=answer.Mode.REPLY,
    )


def test_a_note_stays_a_note() -> None:
    assert answer.read(submitted(answer.render(gallery.ANSWER), mode="note")).mode is answer.Mode.NOTE
    only = answer.render(replace(gallery.ANSWER, reply_refused="A phone call has no text channel."))
    assert answer.read(submitted(only)).mode is answer.Mode.NOTE


def test_a_snooze_comes_back_as_the_chosen_instant() -> None:
    until = gallery.CHOICES[1].until
    written = answer.read(submitted(answer.render(gallery.ANSWER), after=f"snooze:{int(until.timestamp())}"))
    assert (written.after, written.snooze_until) == ("snooze", until)


def test_a_plain_input_reads_the_same() -> None:
    view = answer.render(replace(gallery.ANSWER, rich_input=False))
    written = answer.read(submitted(view, words="one\n\ntwo & <three>"))
    assert written.html == "<p>one</p><p>two &amp; &lt;three&gt;</p>"
    assert written.plain == "one\n\ntwo & <three>"


@pytest.mark.parametrize("words", ["", "  \n ", "\u200b\u202e"])
def test_nothing_written_is_nothing_to_send(words: str) -> None:
    written = answer.read(submitted(answer.render(gallery.ANSWER), words=words))
    assert (written.html, written.plain) == ("", "")
    assert answer.empty_text(written) == {"text": "Nothing was sent. Write the reply first."}


def test_a_conflict_is_shown_first_and_sending_anyway_is_a_second_press() -> None:
    first = answer.render(gallery.ANSWER)
    assert not answer.read(submitted(first)).confirmed
    conflict = writing.Conflict("Ben Ito has claimed this conversation.")
    again = answer.render(replace(gallery.ANSWER, conflict=conflict, confirmed="held:8802"))
    assert again["blocks"][0]["text"]["text"].startswith(
        ":warning: Ben Ito has claimed this conversation. Nothing was sent."
    )
    assert again["submit"]["text"] == "Send anyway"
    assert answer.read(submitted(again)).confirmed == "held:8802"


@pytest.mark.parametrize("private", ["", "{}", "[]", "not json", '{"last_part": "x"}'])
def test_a_view_that_is_not_ours_is_refused(private: str) -> None:
    view = submitted(answer.render(gallery.ANSWER))
    with pytest.raises(ValueError, match="view"):
        answer.read({**view, "private_metadata": private})


def test_the_view_remembers_ids_only() -> None:
    private = answer.render(gallery.ANSWER)["private_metadata"]
    assert "Dana" not in private
    assert "broken" not in private


def test_a_draft_is_there_to_go_on_with() -> None:
    draft = {"type": "rich_text", "elements": []}
    view = answer.render(replace(gallery.ANSWER, draft=draft))
    assert next(block_limits.elements_of(view, "rich_text_input"))["initial_value"] == draft


def test_the_loading_view_opens_without_knowing_anything() -> None:
    view = answer.loading()
    assert view["title"]["text"] == "Answer"
    assert "submit" not in view


def test_assigning_and_snoozing_come_back_too() -> None:
    colleagues = (assign.Colleague("7", "Ben Ito"), assign.Colleague("8", "Aiko Brandt", away=True))
    view = assign.render(assign.AssignCard(gallery.LINES[0], gallery.NOW, gallery.ZONE, colleagues))
    select = next(block_limits.elements_of(view, "static_select"))
    assert [option["text"]["text"] for option in select["options"]] == ["Ben Ito", "Aiko Brandt (away)"]
    state = {"colleague": {"wb:colleague": {"selected_option": select["options"][1]}}}
    assert assign.read({**view, "state": {"values": state}}) == assign.Assigned("conv-1", "8")
    with pytest.raises(ValueError, match="no colleague"):
        assign.read({**view, "state": {"values": {}}})

    card = snooze.SnoozeCard(gallery.LINES[0], gallery.NOW, gallery.ZONE, gallery.CHOICES)
    view = snooze.render(card)
    option = next(block_limits.elements_of(view, "radio_buttons"))["options"][0]
    state = {"until": {"wb:until": {"selected_option": option}}}
    chosen = snooze.read({**view, "state": {"values": state}})
    assert chosen == snooze.Snoozed("conv-1", gallery.NOW + timedelta(hours=4))
    assert "The reply stays due, was due" in text_of(view)


@pytest.mark.parametrize(
    ("action", "pressed"),
    [
        ({"action_id": "wb:claim", "value": "c1"}, kit.Pressed("claim", "c1")),
        ({"action_id": "wb:more", "selected_option": {"value": "why:c:1"}}, kit.Pressed("why", "c:1")),
        ({"action_id": "wb:mode", "selected_option": {"value": "note"}}, kit.Pressed("mode", "", "note")),
        ({"action_id": "wb:more", "selected_option": None}, kit.Pressed("", "")),
    ],
)
def test_a_click_is_read_back_to_its_verb_and_id(action: dict, pressed: kit.Pressed) -> None:
    assert kit.pressed(action) == pressed


def test_a_foreign_action_is_refused() -> None:
    with pytest.raises(ValueError, match="not one of our"):
        kit.pressed({"action_id": "other:claim", "value": "c1"})
