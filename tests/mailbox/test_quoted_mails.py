"""Earlier mails below an answer are known in the languages of mail programs; customers' own lists are not."""

from __future__ import annotations

import pytest

from bot.clean_text import clean, own_words
from bot.mail.history import own_part

OWN = "The export fails with error 504."
EARLIER = "Hello Jan, we have restarted the single sign-on, could you try again?"

HEADS = {
    "English": ("From", "Sent", "Monday, 2 November 2026 10:12", "To", "Subject"),
    "German": ("Von", "Gesendet", "Montag, 2. November 2026 10:12", "An", "Betreff"),
    "French": ("De ", "Envoyé ", "lundi 2 novembre 2026 10:12", "À ", "Objet "),
    "Spanish": ("De", "Enviado el", "lunes, 2 de noviembre de 2026 10:12", "Para", "Asunto"),
    "Dutch": ("Van", "Verzonden", "maandag 2 november 2026 10:12", "Aan", "Onderwerp"),
    "Italian": ("Da", "Inviato", "lunedì 2 novembre 2026 10:12", "A", "Oggetto"),
    "Portuguese": ("De", "Enviada em", "segunda-feira, 2 de novembro de 2026 10:12", "Para", "Assunto"),
    "Swedish": ("Från", "Skickat", "den 2 november 2026 10:12", "Till", "Ämne"),
    "Danish": ("Fra", "Sendt", "2. november 2026 10:12", "Til", "Emne"),
    "Polish": ("Od", "Wysłano", "poniedziałek, 2 listopada 2026 10:12", "Do", "Temat"),
    "Czech": ("Od", "Odesláno", "pondělí 2. listopadu 2026 10:12", "Komu", "Předmět"),
    "in bold": ("*From", "*Sent", "Monday 10:12", "*To", "*Subject"),
}


@pytest.mark.parametrize("fields", HEADS.values(), ids=HEADS.keys())
def test_the_head_of_an_earlier_mail_ends_the_answer(fields: tuple[str, ...]) -> None:
    by, sent, when, to, about = fields
    mark = "*" if by.startswith("*") else ""
    head = (
        f"{by}:{mark} Support <support@watch.example>\n{sent}:{mark} {when}\n"
        f"{to}:{mark} Jan <jan@acme.example>\n{about}:{mark} Login"
    )
    for between in ("\n\n", "\n\n________________________________\n", "\n"):
        text = f"{OWN}{between}{head}\n\n{EARLIER}"
        assert clean(text) == own_words(text) == own_part(text) == OWN


ATTRIBUTIONS = {
    "English": "On Mon, Nov 2, 2026 at 10:12 AM Ana <support@watch.example> wrote:",
    "German": "Am Mo., 2. Nov. 2026 um 10:12 Uhr schrieb Ana <support@watch.example>:",
    "French": "Le lun. 2 nov. 2026 à 10:12, Ana <support@watch.example> a écrit :",
    "Spanish": "El lun, 2 nov 2026 a las 10:12, Ana (<support@watch.example>) escribió:",
    "Portuguese": "Em seg., 2 de nov. de 2026 às 10:12, Ana <support@watch.example> escreveu:",
    "Italian": "Il giorno lun 2 nov 2026 alle ore 10:12 Ana <support@watch.example> ha scritto:",
    "Dutch": "Op ma 2 nov 2026 om 10:12 schreef Ana <support@watch.example>:",
    "Danish": "Den man. 2. nov. 2026 kl. 10.12 skrev Ana <support@watch.example>:",
    "Polish": "pon., 2 lis 2026 o 10:12 Ana <support@watch.example> napisał(a):",
    "Polish Thunderbird": "W dniu 2.11.2026 o 10:12, Ana pisze:",
    "Czech": "po 2. 11. 2026 v 10:12 odesílatel Ana <support@watch.example> napsal:",
    "Japanese": "2026年11月2日(月) 10:12 Ana <support@watch.example>:",
    "Chinese": "Ana <support@watch.example> 于2026年11月2日周一 10:12写道：",
    "an address that looks like a tag": "On Mon, Nov 2, 2026 at 10:12 Ana <a@watch.example>:",
    "broken before the verb": (
        "On Mon, Nov 2, 2026 at 10:12 AM Ana-Maria Gonzalez Hernandez <support@watch.example>\nwrote:"
    ),
    "broken in the address": (
        "Am Mo., 2. Nov. 2026 um 10:12 Uhr schrieb Ana-Maria Gonzalez Hernandez <\nsupport@watch.example>:"
    ),
}


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_a_line_that_says_who_wrote_ends_the_answer(line: str) -> None:
    text = f"{OWN}\n\n{line}\n\n> {EARLIER}\n> Ana\n"
    assert clean(text) == own_words(text) == own_part(text) == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Please export the data\nFrom: 1 November\nTo: 30 November\nWe need it today.",
        "Our journey is missing\nVan: Utrecht\nAan: Parijs\nDatum: 3 december 2026 10:12\nIt was paid.",
        "Please correct the booking\nDa: Milano\nA: Roma\nData: 3 dicembre\nThe price is wrong.",
        "Eksport z okresu\nOd: 1.11.2026 08:00\nDo: 30.11.2026 18:00\njest pusty.",
        "This user cannot log in\nUser: kim@acme.example\nTime: 10:12:33\nError: 504\nPlease look.",
        "The order is wrong\nOrder: 48213\nDate: 2.11.2026 10:12\nTo: Kim\nItem: Gold\nIt says 40.",
        "The log says\nDate: 2026-11-02 10:12\nHost: mx.acme.example\nStatus: 550\nAnd nothing arrives.",
        "The answers\nQ: Which plan?\nA: Gold\nQ: Since when?\nA: Monday\nare lost.",
        "At 10:12 on Monday our user got this:\nError 504\nand then nothing.",
        "Every member of our accounting team was logged out at 10:12\nThis is what they saw:\nError 504",
    ],
)
def test_what_a_customer_lists_is_theirs(text: str) -> None:
    assert clean(text) == own_part(text) == text
    assert own_words(text) == text
