"""What is left of a customer's message once greeting, signature, quote and boilerplate are gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.entities import entities
from bot.clean_text import clean, clean_title, own_words, says_nothing

PROBLEM = "The export of our orders stops at 50 percent."

WRAPPED = {
    "plain": PROBLEM,
    "mail": (
        f"Hello,\n\n{PROBLEM}\n\nBest regards,\nInes Falk\nHead of Operations, Torvane Ltd\n+49 30 5550100"
    ),
    "mail on one line": f"Hi team, {PROBLEM} Thanks in advance!",
    "pleasantry": f"Dear support,\n\nI hope this email finds you well. {PROBLEM}\n\nKind regards\nInes",
    "phone": f"Good morning,\n{PROBLEM}\n\nSent from my iPhone",
    "dash signature": f"{PROBLEM}\n-- \nInes Falk\nTorvane Ltd",
    "quoted reply": (
        f"{PROBLEM}\n\nOn Mon, 2 Nov 2026 at 09:14, Support <help@example.com> wrote:\n"
        "> Did you try again?\n> Kim"
    ),
    "outlook quote": (
        f"{PROBLEM}\n\n________________________________\nFrom: Support\nSent: Monday\nTo: Ines\n"
        "Subject: AW: Export\n\nOld words"
    ),
    "outlook quote of two lines": f"{PROBLEM}\n\nFrom: Support <help@example.com>\nTo: Ines\n\nOld words",
    "outlook quote without addresses": f"{PROBLEM}\n\nVon: Kim\nGesendet: 2.11.2026 09:14\n\nAlte Worte",
    "footer": (
        f"{PROBLEM}\n\nThis e-mail and any attachments are confidential and intended only for the addressee."
    ),
    "call note": (
        f"Phone call summary: caller Ines Falk from Torvane Ltd called in. Customer said: {PROBLEM} "
        "Promised to call back today."
    ),
    "chat": f"hey :wave: {PROBLEM} cc @kim thx!!",
    "introduction": f"Hi, my name is Ines Falk and {PROBLEM[0].lower()}{PROBLEM[1:]}",
    "company": f"Hello, this is Ines Falk-O'Hara from Torvane Trading Ltd. {PROBLEM}",
    "name at the end": f"{PROBLEM} My name is Ines Falk.",
    "German": f"Guten Tag,\n\n{PROBLEM}\n\nMit freundlichen Grüßen\nInes Falk\nAmtsgericht Musterstadt",
    "HTML mail": (
        f"<p>Hi,</p><p>{PROBLEM}</p><p>Thanks a lot<br>Ines Falk<br>Controller</p>"
        "<div>On Fri, 20 Nov 2026 at 16:41, Kim Lee wrote:</div><blockquote><p>Old words</p></blockquote>"
    ),
    "German phone": f"Hallo zusammen,\n{PROBLEM}\n\nVon meinem iPhone gesendet",
    "German quote": f"{PROBLEM}\n\nAm 02.11.2026 um 09:14 schrieb Support <help@example.com>:\n> Alte Worte",
    "Spanish": f"Buenos días,\n\n{PROBLEM}\n\nMuchas gracias,\nInés",
    "French": f"Bonjour,\n\n{PROBLEM}\n\nCordialement,\nInès",
}


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED.keys())
def test_only_the_problem_is_left(wrapped: str) -> None:
    assert clean(wrapped).rstrip(".").casefold() == PROBLEM.rstrip(".").casefold()


@pytest.mark.parametrize(
    "text",
    [
        "This is broken, and I am locked out and cannot work.",
        "Thanks to your update the export fails.",
        "From now on: the report must be sent on Mondays.",
        "Highlighting text in the editor is blurred.",
        "We called about forty customers with your dialler and it dropped each call.",
        "The signature block prints Best regards twice.",
        "Order form, please fill in\n____________\nProduct: Gold plan, 40 seats\nWe need it by Friday.",
        "Please export the data\nFrom: 1 November\nTo: 30 November\nWe need it today or we cancel.",
    ],
)
def test_words_of_the_problem_are_kept(text: str) -> None:
    """The control: what only looks like a greeting, closing or introduction stays."""
    assert clean(text).casefold().rstrip(".") == text.casefold().rstrip(".")


@pytest.mark.parametrize(
    "text",
    [
        "#20417 was never delivered",
        "€4,200 was charged twice on our card",
        "$500 refund please",
        "/settings/billing shows a blank page",
        "[Bug] export fails",
        "“Export” does nothing",
        "€ 4,200 was charged twice",
        "(again) the export stops",
    ],
)
@pytest.mark.parametrize("before", ["", "Hi, ", "Hello team - ", "- ", "Customer said: "])
def test_signs_at_the_beginning_belong_to_what_they_stand_at(before: str, text: str) -> None:
    assert clean(before + text) == text
    assert entities(clean(before + text)) == entities(text)


@pytest.mark.parametrize(
    "text",
    [
        "any news??",
        "Hello?",
        "still waiting",
        "Gibt es schon etwas Neues?",
        "¿Hay novedades?",
        "+1",
        "ok thanks",
        "Hi team, any update on this? Thanks, Tom",
        "ping",
        "Des nouvelles?",
        "What's the status?",
        "Could you please give us an update on our ticket?",
        "Any luck?",
        "Any ETA?",
        "Gentle reminder",
        "Just bumping this, we are still waiting",
        "Circling back on this",
        "Wie ist der Stand?",
        "Irgendwelche Neuigkeiten?",
        "Haben Sie schon etwas gehört?",
        "Wie geht es weiter?",
        "Avez-vous des nouvelles ?",
        "Où en êtes-vous ?",
        "Je suis toujours en attente d'une réponse",
        "¿Tienen alguna actualización?",
        "¿Cómo va esto?",
        "Sigo esperando respuesta",
        "Novità?",
        "Ci sono aggiornamenti?",
        "Alguma novidade?",
        "Ainda estou à espera da resposta",
        "Al nieuws?",
        "Is er al iets nieuws?",
        "Wij wachten nog steeds op antwoord",
        "Några nyheter?",
        "Er der noget nyt?",
        "Czy są jakieś wieści?",
        "何か進展はありますか",
        "🙏",
        "[image]",
        "[image: Screenshot 2026-11-02]\n[image]",
        "[image] (https://files.example/screenshot.png)",
        "See attached\n[attachments: a.pdf, b.png and 2 more]",
        "",
    ],
)
def test_follow_ups_say_nothing_of_their_own(text: str) -> None:
    assert says_nothing(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "Any update on the invoice?",
        "login?",
        "SSO again",
        "Passwort",
        "The status page is red",
        "Wie ist der Stand der Rechnung?",
        "Avez-vous la facture ?",
        "¿Tienen el contrato?",
        "Al een factuur?",
        "Ci sono errori",
        "The update deleted our data",
        "Er der noget galt med eksporten?",
    ],
)
def test_one_telling_word_is_enough_to_say_something(text: str) -> None:
    assert not says_nothing(clean(text))


WROTE = "On Mon, Nov 2, 2026 at 10:12 AM Support <help@example.com> wrote:"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{WROTE}\n> Which error do you see?\n\nIt says E-4711.", "It says E-4711."),
        (f"{WROTE}\n> Which error?\nE-4711\n> Which browser?\nFirefox 140", "E-4711\nFirefox 140"),
        (f"Hi Kim, please see my answers below.\n\n{WROTE}\n> Which error?\n\nE-4711 it is", "E-4711 it is"),
        (f"{WROTE}\n> Which error?\n\nE-4711 it is.\n\n-- \nInes Falk\nTorvane", "E-4711 it is."),
        (f"{PROBLEM}\n\n{WROTE}\n> Which error do you see in the\nlog?", PROBLEM),
        # Without marks nobody can tell where the other's words end.
        (f"{PROBLEM}\n\n{WROTE}\n\nWhich error?\n\nKim", PROBLEM),
        (f"Any news?\n\n{WROTE}\n\nWe have restarted it.", "Any news?"),
    ],
)
def test_what_is_written_below_or_between_the_quoted_lines_is_said(text: str, said: str) -> None:
    assert clean(text).removeprefix("please see my answers below.\n") == said
    assert own_words(text).splitlines()[-1] == said.splitlines()[-1]


def test_a_picture_beside_words_leaves_the_words() -> None:
    shown = "The export stops here:\n[image: export.png]\nError 504.\n[attachment: log.txt]"
    assert clean(shown) == "The export stops here:\nError 504."
    assert clean("[Image] blocks are not shown") == "[Image] blocks are not shown"


def test_a_subject_loses_its_reply_marks() -> None:
    assert clean_title("RE: Fwd: AW: Export stops") == "Export stops"
    assert clean_title("Reset of the password") == "Reset of the password"


def test_control_and_bidi_characters_go() -> None:
    assert clean("The \u202eexport\u202c\x07 stops\x00") == "The export stops"


@given(st.text(max_size=400))
def test_cleaning_never_raises_and_adds_no_letters(text: str) -> None:
    assert len(clean(text)) <= max(1, 4 * len(text) + 18)
