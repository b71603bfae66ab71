"""Words that mean the same in support messages: "SAML",
    "Okta" and "identity provider" are all single sign-on.

Letters alone cannot see that; this list can,
    for the matters that every software company's customers write about.
English first,
    German and Spanish for the commonest. A concept is a subject (what it is about) or a fault (what
happens to it). Phrases are matched on word stems,
    the longest first. Whoever adds to it adds what any such product's customers would
write, never a phrase seen in a measuring set: that would only flatter the measurement.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

_CONCEPTS = """
sso: sso, single sign on, single sign-on, singlesignon, saml, oidc, okta, onelogin, entra, azure ad,
    identity provider,
    idp, adfs, google workspace login, federated login, anmeldung über sso
login: login, log in, logs in, logged in, logging in, log on, logon, sign in, signin, signed in, signing in,
    sign on,
    authenticate, authenticating, authentication, einloggen, anmelden, anmeldung, iniciar sesión,
    inicio de sesión, entrar,
    connexion, se connecter
logout: log out, logout, logged out, sign out, signed out, kicked out, session expired, session expires,
    abgemeldet
lockedout: locked out, lock out, lockout, shut out, ausgesperrt, bloqueado, access denied, no access,
    lost access
twofactor: two factor, 2fa, mfa, otp, one time code, authenticator, verification code, security code
loop: loop, loops, looping, redirect, redirects, redirected, redirecting, endless, back to the login,
    back to the sign in,
    back on the login, login page again, schleife, weiterleitung, umgeleitet, bucle, redirige
password: password, passwords, passwort, kennwort, contraseña, mot de passe, passcode, forgot password,
    credentials forgotten
reset: reset, resets, resetting, forgot, forgotten password, new password, zurücksetzen, restablecer
email: email, emails, e-mail, mail, mails, inbox, spam folder, spam, mailbox, e-mails, correo
notarrive: not arrive, not arrived, never arrived, not received, never received, never get, never got,
    not delivered,
    not receiving, stopped receiving, stopped arriving, no longer receive, kommt nicht an, nicht angekommen,
    no llega, no recibo
notification: notification, notifications, alert, alerts, push, pushes, reminder, reminders,
    benachrichtigung, notificación, notificaciones
mobile: mobile, phone, iphone, android, ios, ipad, handset, tablet, smartphone, handy, móvil, app store,
    play store
app: app, apps, application, applications, anwendung, aplicación
crash: crash, crashes, crashed, crashing, quits, closes itself, closes immediately, shuts down, force close,
    freeze, freezes,
    frozen, hangs, hang, abstürzt, absturz, stürzt ab, se cierra, se cuelga
launch: launch, launches, startup, start up, on start, when opened, opening the app
update: new version, latest version, last version, last release, new release, latest release,
    after the update, after update,
    since the update, upgrade broke, last update
charge: charge, charged, charges, debit, debits, debited, billed, bill us, bill me, abgebucht, belastet,
    cobro, cobrado, cargo
twice: twice, double, doubled, duplicate, duplicates, duplicated, second time, doppelt, zweimal, dos veces,
    duplicado
invoice: invoice, invoices, bill, bills, receipt, receipts, billing document, statement, rechnung,
    rechnungen, factura, facturas, facture
tax: tax, taxes, vat, gst, vat number, tax id, tax number, tax exempt, exempt, ust, mwst, umsatzsteuer,
    steuernummer, iva, nif
correct: correct, corrected, correction, reissue, reissued, amend, amended, korrigieren, korrigiert, corregir
payment: payment, payments, pay, paid, paying, card, credit card, bank transfer, direct debit, zahlung,
    bezahlen, tarjeta, pago
declined: declined, rejected card, card rejected, payment failed, failed payment, payment fails, abgelehnt,
    rechazada
refund: refund, refunds, refunded, money back, reimburse, reimbursed, reimbursement, credit note,
    chargeback, give back,
    erstattung, rückerstattung, geld zurück, gutschrift, reembolso, devolución, remboursement
cancel: cancel, cancels, cancelled, canceled, cancelling, canceling, cancellation, terminate, terminated,
    termination,
    end our contract, close our account, kündigen, kündigung, cancelar, dar de baja, résilier
subscription: subscription, subscriptions, contract, contracts, renewal, vertrag, abo, abonnement,
    suscripción, contrato
plan: plan, plans, tier, tiers, package, packages, edition, tarif, paquete
downgrade: downgrade, downgrading, lower tier, lower plan, cheaper, smaller plan, fewer seats,
    reduce our plan, herabstufen
upgrade: upgrade, upgrading, bigger plan, higher tier, higher plan, larger plan, more seats, next tier,
    aufstocken
price: price, prices, pricing, cost, costs, quote, discount, preis, precio, expensive
seat: seat, seats, licence, license, licences, licenses, lizenz, lizenzen, licencia
user: add user, add users, new user, invite, invites, invited, invitation, colleague, teammate, team member,
    new hire, einladen, einladung, invitar
permission: permission, permissions, role, roles, rights, admin rights, access rights, berechtigung, rechte,
    permisos
api: api, apis, endpoint, endpoints, rest api, graphql, sdk, integration, integrations, schnittstelle
ratelimit: rate limit, rate limits, rate limited, ratelimit, throttle, throttled, throttling, quota,
    too many requests, limit reached
apikey: api key, api keys, api token, access token, tokens, token, secret key, client secret, credentials,
    zugangsdaten
rotate: rotate, rotating, rotation, replace the key, new key, renew credentials, old and new
webhook: webhook, webhooks, callback url, web hook
webhookfail: not firing, not fired, never fires, not triggered, not trigger
sync: sync, syncs, synced, syncing, synchronise, synchronize, synchronisation, out of sync, synchronisation,
    sincronizar
import: import, imports, imported, importing, upload, uploads, uploaded, uploading, csv, spreadsheet,
    importieren, importar
export: export, exports, exported, exporting, download, downloads, downloading, exportieren, exportar,
    descargar
report: report, reports, reporting, dashboard, dashboards, chart, charts, analytics, bericht, auswertung,
    informe
numbers: wrong numbers, figures, numbers do not match, totals, totals wrong, does not add up, mismatch,
    different numbers
slow: slow, slowly, slower, sluggish, takes forever, takes minutes, lag, lags, laggy, loading forever,
    keeps loading, timeout,
    timeouts, timed out, time out, times out, performance, langsam, lento, lenta
down: down, outage, offline, unavailable, not reachable, unreachable, does not load, not loading,
    will not load, blank page,
    white page, blank screen, white screen, ausfall, nicht erreichbar, caído, caída
servererror: 500, 502, 503, 504, internal server error, server error, bad gateway, gateway timeout,
    serverfehler
delete: delete, deleted, deleting, deletion, erase, erased, erasure, wipe, wiped, remove, removed,
    löschen, gelöscht, löschung, borrar, eliminar, supprimer
gdpr: gdpr, dsgvo, rgpd, personal data, data subject, right to be forgotten, data protection, privacy, ccpa,
    datenschutz
dpa: dpa, data processing agreement, data processing contract, processing agreement, sub processor,
    sub processors, sub-processor,
    sub-processors, subprocessor, subprocessors, auftragsverarbeitung, avv
sign: sign, signed, signature, countersign, countersigned, unterschreiben, unterschrift, firmar
legal: legal department, legal team, lawyer, lawyers, counsel, attorney
audit: audit, audits, auditor, auditors, compliance
dataloss: data loss, lost data, data lost, disappeared, vanished, gone missing, missing data,
    records missing, verschwunden, desaparecido
search: search, searching, searches, filter, filters, suche, buscar, búsqueda
calendar: calendar, schedule, scheduled, appointment, appointments, meeting, booking, kalender, termin, cita
timezone: time zone, timezone, time zones, wrong time, hours off, hour off, daylight saving, zeitzone,
    zona horaria
language: language, languages, translation, translate, translated, sprache, übersetzung, idioma
domain: custom domain, dns, cname, ssl, certificate, tls, dkim, spf, domain
address: address, addresses, adresse, dirección
attachment: attachment, attachments, file, files, pdf, image, images, picture, datei, anhang, archivo
template: template, templates, vorlage, plantilla
workflow: workflow, workflows, automation, automations, trigger, rule, rules, sequence, sequences, regel
mergedup: merge, merging, merged, combine records, zusammenführen
shipping: delivery, deliver, delivered, shipping, shipped, shipment, parcel, tracking, lieferung, versand,
    envío, entrega
editor: editor, formatting, paste, undo, draft, drafts
browser: browser, chrome, firefox, safari, edge, cache, cookies
backup: backup, backups, restore, restored, recover data, wiederherstellen
trial: trial, trial period, free trial, trial ends, testphase, prueba
widget: widget, embed, embedded, snippet, script tag, chat bubble, messenger
custom: custom field, custom fields, attribute, attributes, property, properties, feld, felder, campo
"""


def stem(word: str) -> str:
    """A light stem: plural and tense endings go, what is left need not be a word."""
    if len(word) <= 3 or not word.isalpha():
        return word.removesuffix("'s")
    for ending, least, put in (
        ("ies", 5, "y"),
        ("sses", 5, "ss"),
        ("ing", 6, ""),
        ("ed", 5, ""),
        ("es", 5, ""),
        ("s", 4, ""),
    ):
        if word.endswith(ending) and len(word) >= least and not word.endswith(("ss", "us", "is")):
            root = word[: -len(ending)] + put
            if len(root) >= 4 and root[-1] == root[-2] and root[-1] not in "aeioulsz" and not put:
                root = root[:-1]
            return root.removesuffix("e") if len(root) > 4 else root
    return word.removesuffix("e") if len(word) > 4 else word


def concepts(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Each concept that the words name, with the words (as written) that named it, in order."""
    phrases, longest = _phrases()
    stems = [stem(word) for word in words]
    found: dict[str, list[str]] = {}
    start = 0
    while start < len(stems):
        taken = 1
        for length in range(min(longest, len(stems) - start), 0, -1):
            if meant := phrases.get(tuple(stems[start : start + length])):
                phrase = " ".join(words[start : start + length])
                for concept in meant:
                    named = found.setdefault(concept, [])
                    if phrase not in named:
                        named.append(phrase)
                taken = length
                break
        start += taken
    return {concept: tuple(named) for concept, named in found.items()}


@cache
def _phrases() -> tuple[dict[tuple[str, ...], tuple[str, ...]], int]:
    """Stemmed phrase to concepts, and the length of the longest phrase in words."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    concept = ""
    for line in _CONCEPTS.strip().splitlines():
        head, colon, tail = line.partition(":")
        if colon and not line.startswith(" "):
            concept, line = head, tail
        for phrase in filter(None, (part.strip() for part in line.split(","))):
            key = tuple(stem(word) for word in phrase.casefold().replace("-", " ").split())
            if concept not in table.get(key, ()):
                table[key] = (*table.get(key, ()), concept)
    return table, max(map(len, table))
