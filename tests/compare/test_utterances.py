"""Collation of quotations: placed fragments, variant readings, paraphrases, findings. All the news is fictional."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import NO_GOLD, NO_SEEDS
from quoting import Says, account, rendered

from rashomon.annotate.pipeline import annotate
from rashomon.compare.utterances import collate, findings
from rashomon.types import Annotations, Article, Finding, Mention, Span, Utterance


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def reproduced(utterance: Utterance, number: int) -> str:
    """The base's text at a fragment, with the variants that the fragment has put in their places."""
    fragment = utterance.fragments[number]
    text = utterance.base.text[: fragment.at[1]]
    for variant in sorted(utterance.variants, key=lambda v: v.at, reverse=True):
        here = [s for s in variant.spans if inside(s, fragment.span)]
        if here:
            text = text[: variant.at[0]] + f" {here[0].text} " + text[variant.at[1] :]
    return text[fragment.at[0] :]


def inside(inner: Span, outer: Span) -> bool:
    return inner.article == outer.article and outer.start <= inner.start and inner.end <= outer.end


def check(utterances: Sequence[Utterance], accounts: Sequence[Annotations]) -> list[Finding]:
    """The laws that hold of every apparatus; returns its findings."""
    texts = {a.article.id: a.article.text for a in accounts}

    def true(span: Span) -> bool:
        return texts[span.article][span.start : span.end] == span.text

    for utterance in utterances:
        assert true(utterance.base)
        for number, fragment in enumerate(utterance.fragments):
            assert true(fragment.span)
            assert 0 <= fragment.at[0] < fragment.at[1] <= len(utterance.base.text)
            assert words(reproduced(utterance, number)) == words(fragment.span.text)
        for variant in utterance.variants:
            assert utterance.base.text[slice(*variant.at)] == variant.base
            for span in variant.spans:
                assert true(span)
                assert span.text == variant.reading
                assert any(inside(span, f.span) for f in utterance.fragments)
        for paraphrase in utterance.paraphrases:
            assert all(map(true, (paraphrase.span, *paraphrase.adds)))
            assert all(inside(a, paraphrase.span) for a in paraphrase.adds)
            assert all(0 <= a < b <= len(utterance.base.text) for a, b in paraphrase.drops)
    found = findings(utterances, accounts)
    for finding in found:
        assert finding.reason
        assert len({s.article for s in finding.sides}) > 1
        assert finding.spans
        assert all(map(true, finding.spans))
        for side in finding.sides:
            assert true(side.passage)
            assert all(true(m) and inside(m, side.passage) for m in side.marks)
    return found


WHOLE = (
    "“As the harbour fills with silt we expect the council to keep its promise to the fishermen and pay to dredge"
    " the channel at Wick,” Ada Tarn said."
)


def test_fragments_of_one_sentence_are_one_utterance() -> None:
    speech = WHOLE[1 : WHOLE.index(",”") + 1]
    mixed = (
        'Ada Tarn said that she expects the council "to keep its promise to the fishermen" of the town, amid "silt",'
        ' and "pay to dredge channel at Wick."'
    )
    content = mixed[mixed.index("she expects") :]
    marked = ("to keep its promise to the fishermen", "silt", "pay to dredge channel at Wick.")
    accounts = [
        account("courier", WHOLE, Says("tarn", speech)),
        account("herald", mixed, Says("tarn", content, marked), parse=True),
    ]
    utterances = collate(accounts)
    assert len(utterances) == 1
    (one,) = utterances
    assert (one.base.article, one.speaker) == ("courier", "tarn")
    assert [f.span.text for f in one.fragments] == [m.rstrip(".") for m in marked]
    assert [(v.base, v.reading, v.kind) for v in one.variants] == [("the", "", "function-word")]
    found = [f for f in check(utterances, accounts) if f.kind == "quote-wording"]
    assert [(f.weight <= 0.3, f.actor) for f in found] == [(True, "tarn")]
    assert "function word" in found[0].reason
    assert [m.text for m in found[0].spans] == ["the"]


BASE = "We will not sell the old lighthouse while seven families still live beneath its lamp"
READINGS = [
    ("We will not sell the old lighthouse while 7 families still live beneath its lamp", {"spelling"}, None),
    ("we will not sell the old lighthouse, while seven families still live beneath its lamp", {"punctuation"}, None),
    ("We won't sell the old lighthouse while seven families still live beneath its lamp", {"spelling"}, None),
    ("We'll not sell the old lighthouse while seven families still live beneath its lamp", {"spelling"}, None),
    ("We will not sell our old lighthouse while seven families still live beneath its lamp", {"function-word"}, 0.25),
    ("We will not sell the old lighthouse while seven families still sleep beneath its lamp", {"content-word"}, 0.85),
    ("We will not sell the old lighthouse while seven families live beneath its lamp", {"omission"}, 0.55),
    ("We will not sell the dear old lighthouse while seven families still live beneath its lamp", {"insertion"}, 0.55),
    ("We will sell the old lighthouse while seven families still live beneath its lamp", {"omission"}, 0.95),
    ("We would not sell the old lighthouse while seven families still live beneath its lamp", {"content-word"}, 0.95),
    ("We will not sell the old lighthouse while nine families still live beneath its lamp", {"content-word"}, 0.95),
    ("We will not sell … while seven families still live beneath its lamp", {"omission"}, 0.4),
    ("We will not sell the old [building] while seven families still live beneath its lamp", {"content-word"}, None),
]


@pytest.mark.parametrize(("reading", "kinds", "weight"), READINGS)
def test_kinds_of_readings_and_their_weight(reading: str, kinds: set[str], weight: float | None) -> None:
    accounts = [
        account("courier", f"“{BASE} and always,” she said.", Says("tarn", f"{BASE} and always,")),
        account("herald", f'She said: "{reading}."', Says("tarn", f"{reading}.")),
    ]
    (utterance,) = collate(accounts)
    assert {v.kind for v in utterance.variants} == kinds
    found = check((utterance,), accounts)
    assert [f.weight for f in found] == ([] if weight is None else [pytest.approx(weight)])


def test_british_and_american_spelling_is_spelling() -> None:
    one = "The labour organisations honour the U.S. sailors who travelled from the harbour centre in grey coats tonight"
    two = "the labor organizations honor the US sailors who traveled from the harbor center in gray coats"
    accounts = [
        account("courier", f"“{one},” she said.", Says("tarn", one)),
        account("herald", f"“{two},” she said.", Says("tarn", two)),
    ]
    (utterance,) = collate(accounts)
    assert {v.kind for v in utterance.variants} == {"spelling", "punctuation"}
    assert check((utterance,), accounts) == []


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            "The old harbour still feeds every family of our work force",
            "The old harbour still feeds every family of our workforce",
        ),
        (
            "The old harbour pays for the health care law of every family here",
            "The old harbour pays for the healthcare law of every family here",
        ),
        (
            "Every family of the harbour feared and obeyed old Kadhaffi",
            "Every family of the harbour feared and obeyed old Gadhafi",
        ),
    ],
)
def test_one_word_in_two_parts_and_one_name_in_two_scripts_are_spelling(one: str, two: str) -> None:
    accounts = [
        account("courier", f"“{one},” she said.", Says("tarn", one), parse=True),
        account("herald", f"“{two},” she said.", Says("tarn", two), parse=True),
    ]
    (utterance,) = collate(accounts)
    assert {v.kind for v in utterance.variants} == {"spelling"}
    assert check((utterance,), accounts) == []


def test_what_one_account_does_not_quote_is_no_variant() -> None:
    shorter = "seven families still live beneath its lamp"
    accounts = [
        account("courier", f"“{BASE},” she said.", Says("tarn", BASE)),
        account("herald", f"She said “{shorter}.”", Says("tarn", shorter)),
    ]
    (utterance,) = collate(accounts)
    assert utterance.variants == ()
    assert check((utterance,), accounts) == []


def test_a_sentence_left_out_inside_one_quotation_is_an_omission() -> None:
    full = "The ferries stop on Monday. Nobody consulted the islanders. The pier closes in spring."
    cut = "The ferries stop on Monday. The pier closes in spring."
    accounts = [
        account("courier", f"“{full}” she said.", Says("tarn", full)),
        account("herald", f"“{cut}” she said.", Says("tarn", cut)),
    ]
    (utterance,) = collate(accounts)
    assert [(v.kind, v.base) for v in utterance.variants] == [("omission", "Nobody consulted the islanders")]
    (finding,) = check((utterance,), accounts)
    assert finding.kind == "quote-wording"


def test_two_matters_stay_two_utterances() -> None:
    one = "The council of Wick will build a breakwater before the winter storms return."
    two = "The council of Wick will close the fish market after a plague of rats."
    text = f"“{one}” said Ada Tarn, and later: “{two}”"
    accounts = [
        account("courier", text, Says("tarn", one), Says("tarn", two)),
        account("herald", f"“{two}” said Ada Tarn.", Says("tarn", two)),
        account("times", f"Ada Tarn: “{one}”", Says("tarn", one)),
    ]
    utterances = collate(accounts)
    assert sorted((u.base.text, len(u.fragments)) for u in utterances) == [(one, 1), (two, 1)]
    assert check(utterances, accounts) == []


def test_an_office_spoken_of_twice_is_not_one_sentence() -> None:
    office = "the keeper of the northern lighthouse archive"
    one, two = f"The same child who feared every storm is now {office}", f"I am {office}"

    def telling(id: str, said: str, is_office: bool) -> Annotations:
        told = account(id, f"“{said},” said Ada Tarn.", Says("tarn", said))
        start = told.article.text.index(office)
        mention = Mention(span=told.article.span(start, start + len(office)), actor="tarn", form="role")
        return msgspec.structs.replace(told, mentions=(mention,) if is_office else ())

    assert len(collate([telling("courier", one, True), telling("herald", two, True)])) == 2
    assert len(collate([telling("courier", one, False), telling("herald", two, False)])) == 1


def test_nameless_speakers_are_not_taken_for_one() -> None:
    one, two = "The wall crushed the boats like eggshells.", "It crushed everything, boats and nets."
    accounts = [
        account("courier", f"“{one}” a witness said.", Says("witness", one)),
        account("herald", f"“{two}” a witness said.", Says("witness", two)),
    ]
    assert len(collate(accounts)) == 2


SPEECH = "Whoever drained the canal has robbed our grandchildren of their only swimming lake"


def test_the_same_words_from_two_mouths_are_an_attribution_finding() -> None:
    accounts = [
        account("courier", f"“{SPEECH},” said Ada Tarn.", Says("tarn", SPEECH, named="Ada Tarn")),
        account("herald", f"“{SPEECH},” said Nils Oster.", Says("oster", SPEECH, named="Nils Oster")),
    ]
    utterances = collate(accounts)
    assert len(utterances) == 1
    (finding,) = check(utterances, accounts)
    assert finding.kind == "attribution"
    assert {m.text for m in finding.spans} == {"Ada Tarn", "Nils Oster"}
    # An account that names the other as well may have been misread: better silent than wrong.
    both = account(
        "herald", f"Ada Tarn spoke first. Then Nils Oster, beside Ada Tarn, said: “{SPEECH}.”",
        Says("oster", SPEECH, named="Nils Oster"),
    )  # fmt: skip
    assert findings(collate([accounts[0], both]), [accounts[0], both]) == []


def test_the_same_words_to_two_addressees() -> None:
    accounts = [
        account("courier", f"“{SPEECH},” she told Port Gazette.", Says("tarn", SPEECH, to="Port Gazette")),
        account("herald", f"“{SPEECH},” she told Radio North.", Says("tarn", SPEECH, to="Radio North")),
    ]
    (finding,) = check(collate(accounts), accounts)
    assert finding.kind == "addressee"


@pytest.mark.parametrize(
    ("one", "two", "kinds"),
    [
        ("parliament", "reporters", ["addressee"]),
        ("Port Gazette", "reporters", []),
        # What is sent to all is told to each.
        ("Port Gazette", "Radio North in an e-mail", []),
        # He may well be a reporter of theirs.
        ("Port Gazette", "Nils Oster", []),
        ("reporters", "reporters", []),
    ],
)
def test_audiences_that_are_not_in_one_room(one: str, two: str, kinds: list[str]) -> None:
    accounts = [
        account(name, f"“{SPEECH},” she told {to}.", Says("tarn", SPEECH, to=to.partition(" in ")[0]))
        for name, to in (("courier", one), ("herald", two))
    ]
    assert [f.kind for f in check(collate(accounts), accounts)] == kinds


def called(id: str, word: str, what: str) -> Annotations:
    marked = f"a {word} blow to people like us"
    text = f"Ada Tarn called {what} “{marked}.”"
    return account(id, text, Says("tarn", f"{what} “{marked}.”", (marked,)), parse=True)


def test_short_quotations_that_differ_in_one_word_are_one_where_they_are_told_of_one_matter() -> None:
    accounts = [called("courier", "monstrous", "the tariff"), called("herald", "childish", "the tariff")]
    (utterance,) = collate(accounts)
    assert [(v.base, v.reading, v.kind) for v in utterance.variants] == [("monstrous", "childish", "content-word")]
    (finding,) = check((utterance,), accounts)
    assert finding.weight >= 0.8
    assert finding.reason.endswith("“monstrous”: The Courier; “childish”: The Herald.")
    apart = [called("courier", "monstrous", "the tariff"), called("herald", "childish", "his poem")]
    assert len(collate(apart)) == 2


def test_a_difference_is_told_once_with_all_its_accounts() -> None:
    names = {"alpha": "monstrous", "beta": "monstrous", "gamma": "childish", "theta": "childish", "zeta": "clumsy"}
    accounts = [called(id, word, "the tariff") for id, word in names.items()]
    utterances = collate(accounts)
    (finding,) = check(utterances, accounts)
    assert [s.article for s in finding.sides] == list(names)
    assert [m.text for s in finding.sides for m in s.marks] == list(names.values())
    assert (
        "“monstrous”: The Alpha and The Beta; “childish”: The Gamma and The Theta; “clumsy”: The Zeta" in finding.reason
    )
    # Two papers that print one text are one account, and shown as one side.
    (grouped,) = findings(utterances, accounts, {"alpha": 0, "beta": 0, "gamma": 1, "theta": 2, "zeta": 3})
    assert [s.article for s in grouped.sides] == ["alpha", "gamma", "theta", "zeta"]
    assert grouped.reason == finding.reason


def test_words_at_another_place_are_not_said_to_be_missing() -> None:
    one = "The guild is trying to corrupt, once again, the election of our old lighthouse keeper"
    two = "The guild is trying once again to corrupt the election of our old lighthouse keeper"
    accounts = [
        account("courier", f"“{one},” she said.", Says("tarn", one)),
        account("herald", f"“{two},” she said.", Says("tarn", two)),
    ]
    (finding,) = check(collate(accounts), accounts)
    assert finding.weight <= 0.25
    assert "at another in The Herald" in finding.reason


@pytest.mark.parametrize(("how", "count"), [("said in Velmish", 1), ("said", 2)])
def test_two_translations_without_a_word_in_common(how: str, count: int) -> None:
    one, two = "The negotiations have broken down", "Our talks ended in failure yesterday"
    other = "My mother bakes excellent bread"
    accounts = [
        account("courier", f"“{one},” Ada Tarn {how} here.", Says("tarn", one)),
        account(
            "herald",
            f"“{other},” Ada Tarn {how} first. “{two},” she {how} then.",
            Says("tarn", other),
            Says("tarn", two),
        ),
    ]
    utterances = collate(accounts)
    assert len(utterances) == count + 1
    assert [(f.kind, f.nonconflict) for f in check(utterances, accounts)] == [("not-a-conflict", "translation")] * (
        2 - count
    )
    # Two matters in translation are not one.
    apart = [accounts[0], account("herald", f"“{other},” Ada Tarn {how}.", Says("tarn", other))]
    assert len(collate(apart)) == 2


def test_two_translations_are_no_conflict() -> None:
    one = "The whole valley must stand together against such floods and answer them with a clear plan"
    two = "the whole valley needs to stand united against these floods and meet them with a plain plan"
    accounts = [
        account("courier", f"“{one},” said Marek Velde.", Says("velde", one)),
        account("herald", f"“{two},” said Marek Velde.", Says("velde", two)),
    ]
    (utterance,) = collate(accounts)
    (finding,) = check((utterance,), accounts)
    assert (finding.kind, finding.nonconflict) == ("not-a-conflict", "translation")
    english_speaker = [account(a.article.id, a.article.text, Says("tarn", q)) for a, q in zip(accounts, (one, two))]  # noqa: B905
    (finding,) = check(collate(english_speaker), english_speaker)
    assert finding.kind == "quote-wording"


def test_a_paraphrase_is_linked_and_says_what_it_drops() -> None:
    accounts = rendered(
        "We shall repair the broken lock with granite from the quarry and reopen the canal to barges",
        "the lock would be repaired and the canal reopened by cheerful volunteers",
    )
    (utterance,) = collate(accounts)
    (finding,) = check((utterance,), accounts)
    assert finding.kind == "quoted-paraphrased"
    dropped = " ".join(utterance.base.text[a:b] for p in utterance.paraphrases for a, b in p.drops)
    assert "granite" in dropped
    assert "quarry" in dropped
    assert "barges" in dropped
    assert "lock" not in dropped
    assert "canal" not in dropped
    assert any("volunteers" in s.text for p in utterance.paraphrases for s in p.adds)


@pytest.mark.parametrize(
    ("quoted", "clause", "what"),
    [
        (
            "We will reopen the canal to barges if the regional parliament approves the subsidy",
            "they will reopen the canal to barges",
            "condition",
        ),
        (
            "The engineers did not inspect the rusted sluice gates",
            "the engineers inspected the rusted gates",
            "negation",
        ),
        ("The flood destroyed forty cottages along the embankment", "the flood destroyed cottages", "number"),
        ("The dam might collapse before the autumn rains", "the dam will collapse before autumn", "hedge"),
    ],
)
def test_a_part_that_alters_the_meaning_is_an_omission_within(quoted: str, clause: str, what: str) -> None:
    accounts = rendered(quoted, clause)
    (finding,) = check(collate(accounts), accounts)
    assert finding.kind == "omission-within"
    assert what in finding.reason
    assert finding.spans


@pytest.mark.parametrize(
    ("quoted", "clause"),
    [
        (
            "We will reopen the canal to barges if parliament approves the subsidy",
            "they will reopen the canal to barges, should parliament approve",
        ),
        ("The engineers did not inspect the rusted sluice gates", "the engineers failed to inspect the rusted gates"),
        ("The dam might collapse before the autumn rains", "the dam could collapse before autumn"),
    ],
)
def test_what_is_said_in_other_words_is_not_left_out(quoted: str, clause: str) -> None:
    accounts = rendered(quoted, clause)
    assert [f.kind for f in check(collate(accounts), accounts)] == ["quoted-paraphrased"]


def test_a_condition_dropped_from_common_words() -> None:
    accounts = rendered(
        "We will go back to work on Monday if the mill owners sign the charter",
        "her people would go back to work on Monday",
    )
    (finding,) = check(collate(accounts), accounts)
    assert finding.kind == "omission-within"
    assert [m.text for m in finding.sides[0].marks] == ["if the mill owners sign the charter"]


@pytest.mark.parametrize(
    ("quoted", "clause", "reason"),
    [
        (
            "We will not reopen the canal until this ferry is repaired",
            "they would not reopen the canal until the barge was repaired",
            "says “barge” where The Courier quotes “ferry”.",
        ),
        (
            "The divers searched the wreck with astonishing patience and found the bell",
            "the divers had searched the wreck",
            "without “with astonishing patience”",
        ),
        # Other words for a part of it are no omission.
        (
            "The divers will search the wreck when the storm abates",
            "the divers would search the wreck once it was calm again",
            "in its own words what The Courier quotes.",
        ),
        (
            "Those divers will search the wreck of the steamer",
            "the divers are to search that same wreck",
            "in its own words what The Courier quotes.",
        ),
    ],
)
def test_a_reason_tells_what_a_paraphrase_does_without(quoted: str, clause: str, reason: str) -> None:
    accounts = rendered(quoted, clause)
    (finding,) = check(collate(accounts), accounts)
    assert finding.kind == "quoted-paraphrased"
    assert reason in finding.reason


def test_paraphrases_of_one_quotation_are_one_finding() -> None:
    accounts = rendered("The divers searched the wreck for the bell", "divers had been searching that wreck")
    clause = "divers had been searching that wreck"
    accounts.append(account("times", f"Ada Tarn said {clause}.", Says("tarn", clause, indirect=True), parse=True))
    (finding,) = check(collate(accounts), accounts)
    assert [s.article for s in finding.sides] == ["courier", "herald", "times"]
    assert "The Herald and The Times say in their own words" in finding.reason


def test_a_clause_inside_marks_is_no_paraphrase() -> None:
    quoted = "We shall repair the broken lock with granite and reopen the canal to barges"
    clause = "the broken lock shall be repaired and the canal reopened to barges"
    accounts = [
        account("courier", f"“{quoted},” Ada Tarn said.", Says("tarn", quoted), parse=True),
        account("herald", f"Ada Tarn said “{clause}.", Says("tarn", clause, indirect=True), parse=True),
    ]
    assert check(collate(accounts), accounts) == []


def test_another_matter_is_no_paraphrase() -> None:
    accounts = rendered(
        "We shall repair the broken lock with granite from the quarry", "the council will hire a new piper for the fair"
    )
    assert check(collate(accounts), accounts) == []


# Law tests over generated accounts: a text of made-up words, quoted in pieces with edits.
_CONTENT = [a + b + c for a in ("bar", "mel", "tor", "vin") for b in ("de", "ka", "lo") for c in ("n", "st", "rk")]
_FUNCTION = ["the", "of", "and", "to", "in", "we", "will", "not", "it", "a"]
_word = st.sampled_from(_CONTENT) | st.sampled_from(_FUNCTION)
_sentence = st.lists(_word, min_size=6, max_size=14).map(lambda w: " ".join(w).capitalize() + ".")


@st.composite
def _accounts(draw: st.DrawFn) -> list[Annotations]:
    speech = draw(st.lists(_sentence, min_size=1, max_size=3))
    accounts = []
    for name in ("alpha", "beta", "gamma")[: draw(st.integers(1, 3))]:
        text = ""
        quotes = []
        for sentence in speech:
            said = sentence.split()
            start = draw(st.integers(0, len(said) - 1))
            said = said[start : draw(st.integers(start + 1, len(said)))]
            for _ in range(draw(st.integers(0, 2))):
                at = draw(st.integers(0, len(said) - 1))
                said[at : at + draw(st.integers(0, 1))] = draw(st.lists(_word, max_size=2))
                said = said or ["word"]
            marked = " ".join(said)
            if marked not in text:
                text += f"“{marked}” she said. "
                quotes.append(marked)
        kept = [q for q in quotes if text.count(q) == 1]
        speaker = draw(st.sampled_from(["tarn", "tarn", "oster", None]))
        accounts.append(account(name, text, *(Says(speaker, q) for q in kept)))
    return accounts


@settings(max_examples=150, deadline=None)
@given(_accounts(), st.randoms(use_true_random=False))
def test_the_apparatus_is_true_and_does_not_depend_on_order(accounts: list[Annotations], chance: object) -> None:
    utterances = collate(accounts)
    found = check(utterances, accounts)
    quoted = [c for a in accounts for q in a.quotes for c in q.content]
    shown = [u.base for u in utterances] + [f.span for u in utterances for f in u.fragments]
    # Every quotation is in the apparatus, as a base or as a fragment.
    for span in quoted:
        assert any(s.article == span.article and s.start < span.end and span.start < s.end for s in shown)
    mixed = accounts[::-1]
    assert collate(mixed) == utterances
    assert findings(utterances, mixed) == found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_CONTENT), min_size=6, max_size=14, unique=True), st.data())
def test_a_verbatim_fragment_is_placed_and_makes_no_finding(said: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(said) - 3))
    end = data.draw(st.integers(start + 2, len(said)))
    whole, part = " ".join(said), " ".join(said[start:end])
    accounts = [
        account("alpha", f"“{whole}” she said.", Says("tarn", whole)),
        account("beta", f"She said “{part}”.", Says("tarn", part)),
    ]
    (utterance,) = collate(accounts)
    assert utterance.base.text[slice(*utterance.fragments[0].at)] == part
    assert utterance.variants == ()
    assert check((utterance,), accounts) == []


def test_no_quotations_at_all() -> None:
    assert collate([]) == ()
    assert collate([account("courier", "Nothing was said.")]) == ()
    assert findings((), []) == []


SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason=NO_SEEDS)
def test_the_seeds_sentence_on_the_agreements_is_one_utterance() -> None:
    accounts = annotated([(p.stem, p.read_text()) for p in sorted((SHARED / "seeds").glob("*.txt"))])
    utterances = collate(accounts)
    check(utterances, accounts)
    (one,) = [u for u in utterances if "Minsk" in u.base.text]
    assert (one.base.article, {f.span.article for f in one.fragments}) == ("000", {"001"})
    assert len(one.fragments) == 3
    assert [(v.base, v.reading, v.kind) for v in one.variants] == [("the", "", "function-word")]


@pytest.mark.skipif(not (SHARED / "gold" / "stories").is_dir(), reason=NO_GOLD)
def test_the_laws_hold_on_real_stories() -> None:
    lines = (SHARED / "gold" / "stories" / "stories.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    for story in sorted({row["story"] for row in rows})[::60]:
        accounts = annotated([(row["id"], row["text"]) for row in rows if row["story"] == story])
        utterances = collate(accounts)
        found = check(utterances, accounts)
        assert collate(accounts[::-1]) == utterances
        assert findings(utterances, accounts[::-1]) == found


def annotated(texts: Sequence[tuple[str, str]]) -> list[Annotations]:
    """Articles annotated, with persons of one family name and other actors of one name taken for the same."""
    accounts = []
    for one in annotate(Article(id=id, text=text) for id, text in texts):
        ids = {a.id: f"{a.kind} {a.name.split()[-1] if a.kind == 'person' else a.name}" for a in one.actors}
        quotes = tuple(
            msgspec.structs.replace(
                q,
                speaker=ids.get(q.speaker or "", q.speaker),
                addressee=ids.get(q.addressee or "", q.addressee),
            )
            for q in one.quotes
        )
        actors = tuple(msgspec.structs.replace(a, id=ids[a.id]) for a in one.actors)
        mentions = tuple(msgspec.structs.replace(m, actor=ids.get(m.actor, m.actor)) for m in one.mentions)
        accounts.append(msgspec.structs.replace(one, quotes=quotes, actors=actors, mentions=mentions))
    return accounts
