"""German and Spanish escalation cues for the obvious cases; `cue_patterns` tells how a line is written."""

from __future__ import annotations

from collections.abc import Mapping

GERMAN: Mapping[str, str] = {
    "cancel": r"""
        (?:werden?|wollen|will|möchten?|müssen|muss) ~(?:kündigen|beenden)(?! \w*(?:termin|besprechung))
        (?:kündigen|kündige|beenden) (?:wir|ich|hiermit|unseren|den|unser) ~(?:vertrag|abo\w*|konto|\
            lizenz\w*|hiermit|zum)
        (?:hiermit|fristlos\w*|außerordentlich\w*) ~(?:kündigen|kündige|kündigung)
        sonderkündigung\w*
        kündigung (?:unsere[sr]|meine[sr]|de[sr]) (?:\w+ )?(?:vertrag\w*|abos?|abonnements?|lizenz\w*|\
            mitgliedschaft|zugangs|kontos)(?! (?:eine[sr]|unsere[sr]|ihre[sr]|von|durch))
        (?:wir|ich) kündigen? ~(?:unseren vertrag|den vertrag|unser abo\w*|zum \d+|zum (?:monats|jahres|\
            quartals)ende|fristgerecht)
    """,
    "leaving": r"""
        (?:anbieter|software|system) (?:zu )?wechseln
        (?:wechseln|gehen|wechsel) ~(?:anderen anbieter|wettbewerb\w*|konkurrenz|mitbewerb\w*)
        (?:(?:wir|ich) (?:wechseln|wechsle|migrieren)|(?:wechseln|migrieren) wir) (?:\w+ ){0,2}?zu RIVAL
        !nicht (?:mehr |weiter )?verlängern
        !(?:überlegen|prüfen) ~ob wir ~(?:bleiben|verlängern|weiter)
        (?:fragen uns|stellt sich die frage) ~ob
        (?:anderen|neuen) anbieter
    """,
    "competitor": r"""
        (?:prüfen|testen|evaluieren|suchen|schauen|vergleichen) ~(?:alternativen?|andere anbieter|\
            mitbewerber|wettbewerber)
    """,
    "manager": r"""
        (?:mit|an|von) (?:ihrem|ihren|einem|einen|der|dem|ihre|ihrer) (?:vorgesetzten|chef\w*|\
            geschäftsführ\w+|teamleit\w+|abteilungsleit\w+)
        ?kann ich ~mit (?:ihrem|ihrer|einem|einer|deinem|deiner|eurem|eurer) (?:vorgesetzten|chef\w*|\
            teamleit\w+|geschäftsführ\w+) (?:sprechen|reden)
        (?:vorgesetzten|teamleiter|verantwortlichen) (?:sprechen|verlangen)
        (?:offizielle|förmliche|formelle) beschwerde|beschwere mich|beschweren uns
        (?:unser|unsere|mein|meine) (?:chef\w*|geschäftsführ\w+|vorstand) ~(?:fragt|will|verlangt|erwartet|\
            verärgert)
    """,
    "legal": r"""
        (?:anwält\w*|anwalt|rechtsabteilung|rechtsanwalt) ~(?:wird|werden|einschalten|eingeschaltet|prüft|\
            beauftrag\w*)
        rechtliche schritte|schadensersatz|vertragsstrafe|vertragsbruch
    """,
    "repeat": r"""
        (?:dritte[ns]?|vierte[ns]?|fünfte[ns]?|wiederholten?|x-te[ns]?|zigste[ns]?) (?:mal|mail|e-mail|\
            nachricht|anfrage|erinnerung)
        !(?:immer noch|weiterhin|bis heute|noch immer) (?:keine? (?:antwort|rückmeldung|lösung)|\
            nicht (?:gelöst|behoben|beantwortet))
        !niemand ~(?:antwortet|reagiert|meldet|hilft|geantwortet|kümmert)
        !(?:seit|warten) ~(?:tagen|wochen|monaten)(?= .{0,60}\b(?:keine?|nicht|niemand|warten|antwort|\
            defekt|kaputt)\b)
        !(?:warten|warte) (?:schon |nun )?seit ~(?:tagen|wochen|monaten)
    """,
    "outage": r"""
        !(?:niemand|keiner|kein mitarbeiter|kann ~niemand|kann ~keiner|alle (?:mitarbeiter|kunden|nutzer|\
            kollegen|filialen)|das (?:ganze|gesamte) \w+) ~(?:arbeiten|anmelden|einloggen|zugreifen|\
            ausgesperrt|betroffen|nicht|still|fehler)
        steht (?:alles |komplett |hier )?still|stillstand|totalausfall|komplett ausgefallen|nichts geht mehr
        !(?:können|kann) ~nicht (?:mehr )?(?:arbeiten|verkaufen|liefern|abrechnen)
        (?:verlieren|kostet uns|verloren) ~(?:geld|umsatz|aufträge|kunden|euro)
    """,
    "deadline": r"""
        (?:bis|noch) (?:heute|morgen|spätestens \w+)(?= .{0,90}\b(?:nicht|fehler|kaputt|frist|leer|behoben)\b)
        (?:frist|stichtag|prüfung|audit) ~(?:heute|morgen)
    """,
    "security": r"""
        datenleck|datenpanne|datenschutzverletzung|sicherheitslücke|gehackt
        (?:andere|fremde)[rn]? (?:kunden|firmen|nutzer|personen) ~(?:sehen|unsere|zugriff)
        (?:sehen|sehe) ~(?:daten|rechnungen|namen) ~(?:anderer|fremder) (?:kunden|firmen)
    """,
    "data loss": r"""
        (?:alle|unsere) (?:unsere )?(?:daten|kontakte|dateien) (?:sind|wurden) ~(?:weg|gelöscht|verloren|\
            verschwunden)|datenverlust
    """,
    "anger": r"""
        !unzumutbar|inakzeptabel|frechheit|unverschämt\w*|es reicht|zumutung|lächerlich|katastroph\w+
        !nicht (?:mehr |länger )?(?:akzeptabel|hinnehmbar|tragbar|zu ertragen)
        !(?:geduld|vertrauen) ~(?:verloren|am ende)
        !(?:sehr|extrem|äußerst) (?:enttäuscht|verärgert|unzufrieden)
    """,
}

SPANISH: Mapping[str, str] = {
    "cancel": r"""
        (?:quiero|queremos|vamos a|voy a|deseamos|exijo|exigimos) ~(?:cancelar|rescindir)(?! (?:una|la|el|\
            un|mi) (?:cita|reunión|pedido|llamada|reserva|tarea|informe))
        (?:cancelación|rescisión|baja) de(?:l| nuestr[oa]| mi) (?:contrato|suscripción|cuenta|servicio|\
            licencia)(?! de (?:un|una|mi|nuestro|los|nuestros) client)
        (?:dar(?:nos|me)|dense|damos) de baja|rescindir (?:el|nuestro) contrato
    """,
    "leaving": r"""
        (?:cambiar|cambiamos|cambiarnos|pasar\w*|ir\w*|vamos) ~(?:otro proveedor|la competencia|\
            otra (?:herramienta|empresa|plataforma)|de proveedor)
        (?:nos (?:cambiamos|pasamos)|migramos|migraremos|(?:vamos|queremos|decidido)(?: a)? (?:migrar|\
            cambiarnos|pasarnos)) (?:\w+ ){0,2}?a RIVAL
        !no (?:vamos a )?renovar\w*
    """,
    "competitor": r"""
        (?:evaluando|buscando|probando|mirando|comparando) ~(?:alternativas|otras? (?:opciones|\
            herramientas?)|otros proveedores|la competencia)
    """,
    "manager": r"""
        (?:hablar|contactar|reunirme) con ~(?:supervisor\w*|gerente|responsable|jef[ea]|encargad\w+|\
            director\w*)
        queja formal|reclamación formal|presentar una (?:queja|reclamación)
    """,
    "legal": r"""
        acciones legales|(?:nuestros?|mis?) abogad\w+|vía legal|incumplimiento de(?:l)? contrato
    """,
    "repeat": r"""
        (?:tercera|cuarta|quinta|enésima) vez
        !nadie ~(?:responde|contesta|responden|contestado|respondido|ayuda|atiende)
        !seguimos ~(?:sin|esperando)
        !(?:llevamos|llevo) ~(?:horas|días|semanas|meses) ~(?:sin|esperando)
    """,
    "outage": r"""
        !(?:nadie|ninguno|ningún \w+) ~(?:puede|pueden) ~(?:entrar|trabajar|acceder|iniciar|facturar|vender)
        !no podemos (?:trabajar|facturar|vender|operar|atender)
        (?:todo|el negocio|la empresa|la tienda) ~(?:parad[oa]|caíd[oa]|bloquead[oa])|estamos (?:parados|\
            bloqueados)
        perdiendo ~(?:dinero|ventas|clientes)
    """,
    "security": r"filtración de datos|brecha de seguridad|hackead[oa]s?|otr[oa]s? clientes? ~(?:puede|ve"
    "|ven|pueden) ~nuestr[oa]s?",
    "data loss": r"(?:perdido|borrado|desaparecido) ~todos (?:los|nuestros) datos|hemos perdido todo",
    "anger": r"""
        !inaceptable|vergonzos[oa]|qué vergüenza|hart[oa]s? de|una burla|pésim[oa] (?:servicio|atención)|\
            intolerable
    """,
}
