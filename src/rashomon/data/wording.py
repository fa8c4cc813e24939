"""Word lists by which two wordings of one utterance are compared: what carries content and what does not."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Closed-class words: articles, prepositions, auxiliaries, pronouns, conjunctions, particles, interjections.
FUNCTION = _words(
    "a an the this that these those such some any each every either neither both all another other what which whatever"
    " who whom whose whoever i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his"
    " himself she her hers herself it its itself they them their theirs themselves one ones someone somebody something"
    " anyone anybody anything everyone everybody everything there here"
    " of in to for with on at from by about as into like through after over between out against during without before"
    " under around among within along upon toward towards across behind beyond off up down near above below than per"
    " amid amidst despite onto throughout via till until since"
    " and or but nor so yet if then because while whereas although though unless whether when where why how"
    " be am is are was were been being do does did done doing have has had having can could may might must shall should"
    " will would ought need get gets got"
    " not no 's 'm 're 've 'll 'd n't s well oh uh um er ah okay ok yes yeah hey also just too even"
)
# Closed-class words whose loss or change alters what is said: negation, modality, condition.
NEGATIONS = _words("not no never none nothing nobody neither nor n't cannot without")
MODALS = _words("can could may might must shall should will would ought cannot")
CONDITIONS = _words("if unless until when whenever once provided providing")
# A paraphrase may carry a negation or a doubt by a word of its own.
NEGATING = NEGATIONS | _words(
    "deny refuse reject decline fail lack avoid prevent stop rule dismiss oppose against hardly barely few little"
    " unable unwilling impossible unlikely refrain prohibit ban halt end exclude absence dispute unaware"
    " failure refusal rejection denial opposition"
)
# Words (as lemmas) by which one says that something is done no more.
CEASING = _words("stop quit cease halt end discontinue long anymore")
HEDGES = _words("may might could perhaps maybe possibly probably likely apparently seemingly presumably potentially")
HEDGING = HEDGES | _words(
    "possible potential likelihood chance possibility appear seem suggest expect hope believe think suspect uncertain"
    " unclear doubt would can should risk prospect"
)
CONDITIONAL = CONDITIONS | _words(
    "condition conditional depend dependent provided contingent should assuming only after before as where while"
)
# Lemmas so common in speech and in news that sharing one shows nothing.
COMMON = _words(
    "say tell ask think know want go come make take give see look find use work put keep let seem feel try leave call"
    " mean need thing way people man woman person time year day week month lot good bad great big new old right"
    " very really much many more most less least now again always ever never back still only first last next same"
    " own little long high part place case point fact issue country world state government president minister"
    " today tomorrow yesterday one two three talk believe happen start begin continue help show hear"
    " run move live bring become include set turn today statement report official today's able sure actually"
    " anybody kind sort different important clear able anymore maybe nation american"
)
# Words that add stress and nothing else: their coming and going is a small thing.
STRESS = _words("very really actually quite simply truly certainly absolutely indeed just so too even also well")
# Contractions and spoken forms, spelt out.
SPELT_OUT = {
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("got", "to"),
    "cannot": ("can", "not"),
    "can't": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "'cause": ("because",),
    "'em": ("them",),
    "y'all": ("you", "all"),
    "percent": ("per", "cent"),
    "%": ("per", "cent"),
    "&": ("and",),
    "ok": ("okay",),
    "mr": ("mister",),
    "sen": ("senator",),
    "rep": ("representative",),
    "gov": ("governor",),
    "gen": ("general",),
    "prof": ("professor",),
    "dr": ("doctor",),
}
CONTRACTED = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am"}
ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
NUMERALS = {word: str(value) for word, value in (ONES | TENS).items()}
QUANTITIES = (frozenset(NUMERALS) - {"zero", "one", "two"}) | _words("hundred thousand million billion dozen half")
# British and American spelling: endings (pattern, replacement) applied to both sides before they are compared.
SPELLING = (
    (r"isation", "ization"),
    (r"is(e|es|ed|ing|er|ers)$", r"iz\1"),
    (r"ys(e|es|ed|ing)$", r"yz\1"),
    (r"(?<=[a-z]{2})our", "or"),
    (r"(?<=[a-z]{2}[bcdfghpt])re(s|d)?$", r"er\1"),
    (r"ence(s|less)?$", r"ense\1"),
    (r"(?<=[a-z]{4})ll(ed|ing|er|ers)$", r"l\1"),
    (r"mme(s)?$", r"m\1"),
    (r"ogue(s)?$", r"og\1"),
    (r"ae", "e"),
    (r"grey", "gray"),
    (r"(?<=to|in|up)wards$|(?<=for|out)wards$|(?<=back|down)wards$|(?<=after)wards$", "ward"),
    (r"whilst", "while"),
    (r"amongst", "among"),
)
# States in which English is an official or common working language: their speakers are mostly quoted untranslated.
ENGLISH_SPEAKING = _words(
    "USA GBR IRL CAN AUS NZL IND PAK BGD LKA ZAF NGA GHA KEN UGA TZA ZMB ZWE MWI BWA NAM SLE LBR GMB RWA CMR SGP MYS"
    " PHL HKG JAM TTO BHS BRB GUY BLZ GRD LCA VCT ATG DMA KNA MLT FJI PNG SLB VUT WSM TON KIR MUS SYC SSD SWZ LSO ISR"
)
TRANSLATED = (
    r"\btranslat(?:ed|ion|or|ors)\b|\binterpreters?\b|\bsp(?:oke|eaking|oken) in (?!English)[A-Z][a-z]+\b"
    r"|\b(?:said|wrote|written|posted) in (?!English)[A-Z][a-z]+(?:ian|ish|ese|bic|ench|man|ew|ali|rdu|rsi|utch)\b"
)
# Whom one can tell something: audiences that are not in one room, by the words that name them.
AUDIENCES = {
    "legislature": _words(
        "parliament lawmakers legislators mps senators congressmen congress senate lords assembly bundestag knesset"
        " duma legislature committee subcommittee"
    ),
    "press": _words("reporters journalists press media newsmen correspondents"),
    "court": _words("court jury jurors judge judges tribunal"),
    "crowd": _words("crowd rally supporters protesters demonstrators marchers mourners congregation"),
}
# Where or by what one says something, for occasions that exclude each other ("in an interview" and "in a tweet"). A
# statement may be tweeted or read out, so that it excludes none but an interview and a speech.
OCCASIONS = {
    "post": r"\b(?:tweet(?:ed|s)?|(?:on|via|over) (?:Twitter|Facebook|Instagram|Truth Social))\b",
    "interview": r"\b(?:in an? (?:[\w-]+ ){0,3}interview|interviewed)\b",
    "rally": r"\bat an? (?:[\w-]+ ){0,3}rally\b",
    "news conference": r"\bat an? (?:[\w-]+ ){0,3}(?:news|press) (?:conference|briefing)\b",
    "letter": r"\bin an? (?:[\w-]+ ){0,3}(?:letter|e-?mail|memo|memorandum|op-ed)\b",
    "testimony": r"\b(?:testified|in (?:[\w-]+ ){0,2}testimony)\b",
}
# Words given to all at once: every outlet may say that they were told to it.
BROADCAST = (
    r"(?i)\b(?:statements?|e-?mail(?:ed|s)?|tweet(?:ed|s)?|twitter|facebook|posted|press release|news release)\b"
)

TIME_BOUNDS = _words("since until till by before after from through")
"""Words that make a time the bound of another: two that differ may both hold."""
