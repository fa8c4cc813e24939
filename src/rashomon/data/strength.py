"""Words by which a telling commits itself more or less to what it tells.

The rungs are those of :data:`rashomon.types.Strength` (denied, doubted, alleged, reported, planned, stated); the
classes those of the factuality literature (Sauri and Pustejovsky 2009, FactBank; Prabhakaran et al. 2015 on hedges).
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DENYING = _words("deny denies denied denying denial refute refutes refuted rejects rejected reject dismissed")
DOUBTING = _words("doubt doubts doubted doubting dispute disputes disputed skeptical sceptical")
CLAIMING = _words("allege alleges alleged alleging allegedly claim claims claimed claiming purport purports purported")
ALLEGING = CLAIMING | _words("accuse accuses accused accusing insinuate insinuated speculate speculated")
# Verbs that make what somebody says a thing that is so and was held back, and those that leave it open.
ADMITTING = _words("admit admits admitted admitting concede concedes conceded conceding confess confesses confessed")
SAYING = _words("say says said saying told tell tells tweeted wrote writes stated states explained responded replied")
# Adverbs and adjectives (as lemmas) by which a clause or a noun phrase is kept at a distance.
HEDGING = _words(
    "alleged allegedly purported purportedly reportedly supposed supposedly suspected apparent apparently so-called"
    " presumed presumably ostensible ostensibly rumoured rumored unconfirmed unverified putative claimed"
)
# Adverbs by which a statement is less than certain, whoever makes it.
UNCERTAIN = _words(
    "reportedly allegedly apparently probably possibly perhaps maybe seemingly supposedly presumably likely"
    " purportedly ostensibly potentially"
)
# Verbs (as lemmas) whose complement has not happened yet; those of CONSIDERING are weaker than a plan.
CONSIDERING = _words("consider weigh mull contemplate explore ponder")
PLANNING = CONSIDERING | _words(
    "plan intend aim expect prepare propose schedule want hope seek pledge promise vow threaten agree"
)
# Adjectives and participles (as lemmas) whose infinitive is still to come ("was due to meet", "is set to open").
DUE = _words("due set slate schedule poise bind about likely unlikely ready")
# Verbs and nouns (as lemmas) that say of a statement below them in the sentence that it does not hold.
DISAVOWING = _words("deny denial refute dispute reject dismiss disavow")
# Verbs (as lemmas) that say of their complement that it was not done.
REFUSING = _words("deny refuse decline fail reject stop cease halt quit avoid")
# Words that judge what they name: naming takes a side (Greene and Resnik 2009; Recasens et al. 2013 on framing bias).
LOADED = _words(
    "illegal unlawful illegitimate legitimate lawful brutal brazen unprovoked peaceful violent bloody savage heroic"
    " cowardly barbaric controversial disputed historic notorious infamous extremist radical hardline fanatical"
    " moderate vicious baseless unfounded false bogus sham rigged fraudulent corrupt unprecedented draconian"
    " sweeping harsh strict aggressive ongoing continued continuing"
)
