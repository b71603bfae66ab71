"""Which account a person belongs to: the company Intercom names, else the one their colleagues are of.

Colleagues share an e-mail domain that is the company's own. A domain at which everybody can have a mailbox
says nothing, nor does one whose people are of several accounts: then nobody is guessed to be anybody's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

PUBLIC_DOMAINS = frozenset(
    [
        "126.com",
        "163.com",
        "aol.com",
        "att.net",
        "bigpond.com",
        "bluewin.ch",
        "btinternet.com",
        "comcast.net",
        "cox.net",
        "duck.com",
        "fastmail.com",
        "free.fr",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.de",
        "hotmail.fr",
        "hotmail.it",
        "icloud.com",
        "inbox.ru",
        "laposte.net",
        "libero.it",
        "list.ru",
        "live.com",
        "live.nl",
        "mac.com",
        "mail.com",
        "mail.ru",
        "mailbox.org",
        "me.com",
        "msn.com",
        "naver.com",
        "o2.pl",
        "orange.fr",
        "outlook.com",
        "outlook.de",
        "outlook.fr",
        "pm.me",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rediffmail.com",
        "rocketmail.com",
        "seznam.cz",
        "sfr.fr",
        "sky.com",
        "t-online.de",
        "telenet.be",
        "tutanota.com",
        "uol.com.br",
        "verizon.net",
        "virgilio.it",
        "wanadoo.fr",
        "web.de",
        "wp.pl",
        "yahoo.ca",
        "yahoo.co.in",
        "yahoo.co.jp",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.com.br",
        "yahoo.de",
        "yahoo.es",
        "yahoo.fr",
        "yahoo.it",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
        "ziggo.nl",
    ]
)
"""Where anybody can have a mailbox; watchbell.toml adds to it (`accounts.public_domains`)."""


def domain_of(email: str | None, public: Collection[str] = ()) -> str | None:
    """The company's own domain of an address, None for a public one and for what is no address."""
    _, at, domain = (email or "").strip().lower().rpartition("@")
    if not at or "." not in domain or domain in PUBLIC_DOMAINS or domain in public:
        return None
    return domain


def account_of(company_ids: Sequence[str], before: str | None, colleagues: Collection[str]) -> str | None:
    """Where a person belongs.

    `company_ids` are Intercom's, in its order: of several, the one they were of before stays. `colleagues`
    are the accounts of the others at their domain; one is an answer, several are none.
    """
    if company_ids:
        return before if before in company_ids else company_ids[0]
    accounts = set(colleagues)
    return accounts.pop() if len(accounts) == 1 else None
