"""Which account a person belongs to: the company Intercom names, else the one their colleagues are of.

Colleagues share an e-mail domain that is the company's own. A domain at which everybody can have a mailbox
says nothing, nor does one whose people are of several accounts: then nobody is guessed to be anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


PUBLIC_DOMAINS = _listed(
    """
    126.com 139.com 163.com 189.cn abv.bg aikq.de alice.it aliceadsl.fr aon.at arcor.de aruba.it att.net
    azet.sk bbox.fr bellsouth.net bigpond.com bk.ru bluewin.ch blueyonder.co.uk bol.com.br bredband.net
    btinternet.com btopenworld.com cegetel.net centrum.cz charter.net chello.at chello.nl citromail.hu
    club-internet.fr comcast.net comhem.se cox.net daum.net disroot.org docomo.ne.jp duck.com earthlink.net
    eircom.net elisanet.fi email.com email.cz email.de email.it excite.com ezweb.ne.jp foxmail.com free.fr
    freemail.hu freenet.de frontier.com frontiernet.net gazeta.pl globo.com globomail.com hanmail.net
    hetnet.nl hey.com hispeed.ch home.nl hushmail.com i.ua ig.com.br iinet.net.au inbox.lt inbox.lv inbox.ru
    interia.pl internet.ru iol.pt jubii.dk juno.com kabelmail.de keemail.me kolumbus.fi kpnmail.nl
    kpnplanet.nl laposte.net libero.it list.ru luukku.com lycos.com mac.com magenta.de mail.bg mail.com
    mail.de mail.dk mail.ee mail.pt mail.ru mailbox.org mailfence.com mailo.com me.com meta.ua mozmail.com
    mweb.co.za nate.com naver.com netcabo.pt netscape.net netzero.net neuf.fr nifty.com ntlworld.com
    numericable.fr o2.pl onet.pl online.de online.no op.pl optonline.net optusnet.com.au orange.fr
    passinbox.com passmail.net planet.nl plus.net pm.me poczta.fm post.com post.cz posteo.de
    privaterelay.appleid.com proton.me proximus.be qq.com quicknet.nl rambler.ru riseup.net roadrunner.com
    rogers.com runbox.com sapo.pt sbcglobal.net scarlet.be seznam.cz sfr.fr shaw.ca simplelogin.com sina.cn
    sina.com sky.com skynet.be softbank.ne.jp sohu.com spray.se startmail.com stofanet.dk sunrise.ch
    sympatico.ca t-online.de talktalk.net telefonica.net telenet.be telia.com telkomsa.net telus.net
    terra.com.br terra.es tim.it tin.it tiscali.co.uk tiscali.it tlen.pl tpg.com.au ukr.net unitybox.de
    uol.com.br upcmail.nl usa.com verizon.net versanet.de videotron.ca virgilio.it virginmedia.com
    vodafone.de vodamail.co.za volny.cz walla.co.il walla.com wanadoo.fr web.de westnet.com.au
    windstream.net wp.pl xs4all.nl xtra.co.nz ya.ru yeah.net ziggo.nl zoznam.sk
    """
)
"""Where anybody can have a mailbox; watchbell.toml adds to it (`accounts.public_domains`)."""

PUBLIC_NAMES = _listed(
    """
    aol fastmail gmail gmx googlemail hotmail icloud live msn outlook protonmail rediffmail rocketmail tuta
    tutamail tutanota yahoo yandex ymail zoho zohomail
    """
)
"""Mail services with a domain in many countries (hotmail.es, yahoo.com.mx)."""

_COUNTRY = re.compile(r"(?:(?:co|com|net|org)\.)?[a-z]{2,}")
"""What follows the name of such a service, and nothing more: live.nation.example is a company's own."""


def is_public(domain: str) -> bool:
    """Whether anybody can have a mailbox at this domain (small letters)."""
    name, _, ending = domain.partition(".")
    return domain in PUBLIC_DOMAINS or (name in PUBLIC_NAMES and _COUNTRY.fullmatch(ending) is not None)


def domain_of(email: str | None, public: Collection[str] = ()) -> str | None:
    """The company's own domain of an address, None for a public one and for what is no address."""
    _, at, domain = (email or "").strip().lower().rpartition("@")
    if not at or "." not in domain or is_public(domain) or domain in public:
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
