"""Who is named where: actors, mentions and the speakers they resolve. All people and sentences are invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import NO_GOLD
from spacy.tokens import Doc

from rashomon.annotate.document import make_doc
from rashomon.annotate.mentions import resolve_speaker
from rashomon.annotate.pipeline import load
from rashomon.data.countries import entry_at
from rashomon.types import Actor, Article, Mention

_STORIES = Path(__file__).resolve().parents[2] / "shared" / "gold" / "stories" / "stories.jsonl"
_ALONE = ("rashomon_times", "rashomon_quotes", "rashomon_claims")


def _read(text: str) -> Doc:
    nlp = load()
    with nlp.select_pipes(disable=[name for name in _ALONE if name in nlp.pipe_names]):
        return nlp(make_doc(nlp, Article(id="t", text=text)))


def _actor(doc: Doc, name: str) -> Actor:
    found: list[Actor] = [a for a in doc._.actors if a.name == name]
    assert len(found) == 1, [a.name for a in doc._.actors]
    return found[0]


def _mentions(doc: Doc, actor: Actor) -> list[tuple[str, str]]:
    return [(m.span.text, m.form) for m in doc._.mentions if m.actor == actor.id]


def _speaker(doc: Doc, phrase: str, occurrence: int = 0) -> Actor | None:
    at = -1
    for _ in range(occurrence + 1):
        at = doc.text.index(phrase, at + 1)
    span = doc.char_span(at, at + len(phrase), alignment_mode="expand")
    assert span is not None
    found = resolve_speaker(doc, span)
    return next((a for a in doc._.actors if a.id == found), None)


# -- names and offices -------------------------------------------------------------------------------------------


def test_office_and_name_are_told_apart_and_the_surname_is_the_same_person() -> None:
    doc = _read(
        "U.S. Secretary of State Walter Hobson met French Foreign Minister Claire Aubert in Vienna on Monday. "
        "Hobson called the talks useful. Aubert did not."
    )
    hobson, aubert = _actor(doc, "Walter Hobson"), _actor(doc, "Claire Aubert")
    assert (hobson.kind, hobson.country, hobson.roles) == ("person", "USA", ("U.S. Secretary of State",))
    assert (aubert.country, aubert.roles) == ("FRA", ("French Foreign Minister",))
    assert _mentions(doc, hobson) == [
        ("U.S. Secretary of State", "role"),
        ("Walter Hobson", "name"),
        ("Hobson", "name"),
    ]
    assert "Aubert" in aubert.aliases


def test_an_apposition_gives_the_office_and_the_office_alone_names_its_holder() -> None:
    doc = _read(
        "Lena Okafor, the Nigerian finance minister, arrived on Tuesday. Reporters waited for hours. "
        "The Nigerian finance minister declined to comment on the loan."
    )
    okafor = _actor(doc, "Lena Okafor")
    assert okafor.country == "NGA"
    assert ("Nigerian finance minister", "role") in _mentions(doc, okafor)[2:]


def test_an_office_that_two_people_hold_names_neither() -> None:
    doc = _read(
        "Finance Minister Lena Okafor met Finance Minister Paul Brandt. Later the finance minister left the building."
    )
    last = [m for m in doc._.mentions if m.span.start > doc.text.index("Later")]
    assert last == []


def test_a_counterpart_is_the_one_who_holds_the_same_office() -> None:
    doc = _read(
        "Turkish Foreign Minister Deniz Aksoy spoke on Friday with Greek Foreign Minister Nikos Vlahos. "
        "Aksoy told his Greek counterpart that the border would stay open."
    )
    assert ("Greek counterpart", "role") in _mentions(doc, _actor(doc, "Nikos Vlahos"))


def test_a_possessive_mark_is_no_part_of_a_name() -> None:
    doc = _read("Walter Hobson arrived. Hobson’s aides said that Hobson's car was late.")
    assert {text for text, _ in _mentions(doc, _actor(doc, "Walter Hobson"))} == {"Walter Hobson", "Hobson"}


def test_an_abbreviation_in_brackets_is_an_alias() -> None:
    doc = _read(
        "Kenya's National Water Authority (NWA) said the dam was safe. The NWA plans a new report on the dam in June."
    )
    authority = _actor(doc, "National Water Authority")
    assert authority.kind == "organisation"
    assert authority.country == "KEN"
    assert [text for text, _ in _mentions(doc, authority)] == ["National Water Authority", "NWA", "NWA"]


def test_initials_stand_for_the_organisation_named_in_full() -> None:
    doc = _read("The National Water Authority opened on Monday. Engineers from the NWA were there.")
    assert [text for text, _ in _mentions(doc, _actor(doc, "National Water Authority"))][1:] == ["NWA"]


def test_a_country_is_a_whole_word() -> None:
    assert entry_at("Omand", 0) is None
    found = entry_at("in Oman, too", 3)
    assert found is not None and (found.form, found.country) == ("Oman", "OMN")


def test_a_ministry_belongs_to_the_country_that_possesses_it() -> None:
    doc = _read("Spain's Defense Ministry said the ship had left. Britain's Foreign Office said nothing.")
    assert _actor(doc, "Defense Ministry").country == "ESP"
    assert _actor(doc, "Foreign Office").country == "GBR"


def test_two_surnames_joined_by_a_hyphen_are_two_people() -> None:
    doc = _read("Walter Hobson met Claire Aubert on Monday. The Hobson-Aubert meeting lasted two hours.")
    for name in ("Walter Hobson", "Claire Aubert"):
        assert [text for text, _ in _mentions(doc, _actor(doc, name))] == [name, name.split()[1]]


def test_people_who_share_a_surname_stay_apart() -> None:
    doc = _read("Mayor Rosa Delgado met her brother, Senator Pedro Delgado. Rosa Delgado thanked Pedro Delgado.")
    assert _actor(doc, "Rosa Delgado").id != _actor(doc, "Pedro Delgado").id


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("The leader of the union, Lena Okafor, said no.", ("leader of the union",)),
        ("The union's leader, Lena Okafor, said no.", ("union's leader",)),
        ("Firebrand union boss Lena Okafor said no.", ("union boss",)),
        ("Lena Okafor, the leader of the Dockworkers' Union, said no.", ("leader of the Dockworkers' Union",)),
    ],
)
def test_the_leader_of_a_union_is_who_heads_it_however_that_is_worded(text: str, roles: tuple[str, ...]) -> None:
    doc = _read(text + " Hours passed. Later the union leader went home.")
    okafor = _actor(doc, "Lena Okafor")
    assert okafor.roles == roles
    assert _mentions(doc, okafor)[-1] == ("union leader", "role")


def test_an_unknown_nationality_belongs_to_the_office() -> None:
    doc = _read("“We regard this as closed,” the Velian ambassador, Viktor Dragan, said on Monday after a visit.")
    assert _actor(doc, "Viktor Dragan").roles == ("Velian ambassador",)


def test_a_surname_that_two_bear_is_left_open() -> None:
    doc = _read("Rosa Delgado met Pedro Delgado on Monday. Delgado said that the plan was dead.")
    last = doc._.mentions[-1]
    assert last.span.text == "Delgado"
    assert last.actor not in {_actor(doc, "Rosa Delgado").id, _actor(doc, "Pedro Delgado").id}


@pytest.mark.parametrize(
    "text",
    [
        "Tom Delgado came late. His wife Rosa Delgado was ill. Delgado said that the plan was dead.",
        "Tom Delgado told them that his wife Rosa Delgado was ill. Delgado said that the plan was dead.",
        "Tom Delgado met Rosa Delgado on Monday. Rosa was late, he wrote. Delgado said that the plan was dead.",
    ],
)
def test_a_surname_is_not_that_of_whom_the_report_calls_otherwise(text: str) -> None:
    doc = _read(text)
    assert ("Delgado", "name") in _mentions(doc, _actor(doc, "Tom Delgado"))


@pytest.mark.parametrize(
    "text",
    [
        "Mayor Tom Delgado and his wife, Rosa Delgado, came late. Delgado said that the plan was dead.",
        "Tom Delgado came. His wife Rosa Delgado said she was ill. Mr Delgado left. Delgado said it was late.",
        "Tom Delgado met his wife, Rosa Delgado. Mrs Delgado said she was ill. Delgado said the plan was dead.",
    ],
)
def test_the_surname_of_a_couple_is_left_open(text: str) -> None:
    doc = _read(text)
    both = {_actor(doc, "Rosa Delgado").id, _actor(doc, "Tom Delgado").id}
    assert doc._.mentions[-1].span.text == "Delgado"
    assert doc._.mentions[-1].actor not in both
    assert _speaker(doc, "Delgado said t" if "the" in text[-25:] else "Delgado said it") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Nguyễn Đình Lâm met Tom Holm in Velm. Lâm told reporters it was late. Nguyen Dinh Lam left.",
            "Nguyễn Đình Lâm",
        ),
        ("Inés Ruiz-Vega sat beside Tom Holm. Ruiz-Vega said it was late. Ines Ruiz Vega left.", "Inés Ruiz-Vega"),
        ("Stanisław Wójcik met Tom Holm. Wojcik said it was late. Stanislaw Wojcik left.", "Stanisław Wójcik"),
        ("The premier, Chen Weiming, met Tom Holm. Chen said it was late. Chen Wei-ming left.", "Chen Wei-ming"),
    ],
)
def test_a_name_in_letters_of_another_language_is_one_person(text: str, name: str) -> None:
    doc = _read(text)
    assert len(_mentions(doc, _actor(doc, name))) > 2
    assert {a.name for a in doc._.actors if a.kind == "person"} == {name, "Tom Holm"}


def test_a_surname_before_either_bearer_is_introduced_is_left_open() -> None:
    doc = _read("Delgado said that the plan was dead. Later Tom Delgado met Rosa Delgado on the pier.")
    first = doc._.mentions[0]
    assert first.actor not in {_actor(doc, "Tom Delgado").id, _actor(doc, "Rosa Delgado").id}


def test_a_bloc_in_front_of_a_noun_is_named() -> None:
    doc = _read("The 2017 G20 summit in Oslo was long. An EU diplomat met two OPEC ministers there.")
    assert {(a.name, a.kind) for a in doc._.actors} >= {("G20", "organisation"), ("European Union", "organisation")}
    assert "OPEC" in {m.span.text for m in doc._.mentions}


def test_a_headline_in_title_case_names_nobody_whom_the_report_does_not_name() -> None:
    doc = _read(
        "Walter Hobson Names Former Chief To Fill Aubert Seat\n\n"
        "Governor Walter Hobson will replace Senator Claire Aubert, he said on Monday. Hobson thanked Aubert."
    )
    people = {a.name for a in doc._.actors if a.kind == "person" and a.name[0].isupper()}
    assert people == {"Walter Hobson", "Claire Aubert"}
    assert {m.span.text for m in doc._.mentions if m.span.start < 50 and m.form == "name"} >= {
        "Walter Hobson",
        "Aubert",
    }


def test_a_company_in_apposition_is_no_person() -> None:
    doc = _read("The lease went to the company Ostrava Brandt. Shares in Ostrava Brandt fell by a third on Friday.")
    assert _actor(doc, "Ostrava Brandt").kind == "organisation"


def test_given_names_joined_by_a_hyphen_are_whole_and_tell_people_apart() -> None:
    doc = _read("Kim Dae-ho met Kim Dae Shik on Monday. Kim Dae Ho left first.")
    assert [text for text, _ in _mentions(doc, _actor(doc, "Kim Dae-ho"))] == ["Kim Dae-ho", "Kim Dae Ho"]
    assert _actor(doc, "Kim Dae Shik").kind == "person"


# -- countries, capitals, nationalities ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "form"),
    [
        ("Paris accused Rome of delaying the treaty.", "metonym"),
        ("Relations between Paris and Rome deteriorated sharply.", "metonym"),
        ("Paris's decision angered the fishermen.", "metonym"),
        ("The sanctions were imposed by Paris in May.", "metonym"),
        ("The ministers met at a conference in Paris.", "name"),
        ("There was turmoil in Paris on Sunday.", "name"),
        ("The Paris talks ended without a result.", "name"),
    ],
)
def test_a_capital_is_a_government_only_where_it_acts(sentence: str, form: str) -> None:
    doc = _read(sentence)
    paris = [m for m in doc._.mentions if m.span.text == "Paris"]
    assert [m.form for m in paris] == [form]
    actor = next(a for a in doc._.actors if a.id == paris[0].actor)
    assert (actor.kind, actor.country) == ("country" if form == "metonym" else "place", "FRA")


def test_names_adjectives_and_abbreviations_of_a_country_are_one_actor() -> None:
    doc = _read("The United States and U.S. officials agreed. American voters like the US-led plan. The UK did not.")
    assert [text for text, _ in _mentions(doc, _actor(doc, "United States"))] == [
        "United States",
        "U.S.",
        "American",
        "US",
    ]
    assert _actor(doc, "United Kingdom").country == "GBR"


def test_a_country_that_is_also_a_name_needs_a_witness() -> None:
    doc = _read("Georgia voted on Tuesday, as did Ohio and Texas.")
    assert [a.kind for a in doc._.actors if a.name == "Georgia"] == ["place"]
    doc = _read("Georgia voted on Tuesday. The Georgian opposition in Tbilisi protested.")
    assert [(a.kind, a.country) for a in doc._.actors if a.name == "Georgia"] == [("country", "GEO")]


def test_numbers_dates_and_money_name_nobody() -> None:
    doc = _read("On 5 March 2019 some 300 people paid $20 million, or 12 percent, by 10 a.m. Friday.")
    assert doc._.mentions == ()
    assert doc._.actors == ()


# -- speakers -------------------------------------------------------------------------------------------------------


def test_a_possessor_is_not_the_speaker() -> None:
    doc = _read("General Amos Reed spoke first. Reed's office described the talks as frank. An aide to Reed agreed.")
    office, aide = _speaker(doc, "Reed's office"), _speaker(doc, "An aide to Reed")
    assert office is not None and office.kind == "organisation" and office.name == "Reed's office"
    assert aide is not None and aide.kind == "person" and aide.name == "aide to Reed"


def test_a_description_met_again_is_the_same_actor() -> None:
    doc = _read("An Italian official said yes on Monday. The official said no on Tuesday.")
    first, second = _speaker(doc, "An Italian official"), _speaker(doc, "The official")
    assert first is not None and second is not None and first.id == second.id
    assert first.country == "ITA"


def test_a_pronoun_after_a_ministry_is_the_ministry() -> None:
    doc = _read("Spain's Defense Ministry said that the ship had left. It also said the crew was well.")
    ministry = _speaker(doc, "Defense Ministry")
    it = _speaker(doc, "It")
    assert ministry is not None and it is not None and it.id == ministry.id


@pytest.mark.parametrize(("pronoun", "name"), [("He", "Walter Hobson"), ("She", "Claire Aubert")])
def test_a_pronoun_takes_the_speaker_of_its_gender(pronoun: str, name: str) -> None:
    doc = _read(f"Mr. Walter Hobson met Ms. Claire Aubert in Vienna on Monday. {pronoun} said the talks went well.")
    found = _speaker(doc, pronoun)
    assert found is not None and found.name == name


def test_a_pronoun_that_fits_two_equally_is_left_open() -> None:
    doc = _read("There were letters from Tom Hobson and from Peter Marsh. He said the talks went well.")
    assert _speaker(doc, "He") is None


def test_first_person_and_indefinite_pronouns_name_nobody() -> None:
    doc = _read("Tom Hobson was there. We said nothing, and some said less.")
    assert _speaker(doc, "We") is None
    assert _speaker(doc, "some") is None


def test_a_definite_office_speaks_for_its_holder() -> None:
    doc = _read(
        "Norwegian Prime Minister Ida Solberg spoke in Oslo. Crowds cheered. The prime minister said it was late."
    )
    found = _speaker(doc, "The prime minister")
    assert found is not None and found.name == "Ida Solberg"


def test_two_who_speak_together_are_a_group() -> None:
    doc = _read("Tom Hobson and Claire Aubert said in a joint statement that the road was open.")
    found = _speaker(doc, "Tom Hobson and Claire Aubert")
    assert found is not None and found.kind == "group"


# -- laws -----------------------------------------------------------------------------------------------------------


def _lawful(doc: Doc) -> None:
    actors: tuple[Actor, ...] = doc._.actors
    found: tuple[Mention, ...] = doc._.mentions
    assert [a.id for a in actors] == [f"a{n}" for n in range(1, len(actors) + 1)]
    assert {m.actor for m in found} == {a.id for a in actors}
    assert len({(m.span.start, m.span.end) for m in found}) == len(found)
    assert [m.span.start for m in found] == sorted(m.span.start for m in found)
    for mention in found:
        text = doc._.article.text[mention.span.start : mention.span.end]
        assert text == mention.span.text
        assert text.strip() == text != ""
    firsts: dict[str, int] = {}
    for mention in found:
        firsts.setdefault(mention.actor, len(firsts))
    assert [f"a{n + 1}" for n in firsts.values()] == list(firsts)


_PIECES = st.sampled_from(
    "President Ana Petrova|Petrova|the Kremlin|Ana Petrova’s office|U.S.-Russian|Moscow|said|it|He|told|“we will not,”"
    "|Russia’s Defense Ministry (RDM)|and|,|.|\n\n|the minister|Georgia|in|$5 million|—|Mr. O’Hara|BERLIN —|'s"
    "|the Hobson-Petrova|Sen. Tom Hobson".split("|")
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_PIECES, max_size=25))
def test_laws_hold_on_any_text(pieces: list[str]) -> None:
    doc = _read(" ".join(pieces))
    _lawful(doc)
    for chunk in list(doc.sents):
        resolve_speaker(doc, chunk)
    assert _read(" ".join(pieces))._.mentions == _read(" ".join(pieces))._.mentions
    assert len({(m.span.start, m.span.end) for m in doc._.mentions}) == len(doc._.mentions)
    assert {m.actor for m in doc._.mentions} <= {a.id for a in doc._.actors}


@pytest.mark.skipif(not _STORIES.exists(), reason=NO_GOLD)
def test_laws_hold_on_real_articles() -> None:
    for line in _STORIES.read_text(encoding="utf-8").splitlines()[::90]:
        _lawful(_read(json.loads(line)["text"]))
