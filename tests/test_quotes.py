"""Who is said to have said what: the quotes annotator, through the pipeline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import NO_GOLD, NO_SEEDS

import rashomon
from rashomon.annotate.document import with_paragraphs
from rashomon.annotate.pipeline import annotate
from rashomon.types import Annotations, Annotators, Article, Quote, Span

SHARED = Path(__file__).resolve().parents[2] / "shared"
SEEDS = SHARED / "seeds"


def read(text: str, annotators: Annotators = "fast") -> Annotations:
    return next(iter(annotate([Article(id="a", text=text)], annotators=annotators)))


def quotes(text: str) -> tuple[Quote, ...]:
    return read(text).quotes


def texts(spans: tuple[Span, ...]) -> list[str]:
    return [s.text for s in spans]


def said(quote: Quote) -> tuple[str, str | None, list[str]]:
    return quote.form, quote.speaker_span.text if quote.speaker_span else None, texts(quote.content)


def words(span: Span | None) -> str | None:
    return span.text if span is not None else None


def names(annotations: Annotations, ids: tuple[str, ...]) -> list[str]:
    by_id = {actor.id: actor.name for actor in annotations.actors}
    return [by_id[i] for i in ids]


DIRECT = [
    ("“The bridge is safe,” said Mayor Ilse Brandt.", "Mayor Ilse Brandt", ["The bridge is safe,"]),
    ('"The bridge is safe," Brandt told reporters on Monday.', "Brandt", ["The bridge is safe,"]),
    ('Asked about the dam, Marrow replied: "I do not know."', "Marrow", ["I do not know."]),
    ("'The workers' pay is too low,' said Greta Holm.", "Greta Holm", ["The workers' pay is too low,"]),
    (
        "“This is a lie,” Piet Sorrel said on Friday, “and everybody knows it.”",
        "Piet Sorrel",
        ["This is a lie,", "and everybody knows it."],
    ),
    ("“We checked it twice,” Brandt said. “It will hold.”", "Brandt", ["We checked it twice,", "It will hold."]),
    ("“This will ruin it.” He added, “It cannot go on.”", "He", ["This will ruin it.", "It cannot go on."]),
    ('But Holm said that "all the disputes cannot be settled."', "Holm", ["all the disputes cannot be settled."]),
    (
        'Marrow said "the council will decide. But the port has to prove itself first."',
        "Marrow",
        ["the council will decide. But the port has to prove itself first."],
    ),
    (
        "“Yes, I support it,” Ole Hansen, founder of the Harbour Centre, tells the Kestrel Post.",
        "Ole Hansen, founder of the Harbour Centre",
        ["Yes, I support it,"],
    ),
    ("“I was afraid,” Holm remembers. “I tried to leave.”", "Holm", ["I was afraid,", "I tried to leave."]),
    ("“Sit down!” grinned Ole Hansen.", "Ole Hansen", ["Sit down!"]),
    ("The harbour master cracked: “The tide waits for no clerk.”", "The harbour master", None),
    ("“It will hold,” said Brandt on the quay on Friday.", "Brandt", ["It will hold,"]),
    (
        "«It will hold.» It will not. «Nobody came,» shop steward Ana Petrov said.",
        "shop steward Ana Petrov",
        ["Nobody came,"],
    ),
    ("“It will hold,” chimed in young Ole Hansen, her son.", "young Ole Hansen", ["It will hold,"]),
    ("“Sit down,” piped up Greta Holm.", "Greta Holm", ["Sit down,"]),
    (
        "Statement by Ole Hansen, harbour master at Velm:\n\n“It will hold.”",
        "Ole Hansen, harbour master at Velm",
        ["It will hold."],
    ),
    ("And from Mayor Ilse Brandt: “It will hold.”", "Mayor Ilse Brandt", ["It will hold."]),
    ("Then Holm listed the reasons:\n\n“We had no money.”", "Holm", ["We had no money."]),
    ('The talks focused on what Holm\'s office described as "the state of the port."', "Holm's office", None),
]


@pytest.mark.parametrize(("text", "speaker", "content"), DIRECT)
def test_direct_quotes(text: str, speaker: str, content: list[str] | None) -> None:
    (quote,) = [q for q in quotes(text) if q.form == "direct"]
    assert words(quote.speaker_span) == speaker
    assert content is None or texts(quote.content) == content
    assert quote.quoted == quote.content


INDIRECT = [
    ("Brandt said the port was closed on Monday.", "Brandt", "said", ["the port was closed on Monday"]),
    ("The port was closed, Brandt said.", "Brandt", "said", ["The port was closed"]),
    ("The plan, she said, would fail.", "she", "said", ["The plan", "would fail"]),
    ("She added that the money had been found.", "She", "added", ["the money had been found"]),
    ("The dam would fail, according to two engineers.", "two engineers", "according to", ["The dam would fail"]),
    ("Brandt believes the dam will hold.", "Brandt", "believes", ["the dam will hold"]),
    ("Brandt's claim that the ferry sank angered the crew.", "Brandt", "claim", ["the ferry sank"]),
    ("It was reported that the ferry sank.", None, "was reported", ["the ferry sank"]),
    ("The minister is said to be ill.", None, "is said", ["The minister", "to be ill"]),
    ("The council said on Monday it would close the port.", "The council", "said", ["it would close the port"]),
    ("But the tide, she said, was late.", "she", "said", ["the tide", "was late"]),
    ("He argued that, even if it rained, they would sail.", "He", "argued", ["even if it rained, they would sail"]),
    ("Holm, who said the ferry was safe, left.", "who", "said", ["the ferry was safe"]),
]


@pytest.mark.parametrize(("text", "speaker", "cue", "content"), INDIRECT)
def test_indirect_quotes(text: str, speaker: str | None, cue: str, content: list[str]) -> None:
    (quote,) = quotes(text)
    assert said(quote) == ("indirect", speaker, content)
    assert words(quote.cue) == cue
    assert quote.quoted == ()


def test_a_mixed_quote_keeps_its_clause_and_its_marked_words() -> None:
    (quote,) = quotes('The Harbour Office said in a statement that the crane "fell without warning" and hurt two.')
    assert said(quote) == ("mixed", "The Harbour Office", ['the crane "fell without warning" and hurt two'])
    assert texts(quote.quoted) == ["fell without warning"]
    assert words(quote.cue) == "said in a statement"


def test_a_list_of_quoted_words_is_one_quote() -> None:
    (quote,) = quotes("Brandt warned that the plan was “too slow,” “too dear” and “not fit for winter.”")
    assert quote.form == "mixed"
    assert texts(quote.quoted) == ["too slow,", "too dear", "not fit for winter."]


def test_a_slogan_in_capitals_is_speech_where_a_cue_stands_beside_it() -> None:
    (quote,) = quotes("“Keep Norland Green,” Brandt said.")
    assert said(quote) == ("direct", "Brandt", ["Keep Norland Green,"])


def test_a_quoted_word_with_an_attributor_is_a_quote() -> None:
    (quote,) = quotes("Brandt described the meeting with Marrow as “productive.”")
    assert said(quote) == ("mixed", "Brandt", ["the meeting with Marrow as “productive.”"])
    assert texts(quote.quoted) == ["productive."]


@pytest.mark.parametrize(
    "text",
    [
        'The film "Night of the Heron" opened in Port Ardal on Friday.',
        'Ole "Bear" Hansen rowed across the bay in May.',
        'The so-called "ghost fleet" lay in the bay.',
        'The boat, the "slow goose," Holm sold in May.',
        "The miners' hall was built in the '60s.",
        "The ferry left the harbour at noon.",
    ],
)
def test_titles_nicknames_and_words_at_arms_length_are_nobodys_quote(text: str) -> None:
    assert quotes(text) == ()


@pytest.mark.parametrize("annotators", ["fast", "accurate"])
@pytest.mark.parametrize(
    "text",
    [
        "The council took note of the report on Monday.",
        "The council took note.",
        "Greta Holm helped hire the new crew in May.",
        "The port is looking to hire ten pilots before winter.",
        "The union seeks to raise wages this year.",
        "The ferry firm published its opinion on the licence on Friday.",
        "The Harbour Board published its opinion on the licence on Friday.",
    ],
)
def test_what_is_done_or_aimed_at_is_not_said(text: str, annotators: Annotators) -> None:
    assert read(text, annotators).quotes == ()


_SAID = (
    "The mayor said the quay would be closed until May.",
    "According to the harbour office, four boats sank.",
    "Critics of the council warned that rents would rise.",
    "The union urged its members to stay at home.",
    "The mayor denied that she had taken money.",
    "Ilse Brandt vowed to fight the ruling.",
    "Critics called the plan a disgrace.",
)
_NOT_SAID = (
    "The minister plans to run for a second term in the spring.",
    "The new law is expected to pass next week.",
    "The ferry firm declined to comment on the merger.",
    "The ferry firm did not comment on the reports.",
    "She is seen as a favourite for the post.",
    "Officials discussed the budget on Tuesday.",
    "The governor was asked about the drought.",
)


@pytest.mark.parametrize("annotators", ["fast", "accurate"])
@pytest.mark.parametrize("text", [*_SAID, *_NOT_SAID])
def test_a_plan_an_expectation_or_a_mere_topic_is_no_statement(text: str, annotators: Annotators) -> None:
    (quote,) = read(text, annotators).quotes
    assert quote.statement == (text in _SAID)


@pytest.mark.parametrize("text", [_NOT_SAID[0], f"{_NOT_SAID[0]} {_SAID[0]}"])
def test_a_comparison_lists_statements_alone(text: str) -> None:
    one, other = (Article(id=name, text=text) for name in "ab")
    listed = rashomon.compare([one, other]).quotes
    assert [q.content[0].text for q in listed] == ["the quay would be closed until May"] * 2 * (_SAID[0] in text)
    assert [q.id for q in listed] == [f"q{n}" for n in range(1, len(listed) + 1)]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Rep. Peter King refused on Monday. King said that he would wait.", "Peter King"),
        ("The song is by Martin Luther King Jr. and others. In his speech, King said all were free.", "King Jr."),
        ("The King met Peter Bishop on Monday. The bishop said that he would wait.", None),
    ],
)
def test_a_surname_that_is_an_office_elsewhere_is_a_name(text: str, speaker: str | None) -> None:
    (one,) = annotate([Article(id="a", text=text)])
    named = {a.id: a.name for a in one.actors}
    assert [named.get(q.speaker or "", "").endswith(speaker or "bishop") for q in one.quotes] == [True]


@pytest.mark.parametrize("annotators", ["fast", "accurate"])
@pytest.mark.parametrize("more", ["", ", whose damage was hidden by the snow"])
def test_what_a_speaker_refers_to_is_not_said(more: str, annotators: Annotators) -> None:
    text = f"“We will wait,” Mayor Ilse Brandt said, referring to the storm{more}. “Not long.”"
    (quote,) = read(text, annotators).quotes
    assert texts(quote.content) == ["We will wait,", "Not long."]


def test_a_title_inside_a_reported_clause_is_not_quoted() -> None:
    (quote,) = quotes('Holm said the film "Night of the Heron" would open on Friday.')
    assert quote.form == "indirect"
    assert quote.quoted == ()


def test_polarity_stands_outside_the_marks() -> None:
    (denied,) = quotes("Brandt denied that the ministry had known.")
    (silent,) = quotes("Marrow did not say whether the port would close.")
    (declined,) = quotes("Marrow declined to say whether the port would close.")
    (outside,) = quotes('Brandt said the port is not "in danger of flooding" this year.')
    (inside,) = quotes('Brandt said the port "is not in danger" this year.')
    assert [q.polarity for q in (denied, silent, declined, outside)] == ["negated"] * 4
    assert inside.polarity == "affirmed"
    assert words(declined.cue) == "declined to say"


def test_modality_stands_outside_the_marks() -> None:
    (outside,) = quotes('The office said the river may be "in danger of flooding" this year.')
    (inside,) = quotes('The office said the river "may be in danger" this year.')
    (cue,) = quotes("Brandt reportedly said the river would rise.")
    assert words(outside.modality) == "may"
    assert inside.modality is None
    assert words(cue.modality) == "reportedly"


def test_the_addressee() -> None:
    (told,) = quotes("Marrow told his counterpart that Norland must withdraw.")
    assert words(told.addressee_span) == "his counterpart"
    (direct,) = quotes('"It is clear," Marrow told the Kestrel Post.')
    assert words(direct.addressee_span) == "the Kestrel Post"


def test_a_chain_of_reporters() -> None:
    annotations = read("The Kestrel Post quoted Ilse Brandt as saying that the port would close.")
    (quote,) = annotations.quotes
    assert said(quote) == ("indirect", "Ilse Brandt", ["the port would close"])
    assert names(annotations, quote.chain)[-1] == "Ilse Brandt"
    assert len(quote.chain) == 2
    assert quote.chain[-1] == quote.speaker


def test_reported_speech_inside_reported_speech() -> None:
    annotations = read("Greta Holm said Ole Hansen told her that the mayor believed the bridge was unsafe.")
    outer, middle, inner = annotations.quotes
    assert names(annotations, outer.chain) == ["Greta Holm"]
    assert names(annotations, middle.chain) == ["Greta Holm", "Ole Hansen"]
    assert inner.chain[:2] == middle.chain
    assert texts(inner.content) == ["the bridge was unsafe"]


def test_inner_marks_are_a_quote_of_their_own() -> None:
    annotations = read("\"Ole Hansen told me 'go away' and I left,\" Greta Holm said.")
    outer, inner = sorted(annotations.quotes, key=lambda q: -len(q.content[0].text))
    assert texts(inner.content) == ["go away"]
    assert names(annotations, inner.chain) == ["Greta Holm", "Ole Hansen"]
    assert names(annotations, outer.chain) == ["Greta Holm"]


@pytest.mark.parametrize("annotators", ["fast", "accurate"])
@pytest.mark.parametrize(
    ("text", "inner", "speaker"),
    [
        ("“My mother told me, ‘Never row alone,’ and I never did,” said Greta Holm.", "Never row alone,", "My mother"),
        ("Greta Holm said her daughter had shouted “Stop!” before the boat sank.", "Stop!", "her daughter"),
        (
            "Greta Holm recalled the pilot telling them: “We will wait for the ice.”",
            "We will wait for the ice.",
            "the pilot",
        ),
    ],
)
def test_words_within_what_is_told_are_not_those_of_who_tells(
    text: str, inner: str, speaker: str, annotators: Annotators
) -> None:
    found = read(text, annotators).quotes
    (own,) = [q for q in found if texts(q.content) == [inner]]
    assert words(own.speaker_span) == speaker
    assert all(inner not in texts(q.quoted) for q in found if q is not own)


@pytest.mark.parametrize("annotators", ["fast", "accurate"])
def test_what_somebody_is_said_to_feel_is_in_the_words_of_who_says_so(annotators: Annotators) -> None:
    text = "Aide Ole Hansen told reporters that the mayor feels “that the bridge is justly closed.”"
    found = read(text, annotators).quotes
    marked = [words(q.speaker_span) for q in found if q.quoted]
    assert "Aide Ole Hansen" in marked


def test_who_is_meant_stands_in_brackets() -> None:
    annotations = read(
        "“He [Mayor Hansen] told us it was [sic] fine … and nothing happened,” said Greta Holm, a baker."
    )
    inner = min(annotations.quotes, key=lambda q: len(q.content[0].text))
    assert names(annotations, inner.chain) == ["Greta Holm", "Hansen"]
    assert words(inner.speaker_span) == "He [Mayor Hansen]"


@pytest.mark.parametrize(
    ("handle", "name"), [("@OleHansen", "Ole Hansen"), ("@hansen_ole", "Ole Hansen"), ("@VelmPort", None)]
)
def test_a_post_is_whose_name_the_account_bears(handle: str, name: str | None) -> None:
    annotations = read(f"Minister Ole Hansen left with Greta Holm.\n\n{handle}: “Thank you all. It was an honour.”")
    (quote,) = annotations.quotes
    assert names(annotations, quote.chain) == ([name] if name else [])
    assert words(quote.speaker_span) == handle


def test_a_post_is_whose_last_name_the_account_bears_where_no_other_name_is_told() -> None:
    annotations = read("The minister left at noon.\n\n@GretaHolm: “Thank you all.”\n\n“I am sorry,” Holm wrote later.")
    assert [names(annotations, quote.chain) for quote in annotations.quotes] == [["Holm"], ["Holm"]]


@pytest.mark.parametrize("annotators", ["fast", "accurate"])
@pytest.mark.parametrize("dash", ["–", "—", "--"])
def test_behind_a_dash_stands_who_said_it(dash: str, annotators: Annotators) -> None:
    text = f"“The bridge will be stronger with it.” {dash} Commissioner Ole Hansen\n\nThe bridge opens in May."
    annotations = read(text, annotators)
    (quote,) = annotations.quotes
    assert (names(annotations, quote.chain), texts(quote.content)) == (
        ["Ole Hansen"],
        ["The bridge will be stronger with it."],
    )


def test_a_name_that_ends_as_adverbs_do_is_who_speaks() -> None:
    text = "Mark Vesely and his wife, Clara Vesely, came on Thursday. Mrs Vesely said volunteers deserved thanks."
    annotations = read(text)
    (quote,) = annotations.quotes
    assert (names(annotations, quote.chain), words(quote.cue)) == (["Clara Vesely"], "said")


@pytest.mark.parametrize(("asks", "answers"), [("Q:", "A:"), ("Q.", "A."), ("Question:", "Answer:")])
def test_an_interview_gives_the_answers_to_whom_it_is_with(asks: str, answers: str) -> None:
    text = (
        f"The Post spoke to pilot Ole Hansen.\n\n{asks} When did it sink?\n\n{answers} At six. The crew said it was "
        f"late.\n\nNobody came.\n\n{asks} Who knew?\n\n{answers} Nobody."
    )
    annotations = read(text)
    direct = [(texts(q.content), names(annotations, q.chain)) for q in annotations.quotes if q.form == "direct"]
    assert direct == [
        (["When did it sink?"], []),
        (["At six. The crew said it was late.", "Nobody came."], ["Ole Hansen"]),
        (["Who knew?"], []),
        (["Nobody."], ["Ole Hansen"]),
    ]
    assert {a.name for a in annotations.actors if a.kind == "person"} == {"Ole Hansen"}


def test_an_interview_with_two_names_nobody() -> None:
    annotations = read("Ole Hansen and Greta Holm met us.\n\nQ: When did it sink?\n\nA: At six.\n\nQ: Who knew?")
    assert [q.speaker for q in annotations.quotes if q.form == "direct"] == [None] * 3


def test_the_labels_of_a_transcript_speak() -> None:
    text = (
        "Renata Marlow asked the pilot, Ole Hansen.\n\nMARLOW: When did you see it?\n\n"
        "HANSEN: I saw it at six.\n\nMARLOW: And then?\n\nHANSEN: We left. The harbour master said “go home” to us."
    )
    annotations = read(text)
    spoken = [(q.content[0].text, names(annotations, q.chain)) for q in annotations.quotes if q.content[0].start > 40]
    assert spoken == [
        ("When did you see it?", ["Renata Marlow"]),
        ("I saw it at six.", ["Ole Hansen"]),
        ("And then?", ["Renata Marlow"]),
        ("We left. The harbour master said “go home” to us.", ["Ole Hansen"]),
        ("go home", ["Ole Hansen", "harbour master"]),
    ]


def test_lines_with_a_colon_are_no_transcript() -> None:
    assert quotes("Monday: The ferry left.\n\nTuesday: It came back.\n\nMonday: It sank.\n\nNote: It was old.") == ()


def test_a_quotation_over_paragraphs_is_one_act() -> None:
    (quote,) = quotes("“We went at dawn.\n\n“Nobody was there.\n\n“So we left,” Hansen said.")
    assert texts(quote.content) == ["We went at dawn.", "Nobody was there.", "So we left,"]
    assert words(quote.speaker_span) == "Hansen"


def test_the_next_paragraph_goes_on_with_less_confidence() -> None:
    first, second = quotes("“We went at dawn,” Hansen said.\n\n“Nobody was there at all when we arrived.”")
    assert words(second.speaker_span) == "Hansen"
    assert second.confidence < first.confidence


def test_a_narrators_sentence_breaks_the_speech() -> None:
    found = quotes('"Why?" Hansen asked. Marrow shook his head and left. "No."')
    assert [texts(q.content) for q in found] == [["Why?"]]


def test_speech_that_nobody_is_named_for_has_no_speaker() -> None:
    (quote,) = quotes("“The harbour is closed and it will stay closed until the spring.”")
    assert (quote.speaker, quote.speaker_span, quote.chain) == (None, None, ())
    assert quote.confidence < 0.5


def test_what_was_added_is_no_part_of_what_was_said() -> None:
    first, second = quotes("Brandt said the port was closed and added that the ferry was safe.")
    assert texts(first.content) == ["the port was closed"]
    assert said(second) == ("indirect", "Brandt", ["the ferry was safe"])


def test_a_body_that_goes_on_as_it() -> None:
    annotations = read("The Harbour Ministry said the port was closed.\n\nIt also said the ferry had stopped.")
    first, second = annotations.quotes
    assert second.speaker is not None
    assert second.speaker == first.speaker


def test_a_lost_mark_does_not_derail_the_rest() -> None:
    found = quotes("The banner said “no more tolls in the harbour.\n\n“We are fine,” Holm said on Monday.")
    assert ("direct", "Holm", ["We are fine,"]) in [said(q) for q in found]


def test_furniture_and_headings_never_speak() -> None:
    text = 'Brandt says "never"\n\n"It is safe," Brandt said.\n\nRead also: "It fell," Holm said.'
    plain = with_paragraphs(Article(id="a", text=text))
    heading, report, furniture = plain.paragraphs
    article = Article(id="a", text=text, paragraphs=(report,), headings=(heading,), furniture=(furniture,))
    (annotations,) = annotate([article])
    assert [texts(q.content) for q in annotations.quotes] == [["It is safe,"]]


SENTENCES = [
    "Brandt said the port was closed.",
    "“It will hold,” said Holm. “We know.”",
    'Marrow called the plan "a farce" and left.',
    "The workers' hall is shut.",
    "“An unclosed mark said Brandt.",
    "'Go,' she added, 'and don't stop.'",
    "\"When he says 'no,' I laugh,\" Hansen told the Post.",
    "According to Holm, who cited Brandt, it fell.",
    '" and "',
    "Holm: “No.”",
]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SENTENCES), st.sampled_from([" ", "\n\n", "\n"])), max_size=7))
def test_laws_of_every_quote(pieces: list[tuple[str, str]]) -> None:
    text = "".join(sentence + gap for sentence, gap in pieces)
    annotations = read(text)
    actors = {actor.id for actor in annotations.actors}
    assert len({q.id for q in annotations.quotes}) == len(annotations.quotes)
    for quote in annotations.quotes:
        for span in (*quote.content, *quote.quoted, quote.cue, quote.speaker_span, quote.modality):
            assert span is None or (span.text and span.text == text[span.start : span.end])
        assert quote.content
        assert (quote.speaker is None) == (quote.chain == ())
        assert quote.speaker is None or (quote.speaker == quote.chain[-1] and set(quote.chain) <= actors)
        assert (quote.form == "indirect") == (quote.quoted == ())
        assert 0 < quote.confidence <= 1
    assert read(text).quotes == annotations.quotes


def seed(name: str, lines: range) -> Article:
    """A seed article whose paragraphs are the given lines (from 1) that are neither heading nor furniture."""
    if not SEEDS.is_dir():
        pytest.skip(NO_SEEDS)
    text = (SEEDS / name).read_text(encoding="utf-8")
    left_out = {20, 47} | set(range(30, 38))
    spans, start = [], 0
    article = Article(id=name, text=text)
    for number, line in enumerate(text.split("\n"), start=1):
        if number in lines and line.strip() and not (name == "001.txt" and number in left_out):
            spans.append(article.span(start, start + len(line)))
        start += len(line) + 1
    return Article(id=name, text=text, paragraphs=tuple(spans))


def test_direct_quotes_of_the_first_seed() -> None:
    (annotations,) = annotate([seed("000.txt", range(1, 100))])
    text = annotations.article.text
    direct = {q.content[0].text[:20]: q for q in annotations.quotes if q.form == "direct"}
    minsk, domestic = direct["As we search for new"], direct["You should know we d"]
    assert names(annotations, minsk.chain) == ["Rex Tillerson"]
    assert names(annotations, domestic.chain) == ["Sergei Lavrov"]
    for quote in (minsk, domestic):
        assert text[quote.content[0].start - 1] == "“"
        assert text[quote.content[-1].end] == "”"
    (productive,) = [q for q in annotations.quotes if texts(q.quoted) == ["productive,"]]
    assert names(annotations, productive.chain) == ["Rex Tillerson"]


def test_quotes_of_the_second_seed() -> None:
    (annotations,) = annotate([seed("001.txt", range(10, 64))])
    by_start = {q.quoted[0].text.split(" ")[0]: q for q in annotations.quotes if q.quoted}
    speakers = {start: names(annotations, q.chain) for start, q in by_start.items()}
    assert speakers["when"] == speakers["where"] == speakers["search"] == ["Rex Tillerson"]
    assert "Foreign Office" in speakers["absolutely"][-1]
    assert speakers["all"] == ["Sergei Lavrov"]
    assert speakers["no"][0] == "Interfax"
    assert "aide" in speakers["no"][-1]
    assert "Dunford" in speakers["the"][-1]
    assert "office" in speakers["the"][-1]
    assert speakers["It's"] == ["Vladimir Putin"]
    assert speakers["in"] == speakers["political"] == ["Jim Mattis"]
    assert by_start["in"].polarity == "negated"
    assert by_start["political"].content[0].text.endswith("Russia-NATO agreement.")
    (also,) = [q for q in annotations.quotes if words(q.cue) == "also said" and words(q.speaker_span) == "It"]
    assert "Defense Ministry" in names(annotations, also.chain)[-1]
    told = [q for q in annotations.quotes if q.addressee_span is not None]
    assert any("counterpart" in (words(q.addressee_span) or "") for q in told)
    assert any("Federal Security Service" in (words(q.addressee_span) or "") for q in told)


def test_every_marked_passage_of_the_second_seed_belongs_to_somebody() -> None:
    (annotations,) = annotate([seed("001.txt", range(10, 64))])
    text = annotations.article.text
    marked = {q.start for quote in annotations.quotes for q in quote.quoted}
    opening = [
        i + 1
        for p in annotations.article.paragraphs
        for i in range(p.start, p.end)
        if text[i] == '"' and (i == p.start or text[i - 1] == " ")
    ]
    assert marked == set(opening)


def test_no_story_breaks_a_law() -> None:
    path = SHARED / "gold" / "stories" / "stories.jsonl"
    if not path.is_file():
        pytest.skip(NO_GOLD)
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for _, line in zip(range(20), lines, strict=False)]
    articles = [Article(id=str(n), text=r["text"]) for n, r in enumerate(records)]
    for found in annotate(articles):
        for quote in found.quotes:
            for span in (*quote.content, *quote.quoted):
                assert span.text == found.article.text[span.start : span.end]
