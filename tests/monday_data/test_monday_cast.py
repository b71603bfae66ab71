"""The people, accounts and conversations of the scenario are whole."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sandbox.monday.scenario import Monday

Json = dict[str, Any]


def conversations(monday: Monday, state: str) -> list[Json]:
    return [raw for raw in monday.intercom["conversations"] if raw["state"] == state]


def words(part: Json) -> str:
    return str(part.get("text") or part.get("html") or "")


def instants(value: Any, key: str = "") -> Iterator[datetime]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from instants(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from instants(inner, key)
    elif isinstance(value, str) and (key == "at" or key.endswith("_at")):
        yield datetime.fromisoformat(value)


def test_thirty_four_conversations_are_open_and_three_snoozed(monday: Monday) -> None:
    assert len(conversations(monday, "open")) == 34
    assert len(conversations(monday, "snoozed")) == 3
    assert len(conversations(monday, "closed")) >= 25


def test_twenty_accounts_with_plan_spend_and_a_date_to_lose_them_on(monday: Monday) -> None:
    companies = monday.intercom["companies"]
    assert len(companies) == 20
    assert {company["plan"] for company in companies} == {"Enterprise", "Growth", "Starter", "Trial"}
    for company in companies:
        dates = company["custom_attributes"].keys() & {"renewal_on", "trial_ends_on"}
        assert len(dates) == 1, company["name"]
        assert (company["monthly_spend"] == 0) == (company["plan"] == "Trial")
    assert [c["name"] for c in companies if "last_request_at" not in c] == ["Bluefin Rentals"]


def test_every_reference_leads_somewhere(monday: Monday) -> None:
    data = monday.intercom
    known = {
        kind: {one["id"] for one in data[kind]}
        for kind in ("admins", "teams", "tags", "companies", "contacts")
    }
    for company in data["companies"]:
        assert company["custom_attributes"].get("owner", data["admins"][0]["id"]) in known["admins"]
    for contact in data["contacts"]:
        assert set(contact["company_ids"]) <= known["companies"]
    for raw in data["conversations"]:
        assert raw["contact_id"] in known["contacts"]
        assert raw.get("company_id") is None or raw["company_id"] in known["companies"]
        assert set(raw.get("tags", [])) <= known["tags"]
        assert (raw.get("assignee_id") or data["admins"][0]["id"]) in known["admins"]
        for part in raw["parts"]:
            people = {"contact": known["contacts"], "admin": known["admins"]}.get(part["by"], {None})
            assert part.get("who") in people
            assert part.get("to", data["admins"][0]["id"]) in known["admins"] | known["teams"]
    assert {log["admin_id"] for log in data["activity_logs"]} <= known["admins"]
    assert {a for team in data["teams"] for a in team["admin_ids"]} <= known["admins"]


def test_ids_are_unique_and_conversations_are_in_the_order_of_their_beginning(monday: Monday) -> None:
    for kind in ("admins", "companies", "contacts", "articles", "conversations", "activity_logs"):
        ids = [one["id"] for one in monday.intercom[kind]]
        assert len(ids) == len(set(ids)), kind
    begun = [(raw["created_at"], raw["id"]) for raw in monday.intercom["conversations"]]
    assert begun == sorted(begun)
    stories = Counter(raw["story"] for raw in monday.intercom["conversations"])
    assert stories.most_common(1)[0][1] == 1


def test_parts_are_in_order_and_nothing_lies_after_the_start(monday: Monday) -> None:
    for raw in monday.intercom["conversations"]:
        times = [datetime.fromisoformat(part["at"]) for part in raw["parts"]]
        assert times == sorted(times), raw["story"]
        assert raw["created_at"] == raw["parts"][0]["at"]
    assert max(instants(monday.intercom)) < monday.start
    assert max(said.at for said in monday.slack.messages) < monday.start


def test_snoozes_end_after_the_start_and_the_last_word_of_closed_ones_is_a_close(monday: Monday) -> None:
    for raw in conversations(monday, "snoozed"):
        assert datetime.fromisoformat(raw["snoozed_until"]) > monday.start
    for raw in conversations(monday, "closed"):
        assert raw["parts"][-1]["kind"] == "close", raw["story"]


def test_no_two_texts_are_the_same(monday: Monday) -> None:
    texts = [words(part) for raw in monday.intercom["conversations"] for part in raw["parts"] if words(part)]
    texts += [event.text for event in monday.script.events if event.text]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_everybody_lives_in_a_domain_that_cannot_exist(monday: Monday) -> None:
    people = monday.intercom["contacts"] + monday.intercom["admins"]
    mails = [one["email"] for one in people] + [person.email for person in monday.slack.people]
    assert all(mail.endswith((".example", "@example.com")) for mail in mails)


def test_reps_have_the_same_address_in_slack_and_intercom(monday: Monday) -> None:
    admins = {admin["email"]: admin for admin in monday.intercom["admins"]}
    linked = {p.name for p in monday.slack.people if p.email in admins}
    assert linked == {"mara", "jonas", "priya", "ines", "oskar"}
    away = [admin for admin in admins.values() if admin["away"]]
    assert [admin["name"] for admin in away] == ["Ines Falk"]
    hers = [raw["story"] for raw in conversations(monday, "open") if raw.get("assignee_id") == away[0]["id"]]
    assert hers == ["feldkamp-datev"]


def test_slack_has_a_guest_a_stranger_a_shared_and_an_archived_channel(monday: Monday) -> None:
    slack = monday.slack
    ids = {person.id for person in slack.people} | {slack.seed["bot_user_id"]}
    assert all(channel.members <= ids for channel in slack.channels)
    assert [person.name for person in slack.people if person.is_restricted] == ["dilan"]
    strangers = [person for person in slack.people if person.is_stranger]
    assert [person.name for person in strangers] == ["nadia"]
    shared = [channel for channel in slack.channels if channel.is_ext_shared]
    assert [channel.name for channel in shared] == ["ext-nordwerft"]
    assert strangers[0].id in shared[0].members
    assert strangers[0].team_id in shared[0].shared_team_ids
    assert [channel.name for channel in slack.channels if channel.is_archived] == ["payments-migration"]
    assert slack.viewer in ids
    for said in slack.messages:
        assert said.who in next(channel for channel in slack.channels if channel.id == said.channel).members


def test_answers_come_from_a_rep_from_a_bot_only_or_from_nobody(monday: Monday) -> None:
    by = {
        raw["story"]: {part["by"] for part in raw["parts"] if part["kind"] == "comment"}
        for raw in conversations(monday, "open")
    }
    assert sum("admin" in authors for authors in by.values()) >= 8
    assert {s for s, authors in by.items() if "fin" in authors} == {
        "sso-chat",
        "pixelhof-first",
        "tresco-paylink",
    }
    assert sum(authors == {"contact"} for authors in by.values()) >= 15
    assert sum(raw.get("company_id") is None for raw in conversations(monday, "open")) == 5
    channels = {raw["channel"] for raw in conversations(monday, "open")}
    assert channels >= {"conversation", "email", "whatsapp", "sms", "phone_call", "facebook"}


def test_the_sequence_sent_every_day_until_it_was_paused_on_friday(monday: Monday) -> None:
    sent = [raw for raw in monday.intercom["conversations"] if raw.get("title") == "Trial day 3"]
    assert {raw["delivered_as"] for raw in sent} == {"automated"}
    days = Counter(raw["created_at"][:10] for raw in sent)
    assert set(days.values()) == {2}
    assert sorted(days) == [f"2026-11-{day:02d}" for day in range(9, 21)]
    paused = monday.intercom["activity_logs"][-2]
    assert paused["activity_type"] == "message_state_change"
    assert paused["metadata"]["message"]["title"] == "Trial day 3"
    assert (paused["metadata"]["before"], paused["metadata"]["after"]) == ("live", "paused")
    assert max(raw["created_at"] for raw in sent) < paused["at"] == "2026-11-20T18:04:00+01:00"


def test_the_hostile_texts_are_there(monday: Monday) -> None:
    hostile = monday.truth.hostile
    by_id = {raw["id"]: raw for raw in monday.intercom["conversations"]}
    names = {contact["id"]: contact["name"] for contact in monday.intercom["contacts"]}

    def said(key: str) -> str:
        return words(by_id[hostile[key]]["parts"][0])

    assert "<!channel>" in said("mentions_everybody")
    assert "<https://evil.example/login|https://app.intercom.com>" in said("fake_link")
    assert said("marks_and_fences").count("```") % 2 == 1
    assert all(mark in said("marks_and_fences") for mark in ("*every*", "_single_", "~one~"))
    assert len(said("ten_thousand_characters")) == 10_000
    assert {"\x00", "\x07", "\x1b", "\x08"} <= set(said("control_characters"))
    assert {"\u202e", "\u2067"} <= set(said("right_to_left"))
    assert "<script>" in said("script_in_html")
    assert "onerror=" in said("script_in_html")
    assert len(names[by_id[hostile["very_long_name"]]["contact_id"]]) > 255
    assert "<!here>" in names[by_id[hostile["mention_in_a_name"]]["contact_id"]]


def test_the_files_themselves_show_no_invisible_characters(monday: Monday) -> None:
    from sandbox.monday.loader import HERE

    for path in HERE.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        hidden = {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}
        assert hidden == set(), path.name
