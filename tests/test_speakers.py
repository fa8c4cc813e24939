"""Who the speaker of a quote is: pronouns, descriptions, bodies taken up again, paragraphs that nobody is named for."""

from __future__ import annotations

import pytest

from rashomon.annotate import annotate
from rashomon.types import Article


def _heard(text: str) -> list[tuple[str | None, str | None]]:
    """For each quote the words that name its speaker and the name of the actor."""
    (read,) = annotate([Article(id="x", text=text)])
    names = {actor.id: actor.name for actor in read.actors}
    words = [q.speaker_span.text if q.speaker_span else None for q in read.quotes]
    return [(w, names[q.speaker] if q.speaker else None) for w, q in zip(words, read.quotes, strict=True)]


def _whom(text: str, words: str) -> str | None:
    """Whom the last quote that names its speaker with these words is given to."""
    return [actor for w, actor in _heard(text) if w == words][-1]


_SPEECH = "“It is late. The boats are in. The gates are shut. Nobody is out there. We will wait,”"


def test_a_long_quotation_takes_nobody_out_of_mind() -> None:
    text = f"Tom Hobson told reporters the harbour was closed. {_SPEECH} he said. {_SPEECH} he added."
    assert [actor for words, actor in _heard(text) if words == "he"] == ["Tom Hobson", "Tom Hobson"]


def test_nobody_named_in_marked_words_speaks_them() -> None:
    text = (
        "Tom Hobson told reporters that the harbour was closed. Walter Marsh disagreed on Monday."
        " “Walter Marsh has never seen the harbour,” he said."
    )
    assert _whom(text, "he") == "Tom Hobson"


def test_a_pronoun_follows_whom_the_sentence_before_is_about() -> None:
    text = (
        "Walter Marsh said that he had asked the pilot. Fisherman Peter Lind was one of the injured."
        " He said the ferry had not slowed down."
    )
    assert _whom(text, "He") == "Peter Lind"


def test_he_added_goes_on_with_who_spoke() -> None:
    text = (
        "“The ferry did not slow down,” said Walter Marsh. Peter Lind was not on board."
        " “It never does on Mondays,” he added."
    )
    assert _whom(text, "he") == "Walter Marsh"


def test_the_main_clause_outweighs_what_somebody_is_said_to_have_said() -> None:
    text = "Walter Marsh said Peter Lind offered him the post. He said there would be no change."
    assert _whom(text, "He") == "Walter Marsh"


def test_who_is_neither_near_nor_the_last_to_speak_is_not_meant() -> None:
    filler = " ".join(["The gates were shut.", "The boats lay idle.", "The crowd went home.", "The rain set in."])
    text = f"Walter Marsh was born in Velm. {filler} He said it was late."
    assert _whom(text, "He") is None


@pytest.mark.parametrize(
    ("text", "words", "actor"),
    [
        ("The singer Ida Lund left on Monday. The singer said she was tired.", "The singer", "Ida Lund"),
        ("Ida Lund left Velm on Monday. Crowds cheered. The singer said she was tired.", "The singer", "Ida Lund"),
        ("The comedian Jon Hobson, a longtime friend, said it was late.", "The comedian Jon Hobson, a longtime friend",
         "Jon Hobson"),
        ("Ida Lund, 43, met Jon Hobson, 51. “We left,” the 43-year-old said.", "the 43-year-old", "Ida Lund"),
        ("Ida Lund, 43, met Jon Hobson, 51. “We left,” the 62-year-old said.", "the 62-year-old", None),
        ("A memo from Mayor Ida Lund said that it was late.", "A memo from Mayor Ida Lund", "Ida Lund"),
        ("A statement by the Velm Water Authority said it was late.", "A statement by the Velm Water Authority",
         "Velm Water Authority"),
        ("Tom Hobson, a senator who said it was late, left on Monday.", "who", "Tom Hobson"),
    ],
)  # fmt: skip
def test_a_description_is_who_was_called_so_or_stands_out(text: str, words: str, actor: str | None) -> None:
    assert _whom(text, words) == actor


@pytest.mark.parametrize(
    ("speaker", "actor"),
    [
        ("The union's general secretary, Ana Prado", "Ana Prado"),
        ("Velm's deputy harbour master, Capt. Lou Hart", "Lou Hart"),
        ("The board's chairman, Representative Piet Sorrel, an engineer", "Piet Sorrel"),
        ("Another council leader, Greta Holm of Ambley", "Greta Holm"),
        ("A lawyer for the port, William Marsh of Holm & Co.", "William Marsh"),
        ("One candidate, Peter Lind, the mayor of Velm, who is a sailor", "Peter Lind"),
    ],
)
def test_a_name_in_apposition_is_the_speaker(speaker: str, actor: str) -> None:
    text = f"Chairman Rolf Stein of the ferry board sat down. {speaker}, said the talks had failed."
    assert _heard(text)[-1][1] == actor


def test_a_description_with_other_words_is_somebody_else() -> None:
    text = "The Hobson team said the road was open. The Marsh team said it was closed."
    assert [actor for _, actor in _heard(text)] == ["Hobson team", "Marsh team"]


def test_an_epithet_that_an_unnamed_person_has_is_not_given_away() -> None:
    text = "Ida Lund met a singer in Velm on Monday. The singer said she was tired."
    assert _whom(text, "The singer") != "Ida Lund"


def test_a_party_is_no_name() -> None:
    text = "Senator Tom Hobson voted against it. “It was a bad bill,” the Velm Democrat said."
    assert _whom(text, "the Velm Democrat") == "Tom Hobson"


def test_somebody_with_others_is_not_somebody_alone() -> None:
    text = "Mr. Hobson and Democrats say they will not move."
    assert _whom(text, "Mr. Hobson and Democrats") == "Mr. Hobson and Democrats"


def test_two_offices_under_one_article_are_one_person() -> None:
    (read,) = annotate([Article(id="x", text="Norvale’s founder and CEO said it was late.")])
    assert [a.kind for a in read.actors if a.id == read.quotes[0].speaker] == ["person"]


def test_the_company_is_what_spoke_and_no_newspaper() -> None:
    text = (
        "Norvale Motors said on Monday that the plant would close. The Halm Courier has covered the plant for years."
        " “We regret this,” the company said."
    )
    assert _whom(text, "the company") == "Norvale Motors"


def test_the_place_of_writing_does_not_speak() -> None:
    text = "OSLO — Senator Tom Hobson, trying to end the dispute, said on Monday that he was sorry."
    (read,) = annotate([Article(id="x", text=text)])
    assert [a.name for a in read.actors if a.id == read.quotes[0].speaker] == ["Tom Hobson"]


def test_a_marked_paragraph_goes_on_with_who_spoke_in_the_one_before() -> None:
    text = (
        "“The harbour is closed.\n\nNobody knows for how long,” Tom Hobson said.\n\n"
        "“We have asked the council for help.”\n\nThe council meets on Friday."
    )
    (read,) = annotate([Article(id="x", text=text)])
    last = read.quotes[-1]
    assert [a.name for a in read.actors if a.id == last.speaker] == ["Tom Hobson"]
    assert last.confidence < 0.6


def test_a_body_nobody_named_so_is_known_by_the_words_of_the_text() -> None:
    text = "Norvale Motors would review the plan. The board said it was too dear."
    assert _whom(text, "The board") == "board"


def test_words_that_nobody_says_are_whose_they_are() -> None:
    text = (
        "The hall barred Ada Korn after she questioned the tolls, a view summed up in her letter:"
        " “Rivers are not pipes.”"
    )
    assert _heard(text)[-1] == ("her", "Ada Korn")


def test_whom_a_letter_is_to_does_not_hold_the_office_of_who_wrote_it() -> None:
    text = "In a letter to the port's lawyer, Sen. Ana Petrov (R) said it was late. The lawyer said nothing was lost."
    assert [actor for _, actor in _heard(text)] == ["Ana Petrov", "lawyer"]
