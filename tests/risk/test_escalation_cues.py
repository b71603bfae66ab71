"""Which messages read like an escalation, and which only use its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_files import ROOT, shared

from bot.risk.cues import LABELS, cues, escalates

ESCALATIONS = {
    "We will cancel our contract at the end of the month.": "cancel",
    "We are talking to other vendors.": "competitor",
    "I want to speak to your manager.": "manager",
    "Our lawyer will be in touch.": "legal",
    "I will post this on LinkedIn.": "public",
    "This is the fourth time I report this.": "repeat",
    "Nobody in our office can work.": "outage",
    "The audit is tomorrow and the export still fails.": "deadline",
    "Another customer can see our invoices.": "security",
    "Your update deleted all our contacts.": "data loss",
    "This is unacceptable.": "anger",
    "We will not pay the invoice until this works.": "payment",
    "A rival offered us a migration for free.": "competitor",
    "Before I decide: how do I cancel, what is our notice period?": "cancel",
    "Can we take all invoices out as PDF?": "export",
    "I cannot recommend signing again.": "leaving",
    "Hiermit kündigen wir unseren Vertrag.": "cancel",
    "Ich schreibe jetzt zum dritten Mal und niemand antwortet.": "repeat",
    "Unser Anwalt wird sich melden.": "legal",
    "Queremos cancelar el contrato.": "cancel",
    "Nadie responde desde hace días.": "repeat",
    "Cancellation of our contract as of 31 December": "cancel",
    "Please confirm the cancellation.": "cancel",
    "Kündigung unseres Vertrags zum 31.12.": "cancel",
    "Wir kündigen zum 31.12.": "cancel",
    "Rescisión de nuestro contrato": "cancel",
    "We are moving to Zendesk in January.": "leaving",
    "We have decided to migrate everything over to Freshdesk.": "leaving",
    "Im Januar wechseln wir zu Zendesk.": "leaving",
    "Nos cambiamos a Zendesk en enero.": "leaving",
    "Can I speak to your manager?": "manager",
    "Could we please talk to someone in charge?": "manager",
    "Is there a supervisor I can talk to?": "manager",
    "Kann ich bitte mit Ihrem Vorgesetzten sprechen?": "manager",
    "¿Puedo hablar con su supervisor?": "manager",
    "All our terminals show errors.": "outage",
}
HARMLESS = [
    "Please cancel my meeting with Anna.",
    "How do I cancel a subscription of one of my customers?",
    "We are not going to cancel, all is well.",
    "Where is the competitor analysis feature?",
    "Can we give our lawyers access?",
    "Thanks, everyone can log in again.",
    "I'd like to add a manager to the workspace.",
    "The tag 'unacceptable quality' is misspelt as 'unaceptable'.",
    "The survey question 'Would you consider leaving us?' is cut off.",
    "Wie kann ich einen Termin stornieren?",
    "¿Cómo puedo cancelar una cita?",
    "We are moving to the new plan.",
    "We are moving to Enterprise in January.",
    "We are moving to Berlin in January.",
    "We are moving to Graz in May, please change our address.",
    "We're switching to Okta for our logins.",
    "We are moving to Salesforce, do you have an integration?",
    "We are not moving to Zendesk.",
    "How do we migrate to Zendesk?",
    "Can I speak to the manager role in your app?",
    "Where is the manager role in your app?",
    "Is there a manager seat in the plan?",
    "Please confirm the cancellation of my booking.",
    "The cancellation of our subscription page is slow.",
    "Die Kündigung des Abos eines Kunden wird nicht angezeigt.",
    "Wir wechseln zu Jahresbeginn in den Tarif Pro.",
    "Migramos a Okta en enero.",
    "The export of all our invoices fails with error 500",
    "The list of all our customers is stuck.",
]


@pytest.mark.parametrize(("text", "kind"), ESCALATIONS.items())
def test_an_escalation_is_heard(text: str, kind: str) -> None:
    assert kind in {cue.kind for cue in cues(text)}


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_words_are_not(text: str) -> None:
    assert not cues(text)


def test_a_cue_points_at_the_words_that_gave_it() -> None:
    text = "Hello. This is unacceptable! Bye."
    (cue,) = cues(text)
    assert text[cue.start : cue.end] == "unacceptable"
    assert (cue.quote, cue.language) == ("unacceptable", "en")
    assert cue.kind in LABELS


def test_a_negation_takes_a_threat_back_but_not_a_complaint() -> None:
    assert not escalates("We have no plans to cancel our contract.")
    assert escalates("Nobody has answered me.")


def figures(lines: list[dict[str, object]], heard: object) -> tuple[float, float]:
    """F1 and precision of a function that tells escalations."""
    told = [(bool(heard(line["text"])), bool(line["label"])) for line in lines]  # type: ignore[operator]
    hit = sum(said and true for said, true in told)
    precision = hit / max(1, sum(said for said, _ in told))
    recall = hit / max(1, sum(true for _, true in told))
    return 2 * precision * recall / max(1e-9, precision + recall), precision


def read(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def naive(text: str) -> bool:
    """The control: a plain keyword list, which the traps were made for."""
    words = (
        "cancel",
        "manager",
        "outage",
        "urgent",
        "escalate",
        "down",
        "complain",
        "refund",
        "failed",
        "error",
    )
    return any(word in text.casefold() for word in words)


@pytest.mark.parametrize("kept", ["seen", "unseen"])
def test_the_floor_holds_on_the_projects_own_messages(kept: str) -> None:
    f1, precision = figures(read(ROOT / "benchmarks" / f"escalation_{kept}.jsonl"), escalates)
    assert f1 >= 0.75
    assert precision >= 0.80


def test_the_goal_holds_on_the_shared_set_and_a_keyword_list_fails_it() -> None:
    lines = read(shared("data/own/saas_escalation.jsonl"))
    f1, precision = figures(lines, escalates)
    assert f1 >= 0.85
    assert precision >= 0.88
    assert figures(lines, naive)[0] < 0.75


@given(st.text(max_size=300))
def test_reading_never_raises_and_cues_lie_inside_the_text(text: str) -> None:
    for cue in cues(text):
        assert 0 <= cue.start < cue.end <= len(text)
