"""Cases for thresholds of quotations: what is one act of speech, where fragments stand in it, what renders it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from edges import Edge
from quoting import Says, account, rendered
from tellings import compared

from rashomon.compare._collation import related
from rashomon.compare.utterances import collate, findings
from rashomon.types import Annotations, Finding, Utterance

TARIFF = "Of the tariff: “{}” {}"
VELMISH = "She, speaking in Velmish: “{}” {}"
SPEAKERS = {"tarn": "Ada Tarn said.", "witness": "a witness said."}


def quoting(
    one: str, other: str, *, frame: str = "“{}” {}", speaker: str = "tarn", parse: bool = False
) -> list[Annotations]:
    """Two accounts that quote a speaker, each with its own words."""
    return [
        account(id, frame.format(said, SPEAKERS[speaker]), Says(speaker, said), parse=parse)
        for id, said in (("courier", one), ("herald", other))
    ]


def one_speech(one: str, other: str, **how: Any) -> Callable[[], bool]:
    """Whether two quotations are taken for one act of speech."""
    return lambda: len(collate(quoting(one, other, **how))) == 1


def _utterance(accounts: Sequence[Annotations]) -> Utterance:
    return max(collate(accounts), key=lambda u: len(u.base.text))


def placed(one: str, other: str) -> Callable[[], list[str]]:
    """The fragments of the other quotation that stand in the one."""
    return lambda: [f.span.text for f in _utterance(quoting(one, other)).fragments]


def readings(one: str, other: str) -> Callable[[], list[tuple[str, str]]]:
    """Where the other quotation departs from the one: the words of the one, and those of the other."""
    return lambda: [(v.base, v.reading) for v in _utterance(quoting(one, other)).variants]


GOOD_DAY = "that was not a good day for all of us, and we wept"
FERRIES = "The ferries to the northern islands stop on Monday."
PIER = "The pier closes in the last week of spring."
WIDOWS = "Nobody asked the widows and orphans of the drowned sailors about it before."
UNASKED = (
    "Nobody asked the widows and orphans of the drowned sailors or the masters of the nine lighthouses or the bakers"
    " and brewers of the lower town or the teachers of the school behind the mill or the old keepers of the goats and"
    " bees and geese on the islets beyond the bay who need salt and bread and flour and oil and letters and medicine"
).split()


def unasked(words: int) -> str:
    return f"{FERRIES} {' '.join(UNASKED[:words])}. {PIER}"


def put_in(words: int) -> str:
    more = " ".join("with bread and salt for every one of the cold and hungry keepers".split()[:words])
    return f"{FERRIES[:-1]} {more}. {PIER}"


UTTERANCES = (
    Edge("utterances._SHARED", "reached", one_speech(GOOD_DAY, "that was not a good day"), True),
    Edge("utterances._SHARED", "missed",
         one_speech("it was good for all of us, and for the herring", "it was good for all of us"), False),
    Edge("utterances._ALIGNED", "reached",
         one_speech("a disgraceful day for workers", "a shameful day for workers", frame=TARIFF), True),
    Edge("utterances._ALIGNED", "missed",
         one_speech("a disgraceful day for good people", "a shameful day for good people", frame=TARIFF), False),
    Edge("utterances._RARE", "reached", one_speech("it was a disgrace, no more and no less", "a disgrace"), True),
    Edge("utterances._RARE", "missed",
         one_speech("they were good people, no more and no less", "good people"), False),
    Edge("utterances._TWIN", "reached",
         one_speech("a disgraceful day for workers", "a shameful day for workers", frame=TARIFF), True),
    Edge("utterances._TWIN", "missed",
         one_speech("disgraceful day for workers", "shameful day for workers", frame=TARIFF), False),
    Edge("utterances._MATTER", "reached",
         one_speech("a disgraceful day for workers", "a shameful day for workers",
                    frame="Of the tariff, a tariff like her tariff, she: “{}”"), True),
    Edge("utterances._MATTER", "missed",
         one_speech("a disgraceful day for workers", "a shameful day for workers",
                    frame="Her country was this: “{}”"), False),
    Edge("utterances._CUT", "reached", placed(unasked(50), f"{FERRIES} {PIER}"), [f"{FERRIES} {PIER[:-1]}"]),
    Edge("utterances._CUT", "missed", placed(unasked(66), f"{FERRIES} {PIER}"), [FERRIES[:-1], PIER[:-1]]),
    Edge("utterances._PUT_IN", "reached", placed(f"{FERRIES} {PIER} {WIDOWS}", put_in(7)), [put_in(7)[:-1]]),
    Edge("utterances._PUT_IN", "missed", placed(f"{FERRIES} {PIER} {WIDOWS}", put_in(10)), [FERRIES[:-1], PIER[:-1]]),
    Edge("utterances._LEAST_TRANSLATED", "reached",
         one_speech("The negotiations have failed", "Our talks ended badly", frame=VELMISH), True),
    Edge("utterances._LEAST_TRANSLATED", "missed",
         one_speech("The negotiations failed", "Our talks ended badly", frame=VELMISH), False),
    Edge("utterances._SAME_MEANING", "reached",
         one_speech("We shall win the vote", "Victory is certain for us", frame=VELMISH), True),
    Edge("utterances._SAME_MEANING", "missed",
         one_speech("The ferry was rotten", "Our ship had holes everywhere", frame=VELMISH), False),
)  # fmt: skip

HUNGER = (
    "Nobody told the islanders that the ferry would stop in the {} winter and nobody asked them what they would eat"
    " until spring"
)
PROMISE = "The council promised bread and work to the fishermen"
WATER = "If the bank closes the brewery at the harbour"
INSPECT = "The engineers {} the bridge and the inspectors of the {}inspected bridge"
SELL = "The bank will sell the brewery of the town"

COLLATION = (
    Edge("_collation._COMMON_WEIGHT", "reached", one_speech(GOOD_DAY, "that was not a good day"), True),
    Edge("_collation._COMMON_WEIGHT", "missed",
         one_speech("they were good people, no more and no less", "good people"), False),
    Edge("_collation._NAME_WEIGHT", "reached",
         one_speech("The ferries go to Oslo and Bergen on Monday", "Oslo and Bergen", parse=True), True),
    Edge("_collation._NAME_WEIGHT", "missed",
         one_speech("The ferries go to Velm, Oslo and Bergen on Monday", "Velm, Oslo and Bergen", speaker="witness",
                    parse=True), False),
    Edge("_collation._STEM", "reached", lambda: related("ferry", "ferryman"), True),
    Edge("_collation._STEM", "missed", lambda: related("tide", "tides"), False),
    # Words put for others at one place, not words left out beside words put in.
    Edge("_collation._MISMATCH", "three words for one",
         readings(HUNGER.format("middle of the"), HUNGER.format("coming")), [("middle of the", "coming")]),
    Edge("_collation._GAP_OPEN", "three words for one",
         readings(HUNGER.format("middle of the"), HUNGER.format("coming")), [("middle of the", "coming")]),
    # What ends otherwise ends there: one word alike, a whole line later, is not enough to go on for.
    *(Edge(f"_collation.{name}", "an end of its own",
           placed(f"{PROMISE} of the islands and then gave them neither bread nor work but only a bill",
                  f"{PROMISE} and sent a bill"), [PROMISE])
      for name in ("_MATCH", "_MISMATCH", "_GAP_OPEN", "_GAP_MORE")),
    # But three words alike at the end are.
    *(Edge(f"_collation.{name}", "three words at the end",
           readings(f"{WATER} the brewers will close the bank and then the whole town will have to drink water",
                    f"{WATER} we will drink water"),
           [("the brewers", "we"), ("close the bank and then the whole town will have to", "")])
      for name in ("_MATCH", "_MISMATCH", "_GAP_OPEN", "_GAP_MORE")),
    Edge("_collation._RELATED", "another form near by",
         readings("If the bank closes the brewery at the harbour the brewers will close the bank and then the whole"
                  " town will have to drink water",
                  "If the bank closed the bank and then the whole town will have to drink water"),
         [("closes", "closed"), ("brewery at the harbour the brewers will close the", "")]),
    Edge("_collation._RELATED", "another form far off",
         readings(INSPECT.format("inspect", "engineers inspect the engineering of the "),
                  INSPECT.format("inspected", "")),
         [("inspect", "inspected"), ("the engineers inspect the engineering of", "")]),
    Edge("_collation._REACH", "reached", readings(f"{SELL} and abandon all of us", f"{SELL} and leave us"),
         [("abandon all of", "leave")]),
    Edge("_collation._REACH", "missed",
         placed(f"{SELL} because nobody ever thought of stopping it", f"{SELL} because no one dared to touch it"),
         [f"{SELL} because"]),
)  # fmt: skip


def reasons(quote: str, clause: str) -> Callable[[], list[str]]:
    """What is said of an account that renders what another quotes."""

    def read() -> list[str]:
        accounts = rendered(quote, clause)
        return [finding.reason for finding in findings(collate(accounts), accounts)]

    return read


def renders(quote: str, clause: str) -> Callable[[], bool]:
    """Whether a clause is taken to render what another account quotes."""
    return lambda: any(utterance.paraphrases for utterance in collate(rendered(quote, clause)))


def drops(quote: str, clause: str) -> Callable[[], list[str]]:
    """The phrases of a quotation that a rendering does without."""

    def read() -> list[str]:
        [utterance] = collate(rendered(quote, clause))
        return [utterance.base.text[slice(*at)] for p in utterance.paraphrases for at in p.drops]

    return read


GRANITE = "We shall repair the broken lock with granite from the quarry"
SEARCHED = "The divers searched the wreck with astonishing patience and found the bell"
LIST = "The divers found bells, chains, hooks, ropes, lamps, bottles, candles, coins, rings, plates, cups and spoons"
HAD_FOUND = "the divers had found chains and a bell under sand and mud"
PIRATES = (
    "beside the hooks of pirates while widows sang psalms and priests prayed for sailors and captains and cooks"
    " and goats"
)
BARGE = "The Herald says “barge” where The Courier quotes “ferry”."
OWN_WORDS = "The Herald says in its own words what The Courier quotes"

PARAPHRASES = (
    Edge("_paraphrases._SHARED", "reached", renders(GRANITE, "there was granite in the quarry"), True),
    Edge("_paraphrases._SHARED", "missed", renders("That was a big wreck", "the big wreck would stay"), False),
    Edge("_paraphrases._SHARE", "reached",
         renders("The divers searched the wreck and found chains and bottles and candles",
                 "divers prayed for bottles at the wreck while widows sang psalms"), True),
    Edge("_paraphrases._SHARE", "missed",
         renders(f"{LIST} beside the wreck of the steamer",
                 "a bottle of rum, a barrel of herring, a sack of flour, a goat, a fiddle, a drum, a pipe and a lamp"
                 " had kept the hungry divers of Velm alive on the wreck"), False),
    Edge("_paraphrases._SHARE_OF_OTHER", "two words reached",
         renders(GRANITE, "there was granite in the quarry"), True),
    Edge("_paraphrases._SHARE_OF_OTHER", "two words missed", renders(SEARCHED, "the divers had searched"), False),
    Edge("_paraphrases._SHARE_OF_OTHER", "three words reached", renders(SEARCHED, "divers found a bell"), True),
    Edge("_paraphrases._SHARE_OF_OTHER", "three words missed",
         renders(f"{SEARCHED} of the old steamer among rusty chains and empty bottles", "divers found a bell"), False),
    Edge("_paraphrases._SHARE_OF_OTHER", "four words reached",
         renders("The divers found bells and chains", f"{HAD_FOUND} {PIRATES}"), True),
    Edge("_paraphrases._SHARE_OF_OTHER", "four words missed",
         renders("The divers found bells and chains", f"{HAD_FOUND} and weeds and shells {PIRATES} and geese and pigs"
                 " and bakers and brewers and tailors and cobblers and smiths"), False),
    # A word that the account with the quotation has three times tells something; a common word does not.
    Edge("_paraphrases._TELLING", "reached",
         reasons("We will not reopen the canal until this ferry is repaired. A ferry is a ferry",
                 "they would not reopen the canal until the barge was repaired"), [BARGE]),
    Edge("_paraphrases._TELLING", "missed",
         lambda: [s.text for u in collate(rendered("We will go back to work on Monday",
                                                   "her people would go back to work on Monday"))
                  for p in u.paraphrases for s in p.adds], []),
    Edge("_paraphrases._RUN", "reached",
         renders("We will go back to work on Monday", "her people would go back to work on Monday"), True),
    Edge("_paraphrases._RUN", "missed",
         renders("We will go back to work on Monday", "people would go back to work"), False),
    Edge("_paraphrases._RUN_CONTENT", "reached",
         renders("We will take it back to our people if we can", "they would take it back to our people"), True),
    Edge("_paraphrases._RUN_CONTENT", "missed",
         renders("We will put it to the people in this place", "they would put it to the people"), False),
    Edge("_paraphrases._WORTH", "reached",
         drops("The divers will search the wreck with the army", "the divers would search that wreck"),
         ["with the army"]),
    Edge("_paraphrases._WORTH", "missed",
         drops("The divers will search the wreck with the police", "the divers would search that wreck"), []),
    Edge("_paraphrases._FLANKS", "reached",
         reasons("We shall repair the ferry quickly", "they would repair the barge quickly"), [BARGE]),
    Edge("_paraphrases._FLANKS", "missed",
         reasons("We shall sink this ferry and the steamer", "they would sink a barge and a steamer"),
         [f"{OWN_WORDS}."]),
)  # fmt: skip


def first(accounts: Sequence[Annotations]) -> Finding:
    """The weightiest finding on quotations."""
    return findings(collate(accounts), accounts)[0]


LIGHTHOUSE = "We will not sell the old lighthouse while {} still live beneath its lamp"


def weighs(one: str, other: str, **how: Any) -> Callable[[], tuple[str, float]]:
    """The kind and weight of the difference between two quotations of one speaker."""

    def read() -> tuple[str, float]:
        finding = first(quoting(f"{one} and always", other, **how))
        return finding.nonconflict or finding.kind, finding.weight

    return read


def with_other_words(letters: int) -> Callable[[], bool]:
    """Whether the words that two quotations differ in are shown in the line on them."""
    was = "patient poor families with seven goats and pigs and many geese and old ducks"[:letters]
    return lambda: was in first(quoting(f"{LIGHTHOUSE.format(was)} and always", LIGHTHOUSE.format("lawyers"))).reason


def half_quoted(words: int) -> Callable[[], list[str]]:
    """The kinds of findings on an account that quotes the first words of what the other quotes, and renders it."""
    said = "The divers searched the rusty wreck with astonishing patience and found a bell of silver under the sand"
    part, clause = " ".join(said.split()[:words]), "divers had been finding that silver bell in the sand"

    def read() -> list[str]:
        accounts = [
            account("courier", f"“{said},” Ada Tarn said.", Says("tarn", said), parse=True),
            account("herald", f"“{part},” Ada Tarn said. Ada Tarn said {clause}.", Says("tarn", part),
                    Says("tarn", clause, indirect=True), parse=True),
        ]  # fmt: skip
        return [finding.kind for finding in findings(collate(accounts), accounts)]

    return read


LAMPS = "The divers searched the wreck for the bell with lamps and ropes"
SIGNED = "We shall sign the treaty on herring and on cod before the winter comes"

QUOTE_FINDINGS = (
    Edge("_quote_findings._WEIGHTS", "content-word",
         weighs(LIGHTHOUSE.format("families"), LIGHTHOUSE.format("goats")), ("quote-wording", 0.85)),
    Edge("_quote_findings._WEIGHTS", "insertion",
         weighs(LIGHTHOUSE.format("families"), LIGHTHOUSE.format("hungry families")), ("quote-wording", 0.55)),
    Edge("_quote_findings._WEIGHTS", "omission",
         weighs(LIGHTHOUSE.format("hungry families"), LIGHTHOUSE.format("families")), ("quote-wording", 0.55)),
    Edge("_quote_findings._WEIGHTS", "function-word",
         weighs(LIGHTHOUSE.format("the families"), LIGHTHOUSE.format("our families")), ("quote-wording", 0.25)),
    Edge("_quote_findings._WEIGHTS", "translation",
         weighs("The negotiations have broken down", "Our talks ended in failure yesterday", frame=VELMISH),
         ("translation", 0.3)),
    Edge("_quote_findings._GRAVE", "a number",
         weighs(LIGHTHOUSE.format("seven families"), LIGHTHOUSE.format("nine families")), ("quote-wording", 0.95)),
    Edge("_quote_findings._SLIGHT", "stress",
         weighs(LIGHTHOUSE.format("families"), LIGHTHOUSE.format("families really")), ("quote-wording", 0.4)),
    Edge("_quote_findings._MOVED", "words at another place",
         weighs("The guild is trying to corrupt, once again, the election of our old lighthouse keeper",
                "The guild is trying once again to corrupt the election of our old lighthouse keeper"),
         ("quote-wording", 0.25)),
    Edge("_quote_findings._PARAPHRASED", "rendered",
         lambda: first(rendered(LAMPS, "divers had been searching that wreck by the light of lamps")).weight, 0.4),
    Edge("_quote_findings._OMITTED", "without its condition",
         lambda: first(rendered("We will reopen the canal to barges if the regional parliament approves the subsidy",
                                "they will reopen the canal to barges")).weight, 0.65),
    Edge("_quote_findings._SHOWN", "reached", with_other_words(54), True),
    Edge("_quote_findings._SHOWN", "missed", with_other_words(70), False),
    Edge("_quote_findings._IN_A_ROW", "reached",
         reasons(LAMPS, "the tired divers with lamps had searched the wreck for the bell of a king"),
         [f"{OWN_WORDS}, without “ropes”."]),
    Edge("_quote_findings._IN_A_ROW", "missed",
         reasons(f"{LAMPS} all night",
                 "the tired sailors and the divers searched the wreck for the bell with lamps before dawn came"), []),
    Edge("_quote_findings._MOSTLY_QUOTED", "reached", half_quoted(5), ["quoted-paraphrased"]),
    Edge("_quote_findings._MOSTLY_QUOTED", "missed", half_quoted(9), []),
)  # fmt: skip


def heard(said: str) -> Callable[[], list[tuple[str, float]]]:
    """The kinds and weights of findings on words that were said to two newspapers."""

    def read() -> list[tuple[str, float]]:
        accounts = [
            account(id, f"“{said},” she told {paper}.", Says("tarn", said, to=paper))
            for id, paper in (("courier", "Port Gazette"), ("herald", "Radio North"))
        ]
        return [(finding.kind, finding.weight) for finding in findings(collate(accounts), accounts)]

    return read


def put(one: str, other: str) -> Callable[[], list[tuple[str, float]]]:
    """The kinds and weights of findings on the same words under two attributions, read in articles."""
    words = "“The ferry was rotten from bow to stern and nobody cared,”"
    return lambda: [
        (f.kind, f.weight) for f in compared(f"{words} {one}.", f"{words} {other}.").findings if f.utterance
    ]


PARTIES = (
    Edge("_parties._OTHER_SPEAKER", "two speakers", put("Ida Korn said", "Otto Brill said"), [("attribution", 0.9)]),
    Edge("_parties._OTHER_ADDRESSEE", "two hearers", heard("The ferry was rotten from bow to stern"),
         [("addressee", 0.5)]),
    Edge("_parties._LESS_FIRM", "claimed and said", put("Ida Korn claimed", "Ida Korn said"), [("strength", 0.6)]),
    Edge("_parties._LEAST_WORDS", "reached", heard("The ferry was rotten"), [("addressee", 0.5)]),
    Edge("_parties._LEAST_WORDS", "missed", heard("The rotten ferry"), []),
)  # fmt: skip

EDGES: tuple[Edge, ...] = (*UTTERANCES, *COLLATION, *PARAPHRASES, *QUOTE_FINDINGS, *PARTIES)
