"""Two mails of one person have their signature in common, and it says nothing of either."""

from __future__ import annotations

import pytest
from issue_messages import BY_MEANING, ENGINE, said

from bot.accounts.same_issue import group
from bot.clean_text import clean, own_words
from bot.likeness import Engine

EXPORT = "The export of invoices fails with error 504. We tried it three times this morning, in two browsers."
SEATS = "Please add two more licences to our contract, for Kim and for Lou, who start on Monday."

SIGNATURES = {
    "no closing": "Jan Smith\nHead of Operations | Acme Inc\n+1 555 123 4567\nwww.acme.example",
    "no closing, in two blocks": "Jan Smith\nHead of Operations\n\nAcme Inc\n+1 555 123 4567",
    "no closing, on one line": "Jan Smith\nHead of Operations, Acme Inc, www.acme.example",
    "Br": "Br,\nJan Smith\nHead of Operations, Acme Inc\n+1 555 123 4567",
    "Rgds": "Rgds\nJan Smith\nAcme",
    "with a name": "Kind regards, Jan Smith\nHead of Operations\nAcme Inc",
    "Dutch": "Met vriendelijke groet,\n\nJan de Vries\nInkoop | Acme BV\n+31 6 1234 5678\nKvK 12345678",
    "Polish": "Pozdrawiam,\nJan Kowalski\nDział zakupów\nAcme Sp. z o.o.\ntel. +48 600 123 456",
    "formal Polish": "Z poważaniem\nJan Kowalski\nDział zakupów",
    "Swedish": "Med vänlig hälsning\nAnna Svensson\nEkonomiansvarig\nAcme AB\n070-123 45 67",
    "Danish": "Med venlig hilsen\nAnna Jensen\nØkonomichef\nAcme A/S\n+45 12 34 56 78",
    "Portuguese": "Com os melhores cumprimentos,\nAna Silva\nDiretora Financeira\nAcme Lda\n+351 912 345 678",
    "French": "Bien à vous,\nLuc Martin\nDirecteur des achats\nAcme SAS\n01 23 45 67 89",
    "Spanish": "Atte.\nAna García\nDirectora Financiera\nAcme SL\n+34 612 345 678",
    "Italian": "Distinti saluti\n\nMarco Rossi\nUfficio acquisti",
    "Czech": "S pozdravem\nJan Novák\nVedoucí nákupu\nAcme s.r.o.\n+420 601 123 456",
    "German": "Mit freundlichen Grüßen\n\ni. A. Uwe Müller\nEinkauf\n\nAcme GmbH\nSitz: Berlin",
    "English": "Best regards,\nJan Smith\nHead of Operations",
}


@pytest.mark.parametrize("engine", [ENGINE, BY_MEANING], ids=lambda engine: engine.name)
@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_two_mails_with_one_signature_are_two_issues(signature: str, engine: Engine) -> None:
    mails = [said(f"{at}", f"{text}\n\n{signature}", person="jan") for at, text in enumerate((EXPORT, SEATS))]
    bare = [said(f"{at}", text, person="jan") for at, text in enumerate((EXPORT, SEATS))]
    found, control = group(mails, engine=engine), group(bare, engine=engine)
    assert len(found.groups) == 2
    assert found.why("0", "1").score == control.why("0", "1").score


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_the_words_before_a_signature_are_all_there(signature: str) -> None:
    assert clean(f"Hello,\n\n{EXPORT}\n{SEATS}\n\n{signature}") == f"{EXPORT}\n{SEATS}"
    assert own_words(f"{EXPORT}\n\n{signature}") == EXPORT


@pytest.mark.parametrize(
    "text",
    [
        "Please call this colleague:\n\nKim Berg\nAcme Inc\n+1 555 123 4567",
        "Please add these to our workspace.\n\nKim Berg\nkim@acme.example\nLou Park\nlou@acme.example",
        "Our new address:\n\nAcme GmbH\nHafenstr. 5\n20457 Hamburg\n+49 40 5550100",
        "These are wrong.\n\nInvoice Number\n20417788\nDue Date\n02.11.2026",
        "The page is blank.\n\nSettings Page\nhttps://app.acme.example/settings/billing",
        "The list shows:\n\nWidget | 3\nGadget | 5",
        "It stops here.\n\nName: Kim Berg\nPhone: +1 555 123 4567\nCompany: Acme Inc",
        "It says\n\nError Report\nThe export at acme.example was stopped by the server\n+1 555 123 4567",
        "We have tried it.\nDanke, Kim\nJetzt geht aber auch der Import nicht mehr.",
    ],
)
def test_a_list_of_the_customers_is_no_signature(text: str) -> None:
    assert own_words(text) == text
