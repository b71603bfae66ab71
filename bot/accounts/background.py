"""How common a word or a run of letters is in support messages at large, and a sample of such messages.

"How do I" says nothing about the problem, "SAML" a lot: a feature weighs the more the fewer messages have it.
The counts come from a neutral sample written for this purpose, joined by the workspace's own recent messages
where they are handed in, so that what is ordinary for *these* customers weighs little.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from sys import intern

from bot.accounts.vocabulary import concepts, stem
from bot.clean_text import clean, says_nothing, words


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


SCAFFOLDING = _listed(
    """
    a an the i my me is are am to of in for on it its it's do does did can could would how what why when
    where have has had be been was were and or that this with your you we our please want need get got us
    they them there from at as so if by just also some any will i'm i've we're we've i'd we'd ich wir sie
    der die das den dem ein eine und oder ist sind war haben hat habe kann können wie wann warum wo bitte
    mit von zu im auf für es nicht el la los las un una de del en y o son por para que con como cuando
    donde mi nuestro se lo le les des du et est à before after since until while during about into again
    already then here than too very much many more most less few each every both either such only even
    ever today tomorrow yesterday week weeks day days month months morning monday tuesday wednesday
    thursday friday saturday sunday who whom whose which their his her these those him she he ours being
    done doing having may might must shall make makes made let lets like know think anything something
    nothing everything anybody somebody everybody someone anyone everyone possible sure hi hello thanks
    dear tell say said says told seit noch schon nur auch beim bei nach vor bis aus als wenn dann doch mal
    ihr ihre uns unser unsere unserer mein meine dass sich hier heute gestern wird werden würde möchten
    möchte desde hasta sobre también ya muy más sin pero nos nuestra sus este esta esto hay está están
    """
)
"""Words that hold a sentence together in English, German, Spanish and French."""

MOST_TEXTS = 1_000
"""Of the workspace's messages at most this many are counted (the first ones handed in)."""
FEWEST_TEXTS = 40
"""Fewer of the workspace's messages say too little of what is ordinary there: they are left out."""
COUNTED_CHARACTERS = 600
"""Of each, its beginning: a pasted log is no sample of how customers write."""
COHORT = 400
"""As many of them are kept as a sample, besides the neutral one."""

_NEUTRAL = """
how do i add a new user to our workspace
where can i find last month's invoice
the page does not load for anybody in our office
can you tell me when the next release comes out
we cannot log in since this morning
i would like to change the e-mail address of my account
please send us a quote for ten more seats
the export is empty although the report shows data
our webhook does not receive any events
is there a way to import contacts from a spreadsheet
how long does it take until a refund arrives
the card was declined when we tried to pay
i forgot my password and the reset link has expired
could you extend our trial by one week
the mobile app crashes when i open a task
we get an error message when saving the form
who can i talk to about a contract change
the numbers on the dashboard do not match our own
how can we connect our calendar
notifications arrive hours too late
does your product support single sign on with our identity provider
please remove a former colleague from the account
we need a signed data processing agreement
is my data stored in europe
the search does not find old conversations
what is the limit of requests for the api
the integration stopped syncing yesterday
how do i set up a custom domain
the certificate of our domain seems to be expired
attachments are missing from the messages
can i move a project to another team
we would like to upgrade to a bigger plan
how do i cancel a booking
why was i charged twice this month
the invoice shows the wrong address
our vat number is missing on the receipt
please delete my account and all of its data
how do i invite my team
the link in the mail does not work
i cannot see the button you describe
everything is very slow today
the site times out after a minute
the upload of large files fails
how can i restore a deleted record
we lost the changes of the last hour
two people see different results for the same filter
the chart is cut off in the printed report
emails to our customers end up in the spam folder
our template looks different after sending
the automation did not start for new leads
which permissions does an editor need
i was logged out and cannot get back in
the code from the authenticator is not accepted
is there an outage right now
the status page says all is fine but we see errors
can you translate the widget into german
the time zone of the report is wrong
meetings are shown one hour too late
how do i merge two contacts
there are duplicates after the import
please change the owner of this workspace
what happens to our data when the contract ends
can we pay by bank transfer instead of card
the payment went through but the order is still open
when will my order be delivered
the parcel has not arrived yet
i received the wrong item
how do i return a product
the discount code is not accepted
what does this fee on my statement mean
my transfer is still pending
i want to open an additional account
the balance shown is not correct
how can i change my address
i lost my phone and need access
is there a desktop version
the new layout hides the menu
keyboard shortcuts stopped working in the editor
pasting text removes the formatting
how do i embed the form in our website
the script blocks our checkout page
we see a blank screen in safari
clearing the cache did not help
please explain the difference between the two plans
do you offer a discount for non profits
our accountant needs all invoices of the year
can i download a list of all users
the api returns an empty list
how do i get an access token
the token we created last year has expired
our developers ask for a test environment
the sandbox behaves differently from production
please raise the limit for our account
a colleague sees data of another department
how do i turn off the weekly summary
we get too many alerts
the reminder was sent to the wrong person
can a task have more than one assignee
how do i schedule a message for tomorrow
the survey was not sent to all customers
what is your roadmap for the coming quarter
we are missing an option to sort by date
the feature we asked for is still not there
thank you for the quick help yesterday
could somebody call me back about our renewal
i have a question about the training session
where is the documentation for this feature
the video in the tutorial does not play
our auditor asks for your security certificate
please confirm that the backup ran last night
how do i archive old projects
the custom field is not shown in the list
can we rename the stages of the pipeline
the phone number format is not accepted
a customer did not get the confirmation
wie kann ich einen neuen benutzer anlegen
wo finde ich die rechnung vom letzten monat
wir können uns seit heute morgen nicht anmelden
bitte kündigen sie unseren vertrag zum jahresende
die app stürzt beim öffnen ab
der export der daten schlägt fehl
wann kommt meine bestellung an
ich habe mein passwort vergessen
wir bekommen keine benachrichtigungen mehr
die seite lädt sehr langsam
können sie uns ein angebot für mehr lizenzen schicken
die schnittstelle liefert einen fehler
cómo puedo añadir un usuario nuevo
dónde está la factura del mes pasado
no podemos iniciar sesión desde esta mañana
queremos cancelar la suscripción
la aplicación se cierra al abrirla
no recibo los correos de confirmación
el informe muestra datos incorrectos
cuándo llega mi pedido
necesito cambiar la dirección de la cuenta
la integración dejó de funcionar ayer
comment ajouter un utilisateur
où trouver la facture du mois dernier
nous ne pouvons plus nous connecter
je voudrais résilier mon abonnement
l'application se ferme toute seule
le rapport affiche de mauvaises données
"""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """In how many of `texts` messages a feature occurs, for each kind of feature. Build with `of`.

    `cohort` is a sample of the messages, cleaned. One is like no other: what is made of it can be kept.
    """

    texts: int
    letters: Mapping[str, int]
    bare: Mapping[str, int]
    stems: Mapping[str, int]
    concepts: Mapping[str, int]
    cohort: tuple[str, ...] = ()

    @staticmethod
    def of(texts: Iterable[str] = ()) -> Background:
        """The neutral sample plus the workspace's own recent messages, as customers wrote them."""
        cleaned = (clean(text)[:COUNTED_CHARACTERS] for text in texts)
        own = tuple(islice((text for text in cleaned if not says_nothing(text)), MOST_TEXTS))
        return _neutral() if len(own) < FEWEST_TEXTS else _count(own, _neutral())

    def weight(self, counts: Mapping[str, int], feature: str) -> float:
        """The feature's inverse document frequency, smoothed: ln((1 + N) / (1 + n)) + 1."""
        return math.log((1 + self.texts) / (1 + counts.get(feature, 0))) + 1

    def rarity(self, concept: str) -> float:
        """ln((N + 1) / (n + 1/2)): near 0 for a concept that nearly every message names."""
        return max(0.0, math.log((self.texts + 1) / (self.concepts.get(concept, 0) + 0.5)))


def grams(tokens: Iterable[str]) -> Counter[str]:
    """Runs of 3 to 5 letters over the words joined by spaces, so that "top-up" and "topup" meet."""
    joined = f" {' '.join(tokens)} "
    return Counter(
        # One text's runs are mostly another's: kept once for all of them.
        intern(joined[start : start + length])
        for length in (3, 4, 5)
        for start in range(len(joined) - length + 1)
    )


def content(tokens: Iterable[str]) -> list[str]:
    """The words without scaffolding and one- or two-digit figures; all of them when nothing is left."""
    every = list(tokens)
    return [t for t in every if t not in SCAFFOLDING and not (len(t) < 3 and t.isdigit())] or every


@cache
def _neutral() -> Background:
    return _count(tuple(_NEUTRAL.strip().splitlines()), Background(0, {}, {}, {}, {}))


def _count(texts: tuple[str, ...], base: Background) -> Background:
    """The base with more texts, which are clean already."""
    letters, bare = Counter(base.letters), Counter(base.bare)
    stems, named = Counter(base.stems), Counter(base.concepts)
    for text in texts:
        tokens = words(text)
        kept = content(tokens)
        letters.update(grams(tokens).keys())
        bare.update(grams(kept).keys())
        stems.update({stem(token) for token in kept})
        named.update(concepts(tokens).keys())
    picked = min(COHORT, len(texts))
    sample = tuple(texts[at * len(texts) // picked] for at in range(picked))
    return Background(base.texts + len(texts), letters, bare, stems, named, base.cohort + sample)
