"""Claims: where a sentence is cut, who is heard in each piece, whether it is negated, and what it commits itself to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pytest

from rashomon.annotate import annotate
from rashomon.types import Annotations, Article, Claim

LOST = "the ferry was lost off the coast"


@lru_cache(maxsize=128)
def annotated(text: str) -> Annotations:
    [one] = annotate([Article(id="a", text=text)])
    return one


def texts(claims: Sequence[Claim]) -> list[str]:
    return [" … ".join(span.text for span in claim.spans) for claim in claims]


def only(text: str) -> Claim:
    [claim] = annotated(text).claims
    return claim


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("The council closed the bridge on Monday, while the fishermen blocked the harbour with nets.",
                     ["The council closed the bridge on Monday", "the fishermen blocked the harbour with nets"],
                     id="two-assertions"),
        pytest.param("The ferry sank off the coast, and the council sold its bell to a farmer.",
                     ["The ferry sank off the coast", "the council sold its bell to a farmer"], id="coordinated"),
        pytest.param("The council sold the ferry and bought a bell.",
                     ["The council sold the ferry and bought a bell"], id="one-subject"),
        pytest.param("If the council closes the bridge, the fishermen will block the harbour.",
                     ["If the council closes the bridge, the fishermen will block the harbour"], id="a-condition"),
        pytest.param("But the council closed the bridge on Monday.", ["the council closed the bridge on Monday"],
                     id="a-loose-conjunction"),
        pytest.param("The man who ran the harbour of Velm resigned on Monday.",
                     ["The man who ran the harbour of Velm resigned on Monday"], id="a-restrictive-clause"),
        pytest.param("Ida Korn resigned as master of the harbour on Monday, saying she was tired of the inquiry.",
                     ["Ida Korn resigned as master of the harbour on Monday", "she was tired of the inquiry"],
                     id="speech-behind-a-comma"),
        pytest.param("Ida Korn resigned on Monday, saying she was tired of the inquiry.",
                     ["Ida Korn resigned on Monday", "she was tired of the inquiry"], id="a-short-act-beside-speech"),
        pytest.param("Ida Korn, who ran the harbour of Velm, resigned on Monday.",
                     ["Ida Korn … resigned on Monday", "Ida Korn, who ran the harbour of Velm"],
                     id="a-clause-set-off-by-commas"),
        pytest.param("The letter written by the union of fishermen on Monday reached the council of Velm.",
                     ["The letter written by the union of fishermen on Monday reached the council of Velm",
                      "The letter written by the union of fishermen on Monday"], id="a-participle-is-read-with-both"),
        pytest.param(f"Ida Korn said on Monday that {LOST}.", [LOST], id="an-attribution-says-nothing-itself"),
        pytest.param(f"{LOST.capitalize()}, Ida Korn told reporters in Velm.", [LOST.capitalize()], id="speech-before"),
        pytest.param("“I will sell the ferry,” said Ida Korn, who resigned as harbour master after a long inquiry.",
                     ["I will sell the ferry", "Ida Korn, who resigned as harbour master after a long inquiry"],
                     id="a-clause-of-the-narrator-behind-speech"),
        pytest.param("A long night in Velm.", [], id="no-verb"),
        pytest.param("“No,” she said.", [], id="no-content"),
    ],
)  # fmt: skip
def test_where_a_sentence_is_cut(sentence: str, expected: list[str]) -> None:
    assert texts(annotated(sentence).claims) == expected


@pytest.mark.parametrize(
    ("sentence", "voice"),
    [
        (f"{LOST.capitalize()}.", []),
        (f"Ida Korn said that {LOST}.", ["Ida Korn"]),
        (f"According to Ida Korn, {LOST}.", ["Ida Korn"]),
        (f"The Halm Agency quoted Ida Korn as saying that {LOST}.", ["Halm Agency", "Ida Korn"]),
    ],
)
def test_whose_voice_is_heard(sentence: str, voice: list[str]) -> None:
    names = {actor.id: actor.name for actor in annotated(sentence).actors}
    claim = only(sentence)
    assert [names[id] for id in claim.voice] == voice
    assert (claim.quote is not None) == bool(voice)


@pytest.mark.parametrize(
    ("sentence", "strength"),
    [
        (f"{LOST.capitalize()}.", "stated"),
        ("The ferry was reportedly lost off the coast.", "alleged"),
        ("The council plans to sell the ferry.", "planned"),
        ("The council considered selling the ferry.", "planned"),
        ("The council will sell the ferry to a farmer.", "planned"),
        ("The council may sell the ferry to a farmer.", "planned"),
        ("The council was due to sell the ferry to a farmer.", "planned"),
        ("The ferry is set to be sold to a farmer.", "planned"),
        ("The council is likely to sell the ferry.", "planned"),
        ("The ferry is about forty years old.", "stated"),
        (f"Ida Korn said that {LOST}.", "reported"),
        (f"Ida Korn claimed that {LOST}.", "alleged"),
        (f"Ida Korn doubted that {LOST}.", "doubted"),
        (f"Ida Korn denied that {LOST}.", "denied"),
        ("Ida Korn said that the ferry would be sold.", "planned"),
        ("Ida Korn said that the ferry was allegedly lost off the coast.", "alleged"),
    ],
)
def test_the_rung_of_the_strength_ladder(sentence: str, strength: str) -> None:
    assert only(sentence).strength == strength


@pytest.mark.parametrize(
    ("sentence", "negated"),
    [
        ("The council sold the ferry to a farmer.", False),
        ("The council did not sell the ferry to a farmer.", True),
        ("The council never sold the ferry to a farmer.", True),
        ("No council sold the ferry to a farmer.", True),
        ("Nobody in the council sold the ferry to a farmer.", True),
        ("The council sold the ferry to a farmer with no money.", False),
        ("The council refused to sell the ferry to a farmer.", True),
        ("The council did not refuse to sell the ferry to a farmer.", False),
        ("The firm would stop selling cheap rope to the islands.", True),
        ("The firm would no longer sell cheap rope to the islands.", True),
        ("“No, we sold the ferry to a farmer,” Ida Korn said.", False),
        (f"Ida Korn denied that {LOST}.", True),
        ("Ida Korn denied that she had ever sold the ferry.", True),
        (f"Ida Korn did not say that {LOST}.", True),
        ("“We will never sell the ferry,” Ida Korn said.", True),
    ],
)
def test_polarity(sentence: str, negated: bool) -> None:
    assert only(sentence).polarity == ("negated" if negated else "affirmed")
