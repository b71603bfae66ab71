"""Made-up messages of one account for the same-issue tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from bot.accounts.background import Background
from bot.accounts.lexical import Lexical
from bot.accounts.same_issue import IssueMessage
from bot.accounts.semantic import Semantic
from bot.clean_text import words

SATURDAY = datetime(2026, 11, 21, 9, 10, tzinfo=UTC)
ENGINE = Lexical(Background.of())


def _by_words(text: str) -> np.ndarray:
    """A vector for each text whose cosine is that of its words."""
    vector = np.zeros(512, dtype=np.float32)
    for word in words(text):
        vector[sum(map(ord, word)) % 511] += 1.0
    vector[511] = 1e-3
    return vector / np.float32(np.linalg.norm(vector))


BY_MEANING = Semantic(_by_words, Lexical(Background.of()))
"""The semantic engine, with a model in which words mean themselves."""


def said(
    conversation: str,
    text: str,
    *,
    person: str = "",
    channel: str = "conversation",
    hours: float = 0.0,
    title: str = "",
) -> IssueMessage:
    """A message `hours` after Saturday morning; its person is the conversation's own unless named."""
    at = SATURDAY + timedelta(hours=hours)
    return IssueMessage(conversation, person or f"person of {conversation}", channel, text, at, title)


SSO_MAIL = said(
    "101",
    "Hello,\n\nsince Saturday morning nobody in our Lindau office can log in through SSO. Okta accepts the "
    "password, then we are sent back to your login page.\n\n"
    "Best regards,\nMarta Ruiz\nIT Operations, Helvion AG",
    person="marta",
    channel="email",
    title="SSO sends everyone back to the login page",
)
SSO_CHAT = said(
    "102", "hey, sso login just loops for me, keeps redirecting to the sign in page", person="jonas", hours=5
)
SSO_WHATSAPP = said(
    "103",
    "Can't get in. I click on sign in with Okta and land on the login screen again 😡",
    person="petra",
    channel="whatsapp",
    hours=28,
)
INVOICE = said(
    "104",
    "Hi,\ncould you send us invoice INV-2041 again? The PDF you sent in October does not open.\n"
    "Thanks\nIngrid",
    person="ingrid",
    channel="email",
    hours=6,
)
PASSWORD = said(
    "105",
    "Hi, how do I reset my password? The mail with the reset link has not arrived.",
    person="tom",
    hours=7,
)
ACCOUNT = (SSO_MAIL, SSO_CHAT, SSO_WHATSAPP, INVOICE, PASSWORD)
