"""Attributions as the trained model reads them: the ``accurate`` annotators, and the decoder of the model's scores."""

from __future__ import annotations

import re
from importlib.resources import as_file, files
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from rashomon.annotate import annotate
from rashomon.annotate import load as load_pipeline
from rashomon.annotate._attribution import Attributions
from rashomon.annotate._attribution_model import (
    IMPOSSIBLE,
    NEXT_STATES,
    STARTS,
    STATE_TAGS,
    Attribution,
    best_paths,
    load,
)
from rashomon.annotate._clauses import Draft
from rashomon.annotate._read_drafts import read_drafts, readings
from rashomon.annotate.document import make_doc
from rashomon.encode.windows import LONGEST_PIECES, Floats, read_words, windows
from rashomon.types import Annotations, Annotators, Article, Quote

STATES = len(STATE_TAGS)
SPEAKER_BEGINS, SPEAKER_GOES_ON = 3, 4
CONTENT_BEGINS, CONTENT_GOES_ON = (1, 6), (2, 7)
REPORTED = "Brill was adamant that the dam would hold."


def read(text: str, annotators: Annotators = "accurate") -> Annotations:
    return next(iter(annotate([Article(id="a", text=text)], annotators=annotators)))


def the_doc(text: str) -> Doc:
    nlp = load_pipeline(annotators="accurate")
    return nlp(make_doc(nlp, Article(id="a", text=text)))


def the_quote(text: str) -> Quote:
    (quote,) = read(text).quotes
    return quote


def speaker(quote: Quote) -> str | None:
    return quote.speaker_span.text if quote.speaker_span is not None else None


def content(quote: Quote) -> list[str]:
    return [span.text for span in quote.content]


# Constructions for which there is no rule.
UNUSUAL = [
    (REPORTED, "Brill", "the dam would hold"),
    ("Brill made it plain that the ferry would not sail again.", "Brill", "the ferry would not sail again"),
    ("Brill went on record that the dam was unsafe.", "Brill", "the dam was unsafe"),
    ("Ida Korn let slip that she would not stand again.", "Ida Korn", "she would not stand again"),
    ("Korn gave her word that the harbour would stay open.", "Korn", "the harbour would stay open"),
]


@pytest.mark.parametrize(("text", "who", "what"), UNUSUAL)
def test_the_model_finds_indirect_speech_that_the_rules_miss(text: str, who: str, what: str) -> None:
    assert read(text, "fast").quotes == ()
    quote = the_quote(text)
    assert (quote.form, speaker(quote), content(quote)) == ("indirect", who, [what])


def test_the_model_names_a_speaker_that_the_rules_do_not_see() -> None:
    text = "Ida Korn let it be understood that she would not stand again."
    assert [speaker(q) for q in read(text, "fast").quotes] == [None]
    quote = the_quote(text)
    assert (speaker(quote), content(quote)) == ("Ida Korn", ["she would not stand again"])


def test_who_quotes_whom_is_kept_from_syntax() -> None:
    annotations = read("The Halm Agency quoted Ida Korn as saying that the ferry would sail on Sunday.")
    (quote,) = annotations.quotes
    actors = {actor.id: actor.name for actor in annotations.actors}
    assert [actors[i] for i in quote.chain] == ["Halm Agency", "Ida Korn"]
    assert quote.chain[-1] == quote.speaker
    assert content(quote) == ["the ferry would sail on Sunday"]


def test_words_told_as_somebodys_name_for_a_thing_have_their_speaker() -> None:
    quotes = read("The talks focused on what Korn's office described as “the state of the port.”").quotes
    (quote,) = (q for q in quotes if q.cue is not None and q.cue.text.startswith("described"))
    assert speaker(quote) == "Korn's office"
    assert [span.text for span in quote.quoted] == ["the state of the port."]


# The model's spans end where its words do: what belongs to the words stays, what parts clauses goes.
ENDS = [
    (
        "Korn: The harbour stays closed until May\n\nThe ferry left at noon.",
        "Korn",
        ["The harbour stays closed until May"],
    ),
    (
        "Ida Korn (who owns the ferry) said that the harbour would close.",
        "Ida Korn (who owns the ferry)",
        ["the harbour would close"],
    ),
    (
        "The catch was down by 37%, according to the Halm Agency.",
        "the Halm Agency",
        ["The catch was down by 37%"],
    ),
]


@pytest.mark.parametrize(("text", "who", "what"), ENDS)
def test_colons_brackets_and_percent_signs_stay_with_their_words(text: str, who: str, what: list[str]) -> None:
    quote = the_quote(text)
    assert (quote.form, speaker(quote), content(quote)) == ("indirect", who, what)


def test_the_statement_that_something_is_said_in_is_no_part_of_it() -> None:
    text = "The Halm Agency said in a statement after the talks that there was no doubt."
    doc = the_doc(text)
    ruled = [Draft((3, 7), 3, speaker=(0, 3), content=[(10, 15)], rate=0.9)]
    cue, statement = text.index("said"), text.index("a statement")
    read = Attribution((cue, cue + 7), (0, 15), ((statement, len(text)),), cue_chance=0.99, rest_chance=0.9)
    (reading,) = readings(doc, ruled, [read])
    spans = [doc[slice(*words)].text for words in (reading.draft.cue, *reading.draft.content)]
    assert spans == ["said in a statement", "that there was no doubt"]


def test_whoever_is_quoted_by_another_is_not_what_that_one_says() -> None:
    text = "The Halm Agency quoted an aide to Korn as saying that the ferry would sail."
    doc = the_doc(text)
    ruled = Attributions(doc, text, [(0, len(text))]).drafts
    cue, aide = text.index("quoted"), text.index("an aide")
    read = Attribution((cue, cue + 6), (0, 15), ((aide, aide + 15),), cue_chance=0.999, rest_chance=0.95)
    assert [doc[d.head].text for d in read_drafts(doc, ruled, [read], [-1] * len(doc))] == ["saying"]


def test_where_the_model_sees_no_speaker_syntax_puts_none() -> None:
    asked, replied = read("Asked about the ferry, Korn replied that it was late.").quotes
    assert (speaker(asked), speaker(replied)) == (None, "Korn")


def test_a_weak_reading_is_believed_where_syntax_sees_the_cue_too() -> None:
    text = "Ida Korn said that the ferry had sunk."
    doc = the_doc(text)
    paragraph = [(0, len(text))]
    ruled = Attributions(doc, text, paragraph).drafts
    outside = [-1] * len(doc)
    cue = text.index("said"), text.index("said") + 4
    weak = Attribution(cue, (0, 8), ((text.index("that"), len(text)),), cue_chance=0.4, rest_chance=0.8)
    assert [draft.speaker for draft in read_drafts(doc, ruled, [weak], outside)] == [(0, 2)]
    assert read_drafts(doc, [], [weak], outside) == []
    empty = Draft((2, 3), 2, speaker=(0, 2), frame="prep:as", rate=0.9)  # another cue took its content away
    assert [draft.content for draft in read_drafts(doc, [empty], [weak], outside)] == [[(3, 8)]]
    sure = weak._replace(cue_chance=0.999, rest_chance=0.95)
    (alone,), (both,) = readings(doc, [], [sure]), readings(doc, ruled, [sure])
    assert 0.5 < alone.draft.rate < both.draft.rate < 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "“The bridge is safe. It will hold for years,” said Ida Korn.",
            ["The bridge is safe. It will hold for years,"],
        ),
        ("“The bridge is safe,” said Ida Korn, “and it will hold.”", ["The bridge is safe,", "and it will hold."]),
        ('Ida Korn grinned: "Nobody sails on a day like this!"', ["Nobody sails on a day like this!"]),
    ],
)
def test_a_direct_quotation_is_whole_and_has_its_speaker(text: str, parts: list[str]) -> None:
    quote = the_quote(text)
    assert (quote.form, speaker(quote), content(quote)) == ("direct", "Ida Korn", parts)
    assert quote.quoted == quote.content


def test_the_model_tells_whose_a_passage_is_that_stands_sentences_after_its_cue() -> None:
    first, second = "“The bridge is safe,”", "“It will hold for years.”"
    text = f"{first} said Ida Korn. She came in May. The crane stood idle. {second}"
    cue, who = text.index("said"), text.index("Ida")
    marked = tuple((text.index(part), text.index(part) + len(part)) for part in (first, second))
    read = Attribution((cue, cue + 4), (who, who + 8), marked, cue_chance=0.999, rest_chance=0.95)
    (joined,) = Attributions(the_doc(text), text, [(0, len(text))], [read]).joined
    assert joined.passages == [0, 1]
    (alone,) = Attributions(the_doc(text), text, [(0, len(text))], [read._replace(content=marked[:1])]).joined
    assert alone.passages == [0]


@pytest.mark.parametrize("annotators", ["fast", "accurate"])
def test_confidence_is_a_probability_higher_where_marks_and_cue_agree(annotators: Annotators) -> None:
    text = (
        "“The bridge is safe,” said Ida Korn.\n\n“Nobody will be asked to leave the harbour before spring.”\n\n"
        "The ferry was late again, according to the Halm Agency. Otto Brill is said to blame the tide."
    )
    said, carried, *others = (quote.confidence for quote in read(text, annotators).quotes)
    assert all(0 < sure < 1 for sure in (said, carried, *others))
    assert said > 0.85
    assert carried < 0.6


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Ida Korn said that the ferry had sunk.", "affirmed"),
        ("Ida Korn did not say that the ferry had sunk.", "negated"),
        ("Ida Korn has never claimed that the harbour belongs to her.", "negated"),
    ],
)
def test_a_negated_cue_negates(text: str, polarity: str) -> None:
    quote = the_quote(text)
    assert (speaker(quote), quote.polarity) == ("Ida Korn", polarity)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry left the harbour at noon. Two crates stood on the quay, and the tide was low.",
        "Ida Korn rowed across the bay in May.\n\nOtto Brill repaired the crane and sold it to the port.",
    ],
)
def test_nothing_is_found_where_nobody_says_anything(text: str) -> None:
    assert read(text).quotes == ()


def test_page_furniture_is_never_read() -> None:
    furniture, report = REPORTED, "The ferry left the harbour at noon."
    article = Article(id="a", text=f"{furniture}\n\n{report}\n\n{furniture}")
    at = article.text.index(report)
    end = at + len(report)
    marked = Article(
        id="a",
        text=article.text,
        paragraphs=(article.span(at, end),),
        furniture=(article.span(0, len(furniture)), article.span(end + 2, len(article.text))),
    )
    plain, without = annotate([article, marked], annotators="accurate")
    assert len(plain.quotes) == 2
    assert without.quotes == ()
    nlp = load_pipeline(annotators="accurate")
    assert len(nlp(make_doc(nlp, article))._.attributions) == 2
    assert nlp(make_doc(nlp, marked))._.attributions == ()


def test_a_result_is_the_same_alone_in_a_batch_and_in_any_order() -> None:
    filler = "The crane stood on the quay, and the tide was low. " * 40
    texts = [
        REPORTED,
        f"{filler}\n\n{REPORTED}\n\n“It will hold,” said Ida Korn.",
        "“We checked it twice,” Otto Brill told the council. Korn was adamant that it had not been enough.",
        "",
        "\n\n".join(text for text, _, _ in UNUSUAL),
    ]
    articles = [Article(id=str(number), text=text) for number, text in enumerate(texts)]
    alone = [next(iter(annotate([article], annotators="accurate"))) for article in articles]
    assert sum(len(a.quotes) for a in alone) >= 8
    assert list(annotate(articles, annotators="accurate")) == alone
    assert list(annotate(articles[::-1], annotators="accurate", batch_size=2)) == alone[::-1]


@pytest.mark.parametrize("text", ["", "\n\n \n", "Ferry", "“", "Said\n\nBrill\n\n.", "\n\n"])
def test_paragraphs_of_nothing_or_one_word_hold_no_quote(text: str) -> None:
    assert read(text).quotes == ()


def test_paragraphs_of_one_word_do_not_disturb_their_neighbours() -> None:
    quote = the_quote(f"Harbour\n\n{REPORTED}\n\nEnd")
    assert (speaker(quote), content(quote)) == ("Brill", ["the dam would hold"])


def test_a_paragraph_of_two_thousand_words_is_read_to_its_end() -> None:
    filler = "The crane stood on the quay, and the tide was low. "
    text = filler * 100 + REPORTED + " " + filler * 100 + REPORTED
    assert len(text.split()) > 2000 and "\n" not in text
    found = [(speaker(q), content(q)) for q in read(text).quotes]
    assert found == [("Brill", ["the dam would hold"])] * 2


@given(st.text(alphabet="aB7 .“”\"'\n", max_size=400), st.integers(1, 40))
@settings(deadline=None, max_examples=50)
def test_every_word_is_in_one_window_and_no_window_is_too_long(text: str, times: int) -> None:
    text = text * times
    words = read_words(text, [line.span() for line in re.finditer(r".*\S", text)])
    covered = [word for window in windows(words) for part in window.paragraphs for word in range(*part)]
    assert covered == list(range(len(words.start)))
    assert "".join(text[a:b] for a, b in zip(words.start, words.end, strict=True)) == "".join(text.split())
    assert all(len(window.pieces) <= LONGEST_PIECES for window in windows(words))


# --- the decoder


def a_field(seed: int) -> Floats:
    field = np.full((STATES, STATES), IMPOSSIBLE, dtype=np.float32)
    random = np.random.default_rng(seed)
    for state, following in enumerate(NEXT_STATES):
        for after in following:
            field[state, after] = random.normal(scale=2.0)
    return field


def tables(most: int) -> st.SearchStrategy[list[Floats]]:
    def table(drawn: tuple[int, int]) -> Floats:
        return np.random.default_rng(drawn[1]).normal(scale=4.0, size=(drawn[0], 5)).astype(np.float32)

    return st.lists(st.tuples(st.integers(1, most), st.integers(0, 2**32)).map(table), max_size=80)


seeds = st.integers(0, 2**32)


@given(tables(30), seeds)
@settings(deadline=None, max_examples=50)
def test_a_path_goes_on_with_nothing_that_has_not_begun_and_has_one_speaker(scores: list[Floats], seed: int) -> None:
    paths = best_paths(scores, a_field(seed))
    assert [len(path) for path, _ in paths] == [len(table) for table in scores]
    for path, probability in paths:
        states = path.tolist()
        assert states[0] not in (SPEAKER_GOES_ON, *CONTENT_GOES_ON)
        for before, state in pairwise(states):
            assert state != SPEAKER_GOES_ON or before in (SPEAKER_BEGINS, SPEAKER_GOES_ON)
            assert state not in CONTENT_GOES_ON or before in (*CONTENT_BEGINS, *CONTENT_GOES_ON)
        assert states.count(SPEAKER_BEGINS) <= 1
        assert 0 < probability <= 1 + 1e-9


@given(tables(4), seeds)
@settings(deadline=None, max_examples=20)
def test_the_path_is_the_best_of_all_and_its_probability_is_its_share(scores: list[Floats], seed: int) -> None:
    field = a_field(seed).astype(float)
    for table, (path, probability) in zip(scores[:8], best_paths(scores[:8], a_field(seed)), strict=True):
        weights = {
            states: sum(float(table[at, STATE_TAGS[s]]) for at, s in enumerate(states))
            + sum(float(field[a, b]) for a, b in pairwise(states))
            for states in product(range(STATES), repeat=len(table))
            if states[0] in STARTS and all(b in NEXT_STATES[a] for a, b in pairwise(states))
        }
        best = max(weights.values())
        assert weights[tuple(path.tolist())] == pytest.approx(best, abs=1e-4)
        assert probability == pytest.approx(1 / sum(np.exp(w - best) for w in weights.values()), rel=1e-4)


@given(tables(20), seeds)
@settings(deadline=None, max_examples=30)
def test_a_path_does_not_hang_on_what_else_is_sought(scores: list[Floats], seed: int) -> None:
    field = a_field(seed)
    together = best_paths(scores, field)
    for table, (path, probability) in zip(scores, together, strict=True):
        ((alone, chance),) = best_paths([table], field)
        assert path.tolist() == alone.tolist()
        assert probability == chance


def test_the_shipped_field_forbids_what_means_nothing() -> None:
    with as_file(files("rashomon.data") / "attribution") as model:
        field = load(model).field
    allowed = [[after in following for after in range(STATES)] for following in NEXT_STATES]
    assert ((field > IMPOSSIBLE / 2) == np.array(allowed)).all()
