"""Quotation marks: which passages they enclose, and that apostrophes and lost marks disturb nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rashomon.annotate._quotemarks import Marked, marked_passages, with_english_marks


def paragraphs_of(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in text.split("\n"):
        if line:
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def passages(text: str, level: int | None = 0) -> list[str]:
    found = marked_passages(with_english_marks(text), paragraphs_of(text))
    return [text[m.start : m.end] for m in found if level is None or m.level == level]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Holm said "we go" and left.', ["we go"]),
        ("Holm said “we go” and left.", ["we go"]),
        ("Holm said ‘we go’ and left.", ["we go"]),
        ("Holm said 'we go' and left.", ["we go"]),
        ("Holm said ''we go'' and left.", ["we go"]),
        ("Holm said ``we go'' and left.", ["we go"]),
        ("Holm said «we go» and left.", ["we go"]),
        ("Holm said « we go » and left.", [" we go "]),
        ("»We go,« Holm said. »Now.«", ["We go,", "Now."]),
        ("„We go,“ Holm said. „Now.”", ["We go,", "Now."]),
        ("Holm said „he told me ‚go‘ twice“ and left.", ["he told me ‚go‘ twice"]),
        ("”This is why it fell,” Holm said.", ["This is why it fell,"]),
        ("The workers' rights and the miners' pay don't matter.", []),
        ("It's the '90s again, and rock 'n' roll isn't dead.", []),
        ('The door was 6\'2" tall and "narrow".', ["narrow"]),
        ("'The workers' pay is low,' Holm said. 'Go!'", ["The workers' pay is low,", "Go!"]),
        ("Holm said “a lost mark. Then she left. “Fine,” she said.", ["Fine,"]),
        ('A stray " here. Then "this" is read.', ["this"]),
        ('("Yes")—"no," Holm said', ["Yes", "no,"]),
    ],
)
def test_passages(text: str, expected: list[str]) -> None:
    assert passages(text) == expected


def test_marks_within_marks_are_of_the_second_level() -> None:
    text = "\"Brandt told me 'go away,'\" Holm said."
    assert passages(text, 0) == ["Brandt told me 'go away,'"]
    assert passages(text, 1) == ["go away,"]
    wire = "The chief ''had me at 'harbour,''' Holm wrote."
    assert passages(wire, 0) == ["had me at 'harbour,'"]
    assert passages(wire, 1) == ["harbour,"]


@pytest.mark.parametrize("mark", ["“”", '""'])
def test_a_quotation_over_several_paragraphs(mark: str) -> None:
    text = f"{mark[0]}One.\n\n{mark[0]}Two.\n\n{mark[0]}Three,{mark[1]} Holm said. {mark[0]}Four.{mark[1]}"
    found = marked_passages(text, paragraphs_of(text))
    assert [text[m.start : m.end] for m in found] == ["One.", "Two.", "Three,", "Four."]
    assert [m.opens_more for m in found] == [True, True, False, False]
    assert [m.goes_on for m in found] == [False, True, True, False]


def test_a_mark_left_open_without_continuation_encloses_nothing() -> None:
    assert passages("“One.\nTwo is the narrator's.\n“Three,” Holm said.") == ["Three,"]


@pytest.mark.parametrize("mark", ["“”", '""'])
def test_a_quotation_that_opens_once_and_closes_paragraphs_later(mark: str) -> None:
    text = f"{mark[0]}One is long.\n\nTwo is 'longer' still.\n\nThree,{mark[1]} Holm said. {mark[0]}Four.{mark[1]}"
    found = [m for m in marked_passages(text, paragraphs_of(text)) if m.level == 0]
    assert [text[m.start : m.end] for m in found] == ["One is long.", "Two is 'longer' still.", "Three,", "Four."]
    assert [m.goes_on for m in found] == [False, True, True, False]
    assert passages(text, 1) == ["longer"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“One,” he said, “two and no more.\n\nThree is the narrator's.", ["One,", "two and no more."]),
        ("He said: “One. Two.\n\nThree is the narrator's.", ["One. Two."]),
        ("“One.\n\n“Two.\n\nThree is the narrator's.", ["One.", "Two."]),
        ("“One, said Holm.\n\nThe 'old' pier is the narrator's.\n\n“Four,” she said.", ["old", "Four,"]),
    ],
)
def test_a_mark_that_is_never_closed(text: str, expected: list[str]) -> None:
    assert passages(text) == expected


words = st.sampled_from(["we", "don't", "the workers' pay", "harbour", "it's", "port", "Holm's", "1990s", "go"])
plain = st.lists(words, min_size=1, max_size=6).map(" ".join)
pairs = st.sampled_from(['""', "“”", "«»"])


@given(st.lists(st.tuples(plain, pairs, plain, st.sampled_from([".", ",", "?", ""])), min_size=1, max_size=4), plain)
def test_every_passage_is_found_whole(pieces: list[tuple[str, str, str, str]], tail: str) -> None:
    text = " ".join(f"{before} {pair[0]}{inside}{end}{pair[1]}" for before, pair, inside, end in pieces) + f" {tail}."
    assert passages(text) == [inside + end for _, _, inside, end in pieces]


@given(st.text(alphabet="ab '\"“”‘’`«»„‚.,:\n", max_size=60))
def test_passages_lie_in_their_paragraph_and_nest(text: str) -> None:
    paragraphs = paragraphs_of(text)
    found = marked_passages(with_english_marks(text), paragraphs)
    for m in found:
        assert (m.outer_start < m.start or m.goes_on) and m.outer_start <= m.start <= m.end <= m.outer_end
        assert any(start <= m.outer_start and m.outer_end <= end for start, end in paragraphs)
    for one in found:
        for other in found:
            assert not _cross(one, other)
    assert found == sorted(found, key=lambda m: (m.outer_start, -m.outer_end))


def _cross(one: Marked, other: Marked) -> bool:
    return one.outer_start < other.outer_start < one.outer_end < other.outer_end
