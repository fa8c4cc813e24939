"""Who is said to have said the same words, where, and how firmly the account puts it."""

from __future__ import annotations

import pytest
from tellings import compared

WORDS = "“The ferry was rotten from bow to stern and nobody cared,”"


def told(one: str, other: str) -> dict[str, tuple[str, ...]]:
    """The findings on the shared quotation but for its wording: by kind, the words that are marked."""
    kinds = {"attribution", "addressee", "strength"}
    return {
        f.kind: tuple(m.text for side in f.sides for m in side.marks)
        for f in compared(one, other).findings
        if f.utterance is not None and f.kind in kinds
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(f"{WORDS} Ida Korn said.", f"{WORDS} Otto Brill said.",
                     {"attribution": ("Ida Korn", "Otto Brill")}, id="two-speakers"),
        pytest.param(f"Ida Korn came to the harbour at noon. {WORDS} she said.", f"{WORDS} Otto Brill said.",
                     {"attribution": ("she", "Otto Brill")}, id="she-can-be-nobody-else"),
        pytest.param(f"Ida Korn met Otto Brill at the harbour. {WORDS} he said.", f"{WORDS} Ida Korn said.",
                     {}, id="he-may-be-another"),
        pytest.param(f"{WORDS} Ida Korn said in an interview.", f"{WORDS} Ida Korn wrote on Twitter.",
                     {"addressee": ("in an interview", "on Twitter")}, id="two-occasions"),
        pytest.param(f"{WORDS} Ida Korn said in an interview.", f"{WORDS} Ida Korn said in a radio interview.",
                     {}, id="one-occasion"),
        pytest.param(f"{WORDS} Ida Korn said in an interview.", f"{WORDS} Ida Korn said.", {}, id="no-occasion"),
        pytest.param(f"{WORDS} Ida Korn claimed.", f"{WORDS} Ida Korn said.",
                     {"strength": ("claimed", "said")}, id="claimed"),
        pytest.param(f"{WORDS} Ida Korn admitted.", f"{WORDS} Ida Korn said.",
                     {"strength": ("admitted", "said")}, id="admitted"),
        pytest.param(f"{WORDS} Ida Korn told reporters.", f"{WORDS} Ida Korn said.", {}, id="said-and-told"),
    ],
)  # fmt: skip
def test_what_stands_around_the_same_words(one: str, other: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert told(one, other) == expected
