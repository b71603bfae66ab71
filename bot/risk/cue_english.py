"""English escalation cues, and the groups of words that their patterns are built from.

How a line is written is told in `cue_patterns`.
"""

from __future__ import annotations

from collections.abc import Mapping

FRAGMENTS: Mapping[str, str] = {
    "CONTRACT": r"(?:subscription|contract|plan|account|licen[cs]es?|agreement|service|membership"
    r"|workspace)",
    "VENDOR": r"(?:vendors?|providers?|suppliers?|systems?|tools?|products?|platforms?|solutions?"
    r"|software|company)",
    "OTHER": r"(?:another|other|different|new|one of your|a competing)",
    "PRODUCT": r"(?:you|yours|your (?:product|tool|service|platform|software|company|app)|this (?:product"
    r"|tool|service|platform|software)|the (?:product|tool|service|platform|software))",
    "EVERYBODY": r"(?:nobody|no one|no-one|everyone|everybody|every (?:single )?\w+|none of (?:us|our \w+"
    r"|the \w+)|all (?:of )?(?:us|our(?: \w+)? \w+|my(?: \w+)? \w+|users|customers|agents|locations|stores"
    r"|offices)|(?:half|most) of (?:us|our \w+|the \w+)|(?:the|our|my) (?:whole|entire) \w+(?: \w+)?|(?:my"
    r"|our) team|(?:our|my) (?:staff|people|employees|customers|clients|users|agents|drivers|sales team"
    r"|support team))",
    "CANNOT": r"(?:can'?t|cannot|can not|can no longer|couldn'?t|(?:is|are|been|was"
    r"|were) (?:\w+ )?(?:unable|blocked|stuck|locked out|logged out|kicked out|down|offline|idle"
    r"|without access|affected|cut off)|unable to|locked out|has no access|have no access|(?:get|gets"
    r"|getting|see|sees|seeing|has|have) (?:\w+ )?(?:errors?|error \d+|5\d\d))",
    "WORK": r"(?:work|ship|bill|invoice|sell|operate|serve|process|trade|deliver|produce|take orders|open"
    r"|do anything|do (?:my|our|their) jobs?|run (?:our|the) business|answer (?:our|any|calls)|use (?:it"
    r"|the \w+) at all)",
    "BOSS": r"(?:managers?|supervisors?|boss|directors?|ceo|cto|cfo|coo|vp|executives?|management"
    r"|leadership|account (?:manager|executive|director)|csm|team lead|head of [\w ]{3,20}"
    r"|someone (?:senior|in charge)|somebody (?:senior|in charge)|a human|a real person)",
    "FAILS": r"(?:broken|fail\w*|still|can'?t|cannot|block\w*|not work\w*|doesn'?t|errors?|down|stuck"
    r"|missing|wrong|empty|unanswered|gone|lost)",
    "SOON": r"(?:today|tonight|tomorrow|this (?:morning|afternoon|evening)|at \d{1,2}(?:[:.]\d\d)?"
    r"|in (?:an?|\d+|two|three) hours?|by (?:\d{1,2}(?::\d\d)? ?(?:am|pm)?|noon|midnight|tonight|tomorrow"
    r"|friday|monday|end of (?:day|business)|eod|cob))",
    "EVENT": r"(?:go(?:ing|es)? (?:live|out)|go-live|launch(?:ing|es)?|board meeting|audit|auditors?"
    r"|inspectors?|inspection|regulators?|payroll|payday|year[- ]end|month[- ]end|quarter|deadline|tender"
    r"|campaign|investors?|kick-?off)",
    "TIMES": r"(?:third|fourth|fifth|sixth|seventh|tenth|umpteenth|nth|[3-9]th|3rd|1\d+th)",
    "MANY": r"(?:two|three|four|five|six|seven|eight|ten|several|many|multiple|countless|dozens of"
    r"|\d{1,3})",
    "SPAN": r"(?:hours|days|weeks|months|business days|working days)",
    "NOTICE": r"(?:e-?mails?|mails?|messages?|tickets?|reminders?|requests?|follow-?ups?|calls?|attempts?"
    r"|replies)",
    "ANSWERED": r"(?:answer\w*|repl(?:y|ies|ied)|respon(?:d|ds|ded|se)|react\w*|cares?|cared|got back"
    r"|come back|called|gives? (?:me|us) an answer|reads?|reading|listens?|listening|helps?)",
    # A product by its name: not a plan of ours, a day, a place, nor what one logs in by, pays by or runs on.
    # Nor is it one that is to work together with ours, or where the team moves house.
    "RIVAL": r"(?-i:(?!(?:Enterprise|Business|Premium|Professional|Pro|Growth|Starter|Standard|Basic|Plus"
    r"|Team|Free|Annual|Yearly|Monthly|Quarterly|Invoice|Version|Phase|Stage|Step|Production|Staging|Dark"
    r"|Light|Workspace|Project|Archive|Inbox|Done|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|January|February"
    r"|March|April|May|June|July|August|September|October|November|December|Okta|Azure|Entra|Auth|Google"
    r"|Gmail|Microsoft|Office|Outlook|Exchange|Teams|Slack|Windows|Mac|Android|Linux|Chrome|Edge|Firefox"
    r"|Safari|Python|Node|React|Java|Postgres|Kubernetes|Docker|Git|Amazon|Stripe|Paypal|PayPal|Visa|English"
    r"|German|French|Spanish|Italian|Dutch|Euro|Dollar|Single|Two|Multi|Europe|Germany|France|Spain|Italy"
    r"|Austria|Switzerland|Poland|Ireland|England|Canada|America|India|Berlin|Munich|Hamburg|Cologne"
    r"|Frankfurt|Vienna|Zurich|London|Paris|Lyon|Madrid|Barcelona|Lisbon|Rome|Milan|Amsterdam|Brussels"
    r"|Dublin|Copenhagen|Stockholm|Oslo|Warsaw|Prague|Boston|Chicago|Austin|Seattle|Denver|Toronto|New|San"
    r"|Los|Las|Saint|The|Our|Your|My|A|An|This|That|Beginn|Anfang|Ende|Mitte|Ostern|Weihnachten|Jahres"
    r"|Monats|Quartals|Herrn|Frau)(?:\b|day\b|\d|(?<=s)\w)|\w*(?:ing|ung|plan|tarif|abo)\b)[A-Z][a-z]\w+)"
    r"(?! (?:plan|tier|licen|subscription|billing|office|region|server|tarif|abo))"
    r"(?!.{0,120}\b(?:integrat|connect|sync|webhook|plug-?in|compatib|office|address|building|headquarter"
    r"|warehouse|adresse|büro|oficina|dirección))",
    "THING": r"(?:meeting|call|appointment|booking|order|event|report|task|job|invite|invitation|reminder"
    r"|export|import|upload|sync|shipment|delivery|request|webinar|session|demo|transfer|payment|draft|post"
    r"|campaign|visit)",
}

ENGLISH: Mapping[str, str] = {
    "leaving": r"""
        (?:leav(?:e|ing)|ditch(?:ing)?|drop(?:ping)?|abandon(?:ing)?|dump(?:ing)?|replac(?:e|ing)) PRODUCT
        (?:away|off|done|finished|through|get rid) (?:from|with|of) PRODUCT
        (?:mov|switch|migrat|chang|transition|go)(?:e|ing|es)? ~(?:to )?(?:a |an )?OTHER VENDOR
        (?:(?:we|i) (?:are|am|will|plan to|decided to|have decided to|have to|want to|intend to)|we're|i'm|\
            we'll|i'll|we've decided to) (?:now |all |also |soon |probably |likely |definitely |\
            currently |be |planning to |going to |about to )?(?:move|moving|switch(?:ing)?|migrat(?:e|ing)|\
            transition(?:ing)?) (?:(?:(?:our|the) (?:whole |entire )?(?:business|company|support|team|\
            helpdesk|customer service|operations)|everything) )?(?:over |away |across |completely |\
            entirely )?to RIVAL
        (?:will|we'll|i'll|going to|have to|forced to|considering|plan to|decided to|about to) (?:leave|go|\
            look|move) (?:elsewhere|on|away)
        (?:leav|look|mov|go)(?:e|ing) (?:elsewhere|somewhere else)
        tak(?:e|ing) our (?:business|money) ~elsewhere
        !(?:not|won't|will not|never|don't|do not) ~(?:renew(?:ing)?|extend(?:ing)? (?:the|\
            our) (?:contract|subscription)|continu(?:e|ing) with you)
        !(?:reconsider|rethink|question|review)(?:ing)? (?:our|the|whether) (?:renewal|contract|\
            subscription|investment|we|to)
        ?(?:whether|why|if) ~(?:we|it) ~(?:keep|continue|stay|still|should|renew|worth) ~(?:using|paying|\
            with you|you|renew|the money|PRODUCT)
        ?(?:get|getting|way) out of (?:the|our|this) CONTRACT
        (?:looking|planning|preparing|ready|trying) to (?:leave|switch|migrate|move) (?:away|off|from|to)
        tr(?:y|ying) to persuade (?:\w+ ){1,3}(?:not to leave|to stay)
        last chance
        shopping around
        !(?:not|won't|will not|never|don't|do not) (?:be )?(?:extend|renew|prolong|continu)(?:ing)?
        (?:right|wrong|best|bad) (?:choice|decision) (?:of|to (?:choose|buy|go with|sign|trust|pick))
        (?:regret|sorry) (?:\w+ )?(?:choosing|chose|signing|signed|buying|bought|switching|switched|moving|\
            moved|picking|trusting|recommend\w+)
        (?:rather|better off|easier to) ~(?:go(?:ing)? back|return\w*|us(?:e|ing)) ~(?:than|to|\
            spreadsheets|excel|paper)
        (?:go|going|went|move|moving|switch\w*) back to (?:our|the|my) (?:old|previous|former|\
            last) (?:VENDOR|one)
        (?:leaves?|left|leaving) (?:us|me) (?:with )?no (?:other )?(?:choice|option|alternative)
        part ways|end (?:of )?(?:the|our|this) (?:relationship|partnership|cooperation)
        (?:future|point) (?:of|in) (?:our|the|this|continuing|staying|working) (?:relationship|partnership|\
            cooperation|with you)
        !(?:won't|will not|can't|cannot|can no longer|not) (?:be )?recommend(?:ing)?
    """,
    "cancel": r"""
        (?:cancel(?:l?ing)?|terminat(?:e|ing)|end(?:ing)?|clos(?:e|ing)|stop(?:ping)?) (?:our|the|my|\
            this) (?:\w+ )?CONTRACT
        (?:want|wants|wish|like|going|decided|intend|ready|have|had|forced|demand) to (?:cancel|\
            terminate)(?! (?:(?:a|an|the|my|this|that|one|some|our|his|her) )?(?:\w+ ){0,2}THING)
        (?:please|just|kindly) (?:cancel|terminate) (?:us|me|everything|(?:our|my) (?:\w+ )?CONTRACT)
        (?:we|i) (?:are|am|'re|'m)? ?cancel(?:l)?ing(?! (?:(?:a|an|the|my|this|our) )?(?:\w+ ){0,2}THING)
        (?:notice of (?:termination|cancellation)|(?:give|giving|hand|as|formal|written) ~notice (?:to|\
            that|of|:))
        (?:treat|take|consider) this as (?:\w+ )?(?:notice|cancellation|termination)
        (?:cancel?lation|termination|non-renewal) of (?:(?:our|my) (?:\w+ )?CONTRACT|the (?:contract|\
            agreement))(?! (?:\w+ )?(?:THING|page|button|e-?mail|flow))
        (?:please|kindly) confirm (?:the |our |my |this )?(?:cancel?lation|termination)(?! (?:e-?mail|page|\
            flow|button|of (?:the|a|my|this) (?:\w+ )?THING))
        ?how (?:do|can|would|could|should) (?:i|we) (?:cancel|terminate|leave|quit|close)(?=\W{0,3}(?:$|\
            and\b|or\b|what\b|before\b|now\b|early\b|(?:our|my|the|this) (?:\w+ )?CONTRACT))
        ?(?:our|my|the|your|what) (?:notice|cancellation|termination) period
    """,
    "competitor": r"""
        (?:evaluat|look|test|trial|compar|shortlist|talk|speak|consider|explor|demo|review)(?:e|ing|ed|led|\
            ling)? ~(?:alternatives?|competitors?|replacements?|OTHER (?:options|VENDOR))
        (?:trial|demo|demos|pilot|poc|talks?|meetings?|quotes?|offers?) (?:with|of|at|\
            from) ~(?:competitors?|alternatives?|OTHER VENDOR|rivals?)
        (?:switch|mov|migrat|go|sign)(?:e|ing|ed)? ~(?:to|with) (?:a |your |one of your |\
            another )?(?:competitors?|rivals?|competition)
        your (?:competitors?|competition|rivals?) (?:don't|doesn't|offers?|can|has|have|does|do|would|\
            already|is|are|quoted|called|promised)
        !(?:offered|offering|offers|promised|quoted|quotes) (?:us|me) (?:an? |the |to |half |\
            free )?(?:\w+ )?(?:migrat\w+|switch\w*|onboarding|discount|deal|price|alternative)
    """,
    "export": r"""
        ?(?:export|download|extract|get|pull|take)(?:ed|ing)? ~(?:all|everything|complete|entire|\
            full) ~(?:data|records|content|history|conversations|files)?~(?:before we (?:leave|go|cancel|\
            end|move)|leaving|migrat\w+|elsewhere|OTHER VENDOR|cancel\w*)
        (?:all|everything|complete) ~export(?:ed)? ~(?:by|before) ~(?:moving|leaving|switch\w+|the end|\
            cancel\w*)
        ?(?:take|get|pull|export|download|bring) (?:all|everything|the whole) ~(?:out|off|\
            with us)(?! of (?:the|a) (?:box|column|list|table|field|folder))
    """,
    "payment": r"""
        (?:withhold|hold back|stop|suspend|disput|refus)(?:e|ing|ped)? (?:to )?(?:make )?(?:the |all |our |\
            any |your |this )?(?:further )?(?:payments?|invoices?|charges?|paying)
        !(?:won't|will not|not going to|refuse to) pay
        (?:disput|charg)\w+ ~(?:with|through|via) (?:our|my) (?:bank|card)
        ?pay(?:ing)? ~(?:for|a month|a year|per) ~(?:this|something|nothing|a (?:product|tool|\
            service)) ~(?:and (?:it|still)|that (?:doesn't|never|does not|is)|but|when it)
        (?:want|demand|expect|insist on) (?:a |our |my |full )?(?:compensation|credit for|money back|\
            full refund)
    """,
    "manager": r"""
        (?:speak|talk|escalat\w+|complain|put me through|hear|call|meeting|contact details|name|number|\
            address|phone) ~(?:to|with|from|of|for) (?:a |an |your |the |our )?(?:\w+ )?BOSS
        ?(?:can|could|may) (?:i|we) (?:please |now |finally |at last )?(?:speak|talk|be put through|\
            get through|complain|escalate this) (?:directly )?(?:to|with) (?:a |an |your |the )?(?:direct |\
            line |senior |support |duty |shift )?(?:managers?|supervisors?|superiors?|boss|directors?|ceo|\
            team lead|(?:someone|somebody) (?:senior|in charge|higher up))(?! (?:role|permission|account|\
            app|api|view|bot|seat|tool|dashboard|user|inbox|page))
        ?is there (?:a|any) (?:manager|supervisor) (?:available|on duty|around|(?:that |who |whom )?(?:i|\
            we) (?:can|could|may) (?:speak|talk|complain|escalate))
        (?:loop in|involve|bring in|copy in|cc|i want|i need|we want|we need|get me|give me|\
            where is) (?:your |our |the |a |an )?BOSS(?! (?:role|permission|right|access|view|account|seat|\
            licen|user|report|field|dashboard|to (?:see|have|be able|approve)|with (?:read|write)))
        (?:our|my|the) (?:\w+ ){0,2}BOSS ~(?:asked|asks|asking|wants|want|demands?|expects?|furious|\
            unhappy|angry|questions?|questioning|losing|needs? to know|wonder\w*|on my back)
        (?:escalate this|escalating this|please escalate|(?:formal|official) complaint|(?:file|filing|\
            lodge|make|raise) a complaint)
        (?:root cause|explanation|statement|post-?mortem) (?:analysis )?~(?:in writing|for (?:our|my|\
            the) (?:board|BOSS))
        written (?:explanation|statement|apology)
        (?:somebody|someone|anyone|a person|people) (?:with|who (?:has|can|is)) (?:\w+ )?(?:authority|\
            power|decide|make (?:a )?decisions?|competent|knows|help|allowed)
        (?:next|second|third|higher) level (?:support|team)?(?! (?:menu|heading|domain|category))
        ?is there (?:a|an actual|any) (?:human|person|real person)
    """,
    "legal": r"""
        (?:lawyers?|attorneys?|solicitors?|legal (?:team|counsel|department)|counsel) ~(?:will|has asked|\
            have asked|has been|have been|is (?:involved|reviewing|looking|preparing)|are (?:involved|\
            reviewing|looking|preparing)|in touch|advis\w+|contact you|writ\w+ to you)
        (?:involve|involving|contact|consult|call|instruct|hand\w* ~to) ~(?:our|my|a) (?:lawyers?|\
            attorneys?|solicitors?|legal)
        (?:legal action|legal steps|take (?:you|this) to court|sue you|small claims|lawsuit|\
            letter before action|hold(?:ing)? you liable|liable for (?:the|our|any))
        (?:breach|violat\w+|in breach) of (?:the |our |your )?(?:contract|sla|agreement|terms)
        (?:contractual penalt\w+|claim (?:for )?damages|report (?:you|this) to (?:the )?(?:regulators?|\
            authorit\w+|ico|data protection))
        (?:rais|report|tak|inform|notify|contact|complain|escalat)\w* ~(?:to|with)? ?(?:the |our |\
            your )?(?:data protection (?:authority|officer|commission\w*)|ombudsman|regulators?|\
            consumer protection|trading standards|better business bureau|ico|bafin|authorities)
    """,
    "public": r"""
        (?:post|writ|shar|tweet|describ|tell|publish|go)(?:e|ing|s)? ~(?:on|to|about it on) (?:twitter|\
            linkedin|x|social media|reddit|trustpilot|g2|capterra|facebook|the press|everyone)
        (?:go|going|went) public
        (?:bad|negative|one[- ]star|1[- ]star|terrible|honest) reviews? (?:on|about|is coming|for you|\
            of your)
    """,
    "repeat": r"""
        TIMES (?:time|NOTICE|week|day|month|attempt|report)(?! slot)
        MANY NOTICE ~(?:no|without|nobody|and|ignored|unanswered|with no|automatic|later|but)
        (?:sent|written|wrote|called|asked|tried to (?:call|reach|contact)|contacted you|emailed|\
            chased) ~MANY (?:times|NOTICE)
        (?:after|for|it's been|waiting|waited|been|past|last|already) MANY SPAN ~(?:no|without|still|\
            nothing|nobody|and|i|we|for (?:an?|any|your) (?:answer|reply|response))
        MANY SPAN (?:for a|to (?:fix|reset|answer|reply)|without|in a row)
        !(?:nobody|no one|no-one|none of you|is anybody|is anyone|is somebody|does anyone|\
            does anybody) ~ANSWERED
        !still (?:waiting|broken|not (?:fixed|working|solved|resolved)|no (?:answer|reply|response|fix|\
            solution|update|news from)|nothing|unresolved|failing|the same)(?= .{0,80}\b(?:days?|weeks?|\
            months?|still|hours|again|since|after|unacceptable|tomorrow|today)\b)
        !(?:closed?|closing|resolved|marked) (?:my|our|the|this|it) ?(?:ticket|case|request|conversation|\
            issue)? ?~(?:without|although|even though|but (?:it|nothing|we)|despite|again)
        reopen (?:it|this|my|the|our) ?(?:ticket|case)? ?(?:now|immediately|at once|today)
        (?:gone|going|went|dragg\w+|been) on (?:for )?(?:far |way |much )?too long
        (?:keeps? (?:happening|coming back|breaking|failing)|happened again|happening again|\
            again and again|time and again|over and over again|every single (?:day|week|month))
        (?:been ignored|ignoring (?:us|me|my|our)|ignored (?:us|me|my|our|for))
        (?:told|promised|assured|said) (?:me|us|that|you'd|you would)? ?~(?:would|will|it'd|you'd) (?:be |\
            have |get )?(?:\w+ )?(?:fix\w*|solv\w*|resolv\w*|call\w*|back|done|ready|sorted|working|\
            in touch)
        (?:you've|you have|you had|you) promised
        how many (?:more )?times (?:do|must|have|will|should) (?:i|we)
        !(?:no|zero|not a single|without (?:a|any|one)) (?:answer|response|reply|update) ~(?:since|for|in|\
            from|to)
        (?:automatic|automated|canned|copy.?paste|same) (?:replies|reply|answers?|\
            responses?)(?= .{0,60}\b(?:again|only|anybody|anyone|useless|human)\b|$)
        (?:same) (?:thing|answer|story|issue|problem|error|bug|excuse|reply) ~(?:again|every (?:day|week|\
            month|time)|last (?:week|month|year))
        (?:been|were|am|are) (?:more than |very |extremely )?patient
        (?:as broken as|no (?:progress|movement|improvement)) ~(?:since|on|for|in|after)
    """,
    "outage": r"""
        !EVERYBODY ~CANNOT
        !(?:nobody|no one|no-one|none of (?:us|our \w+|the \w+)) ~can (?!see|tell|approve|edit|download|\
            set)\w+
        !(?:we|i|they) (?:\w+ ){0,3}CANNOT (?:even |still |really |properly |just )?WORK(?! (?:from|for|to|\
            in|of))
        !(?:been|we are|we're|are all|is) (?:completely |totally |all )?(?:unable to|blocked from) WORK
        (?:at|to) a (?:complete |total )?(?:standstill|halt)
        (?:business|production|work|everything|operations?|the line) (?:is|has been|has|\
            are) (?:completely |still |totally )?(?:stopped|down|dead|on hold|offline|unusable|at a)
        (?:complete|total|another|yet another|major|full|massive) (?:outage|downtime|failure)(?! (?:report|\
            history|page|drill|feed))
        (?:site|system|service|platform|app|it|checkout|shop|api|server) (?:is|has been|went|\
            was) (?:completely |still |totally |again )?(?:down|offline|unusable|unreachable)(?! (?:to|\
            for maintenance))
        (?:los(?:e|ing|t)|cost(?:s|ing)?(?: us)?) ~(?:money|revenue|sales|orders|customers|clients|\
            thousands|hundreds|a fortune|[€$£]? ?\d[\d.,k]*)
        sen[dt] ~(?:people|staff|everyone|team|them|employees|drivers) home
        (?:calls|orders|customers|trucks|patients|tickets|complaints) (?:are|is) (?:piling up|\
            waiting outside|queu\w+|backing up|stacking up|walking (?:out|away))
        !(?:not (?:one|a single one) of|none of|nothing|not a single) ~(?:able to|works?|loads?|responds?|\
            goes through|can)(?! (?:than|better|as))
        all (?:of )?(?:our|my|the) (?:\w+ ){1,2}(?:shows?|displays?|gets?|gives?|returns?|throws?|fails?|\
            failed|stopped|are (?:failing|dead|frozen)) ~(?:errors?|failures?|timeouts?|nothing|blank|\
            since|$)
    """,
    "deadline": r"""
        EVENT ~(?:is|are|on|closes?|ends?|starts?|out)? ?~SOON(?= .{0,120}(?:FAILS)(?!\w))
        FAILS ~(?:and|with|but|before) ~EVENT ~SOON
        EVENT (?:closes?|ends?|is|are|starts?|goes out|here) ~SOON$
        (?:needs?|must|have to|due|required|expects?) ~SOON(?= .{0,90}(?:FAILS)(?!\w))
        (?:call|ring|phone) (?:me|us) (?:back )?(?:right )?(?:now|immediately|at once|asap|today|\
            within the hour)
        (?:engineer|somebody|someone|developer|technician) ~on (?:a|the|it|this) ?(?:call|\
            phone)? ?(?:right )?(?:now|immediately|at once|asap)
        (?:miss|missing|missed|lose) ~(?:filing|deadline|cut-?off|launch|submission|tender|payroll|\
            closing)(?! (?:field|date|column|reminder|label))
        (?:pay|face|facing|get|risk\w*|incur) (?:an? |the )?(?:fines?|penalt\w+|late fees?)
    """,
    "security": r"""
        (?:another|other|different|wrong|someone else's?|somebody else's?|strangers?|former|\
            ex)[ -](?:customers?|compan(?:y|ies)|clients?|tenants?|accounts?|users?|organi[sz]ations?|\
            employees?|colleagues?|people|staff)?'?s? ~(?:sees?|seeing|views?|access\w*|reads?|opens?|\
            downloads?|got|received|log(?:s|ged)? in)
        (?:see|saw|got|received|access|shown) ~(?:another|other|someone else's|a different) (?:customers?|\
            compan(?:y|ies)|clients?|tenants?|people)'?s?
        (?:see|saw|shown|received) ~(?:names|addresses|numbers|data|records|invoices|\
            documents) ~(?:not our|aren't our|other|another|who are not|that are not)
        (?:data|security) (?:breach|leak|incident)(?! (?:policy|form|template|report|training|response))
        (?:been|was|were|got|is|are) (?:hacked|compromised|leaked|stolen|exposed|phished)
        (?:unauthori[sz]ed|suspicious|unknown) (?:access|logins?|persons?|transactions?|sign-?ins?|users?)
        vulnerability in your
        (?:somebody|someone|a stranger|an unknown person|hackers?|attackers?) (?:has |have |\
            just )?(?:logged in|signed in|got in|accessed|broke in|hacked|used|changed) ~(?:our|my|the|\
            an?) (?:\w+ )?(?:account|admin|password|credentials|system|workspace|data)
        (?:logged in|signed in|logins?|sign-?ins?) from (?!(?:the|my|our|a|an|home|\
            mobile) )[A-Z]\w+ ~(?:with|to|on|using) (?:our|my)
    """,
    "data loss": r"""
        (?:someone|somebody|you|it|your (?:\w+ )?\w+|the (?:\w+ )?(?:update|import|sync|migration|\
            release)) (?:has |have |just |had )?(?:deleted|wiped|erased|lost|destroyed|overwr(?:ote|\
            itten)) (?:all|our|my|the|everything|half)
        (?:all|half|most|thousands|hundreds) (?:of )?(?:our |my |the )?(?:\w+ )?(?:data|records|contacts|\
            files|history|work|configuration|settings|customers|orders) (?:is|are|was|were|has|\
            have) (?:been |just |all )?(?:gone|lost|deleted|missing|wiped|disappeared)
        (?:we|i|we've|i've) (?:have )?lost (?:all|everything|our|half|\w+ (?:days|weeks|months) of)
        !(?:you|you've|your (?:\w+ )?(?:system|update|team|support|software|app)) (?:have |has )?(?:lost|\
            deleted|wiped|erased|destroyed) (?:\w+ ){0,2}(?:years|months|weeks|days|our|my|data|records|all)
    """,
    "anger": r"""
        !(?:unacceptable|outrageous|ridiculous|disgrace\w*|appalling|shameful|incompetent|laughable|\
            pathetic|beyond belief)
        !(?:useless|worst|terrible|awful|horrible) (?:support|service|answers?|experience|company|product)
        !(?:fed up|sick (?:and tired )?of|tired of (?:waiting|asking|this|excuses|writing|hearing)|\
            had enough|enough is enough|had it(?: with|[,.!]|$)|furious|last straw|livid)
        !(?:lost|losing|run out of|running out of|out of|lose) (?:all |any )?(?:my |our )?(?:trust|faith|\
            confidence|patience)
        !(?:waste of (?:time|money)|no more excuses|(?:what|is|such) a joke|thanks for nothing|spare me)
        !(?:deeply|extremely|very|really|increasingly) (?:disappointed|unhappy|frustrated|angry|upset|\
            dissatisfied)
        !?(?:don'?t|do not) bother
        !?(?:really well done|great job breaking|something that (?:doesn'?t|does not|never) works?)
        !(?:great|wonderful|fantastic|lovely),? (?:another|yet another)(?! (?:feature|update|release|\
            improvement|option|idea))
        !do not close
        !(?:can'?t|cannot) (?:rely on|trust|count on|depend on) (?:you|your|it|this|the)
        !is (?:anybody|anyone|somebody) (?:even |actually )?(?:reading|there|listening|working)
    """,
}
