"""The words of which follow-ups consist. Pure.

A message in which every word is one of these asks for news, thanks, or repeats that it waits: "any news??",
"Wie ist der Stand?". A word that names anything that may be wrong is none, in whatever language: the lists
are one, so each word must say nothing in all of them.
"""

from __future__ import annotations


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAYS_NOTHING = _listed(
    """
    a an the any some is are was be been am it its it's this that these those there here we i you they he
    she us me my our your their them who what when where which why how do does did done doing have has had
    having can could would will shall should may might must not no yes ok okay yeah yep nope and or but so
    if then than as at by for from in into of off on onto out over to up with about again still yet just
    only even ever now today tomorrow yesterday soon asap please pls plz sorry hello hi hey dear team
    support anyone anybody someone somebody everybody everyone thanks thank thx ty cheers regards much many
    more very really too also news new update updates updated status progress word feedback answer answers
    answered reply replies replied respond response responded respon follow following followup follow-up
    bump ping pinging reminder remind chase chasing checking check wait waiting waited hear heard hearing
    back get getting got know let look looked looking see seen sent send wrote write writing asked ask
    asking message messages mail mails email emails e-mail ticket request question thing things same issue
    issues problem problems matter case broken working work works worked fixed fix resolved resolve solved
    solve solution sort sorted happening happened going day days hour hours week weeks minute minutes
    morning monday tuesday wednesday thursday friday saturday sunday since long time second third fourth
    first last previous previously below above earlier before after urgent urgently quick quickly there's
    isn't don't doesn't haven't hasn't didn't won't can't i'm i've we're we've you're nobody one help
    anything something nothing else gibt es schon etwas neues neuigkeiten ist der die das den dem ein eine
    stand dazu noch immer nicht wir ich sie warten warte bitte antwort rückmeldung nachricht danke hallo
    wann und oder zu von mit auf bei für im dieses thema kaputt geht kein keine bis heute jemand da nochmal
    erneut erinnerung melden hay alguna alguno novedad novedades noticia noticias sobre esto esta este sigue
    seguimos sin con el la los las un una de en por favor respuesta estado todavía aún aun espero esperando
    gracias hola ya que hubo y o mi nuestro des nouvelles du le les une au ce sujet toujours rien attente
    merci bonjour quand réponse s'il vous plaît svp

    what's how's where's when's i'd i'll we'd we'll you've you'd you'll they're he's she's haven aren't
    wasn't weren't couldn't wouldn't didnt dont cant hasnt give gives gave giving given provide provided
    latest eta luck joy thoughts gentle friendly kind kindly revert bumping bumped nudge nudging circling
    hoping hope wondering wonder regarding concerning re fyi movement end side inline appreciate appreciated
    noted understood patiently shortly once twice another every all without until till ago yup hmm well
    tickets requests questions per whether attached screenshot screenshots

    irgendwelche irgendwas irgendetwas gibt's gibts wie sieht aus haben habe hat hatte ihr euch gehört
    können könnt könnten könnte kann mir uns ihnen antworten geantwortet antworte meine meiner unsere
    unserer nachfrage nachfragen nachhaken nachgefragt dringend wieder seit tage tagen woche wochen stunden
    monat denn nur kurz freundliche freundlicher freundlich zwischenstand sachstand weiter warum gemeldet
    meldung meldet leider lange wird ob um hier vielen vielleicht wäre nett wissen bescheid geben gebt gab
    aktuelle aktueller aktuellen anfrage anliegen schnelle schnell

    avez j'ai nous avons où êtes suis sommes attends attendons d'une d'un votre vos retour relance relancer
    permets je avancement mise jour état demande pouvez pourriez donner savoir quoi nouveau nouvelle mon ma
    notre d'avance avance quelqu'un encore aucune aucun sans depuis jours semaine semaines qu'en il sur pour
    pas ne n'ai n'avons ça cela avec bonsoir salut

    tienen tiene tenemos tengo actualización actualizaciones cómo va van alguien sigo qué nos pueden puede
    podrían podría dar darme darnos saber cuándo recordatorio día días semanas algún avances caso tema
    solicitud han ha tenido al se sabe respecto del lo su buenos buenas tardes

    novità ci sono aggiornamenti aggiornamento qualche notizia notizie avete avuto risposta attesa ancora
    attendo attendiamo aspetto aspettando sollecito che punto siamo siete grazie ciao buongiorno fate sapere
    può potete potrebbe dirmi nessuna nessun sul sulla mio nostra mia richiesta vostra vostro di è favore

    alguma algum novidade novidades há houve tem têm atualização atualizações resposta aguardo aguardando
    aguardamos espera ainda estou estamos como está os meu minha nosso nossa solicitação retorno obrigado
    obrigada bom não sem nada isto isso já vocês olá oi dia à ao

    nieuws er iets heeft hebben u jullie reactie antwoord wachten wacht wij ik op nog steeds geen niets
    gehoord zaken hoe staat het ermee mee graag kunt mijn onze herinnering wanneer hierover dit vraag
    bericht een bedankt dank alstublieft alsjeblieft vriendelijke

    några någon något nyheter nyhet nytt finns det hur går väntar vänta på svar fortfarande inget har ni
    uppdatering påminnelse tack hej jag vi noget nogen nyt nyheder nyhed hvordan venter stadig opdatering
    påmindelse tak takk noe noen oppdatering fortsatt jeg kan til ingen om

    jakieś jakiekolwiek wieści czy są coś nowego jakiś postęp postępy nadal czekam czekamy na odpowiedź
    odpowiedzi proszę dziękuję dzień dobry w tej tym sprawie sprawa kiedy przypomnienie ponawiam przypominam
    jaki jest jak aktualizacja mnie nie mam żadnej nějaké nějaká novinky jsou stále čekám čekáme odpověď
    prosím děkuji děkujeme vypadá

    何か進展はありますか 進捗はいかがですか その後いかがでしょうか いかがでしょうか 有消息吗 有进展吗
    有什么进展吗 有更新吗
    """
)
