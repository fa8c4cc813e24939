"""Characters that nobody sees stay in the text and stand in nobody's way. Names and places are invented."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from served import opened

from rashomon.annotate import annotate
from rashomon.read import read_text
from rashomon.types import Annotations, Article
from rashomon.unseen import put_back, readable, seen, taken_out

PLAIN = (
    "The harbour of Port Sellen was closed on Tuesday after an oil spill, Mayor Hanna Brandt said.\n\n"
    "“It was an unforgiveable mistake,” said Marit Olsen, who owns two boats in the harbour.\n\n"
    "Mayor Hanna Brandt said that 40 000 litres had run out. “We shall clean every stone,” Brandt told reporters."
)
SHY, ZERO, BLANK, HYPHEN = "\u00ad", "\u200b", "\u00a0", "\u2011"
HIDDEN = (
    PLAIN.replace("Olsen", f"Ol{SHY}sen")
    .replace("unforgiveable", f"un{SHY}for{SHY}give{SHY}able")
    .replace("Brandt said", f"Brandt{ZERO} said")
    .replace("Hanna Brandt", f"Hanna{BLANK}Bra{SHY}ndt")
    .replace("Brandt told", f"{ZERO}Brandt{BLANK}told")
)


def read_off(text: str) -> Annotations:
    return next(annotate([read_text(text, id="a", published="2031-05-17")], annotators="fast"))


def test_the_same_is_read_off_and_the_text_is_unchanged() -> None:
    plain, hidden = read_off(PLAIN), read_off(HIDDEN)
    assert hidden.article.text == HIDDEN
    assert [a.name for a in hidden.actors] == [a.name for a in plain.actors]
    speakers = [
        [next((a.name for a in one.actors if a.id == q.speaker), None) for q in one.quotes] for one in (plain, hidden)
    ]
    assert speakers[0] == speakers[1] and {"Marit Olsen", "Hanna Brandt"} <= set(speakers[1])
    for a, b in ((plain.quotes, hidden.quotes), (plain.claims, hidden.claims)):
        assert len(a) == len(b)
    for one, other in zip(plain.mentions, hidden.mentions, strict=True):
        assert one.span.text == seen(other.span.text).replace(BLANK, " ")
        assert other.span.text == HIDDEN[other.span.start : other.span.end]
    assert [t.lemma for t in plain.tokens] == [t.lemma for t in hidden.tokens]
    assert all(HIDDEN[t.start : t.end].strip(SHY + ZERO) == HIDDEN[t.start : t.end] for t in hidden.tokens)


def test_words_and_speakers_are_found(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"---\ntitle: Har{SHY}bour closed\n---\n{HIDDEN}", "utf-8")
    with opened(tmp_path / "a.db") as archive:
        archive.ingest([str(file)])
        for asked in ("Olsen", "unforgiveable", f"Ol{SHY}sen", "harbour closed", "unfor*"):
            (hit,) = archive.search(asked).items
            assert hit.passages and all(p.text in HIDDEN for p in hit.passages)
        assert [s.quote.content[0].text for s in archive.quotes(speaker="Olsen").items] == [
            f"It was an un{SHY}for{SHY}give{SHY}able mistake,"
        ]
        assert archive.quotes(speaker="Hanna Brandt").items
        (hit,) = archive.search("Olsen").items
        kept = archive.article(hit.article.id)
        assert kept.article.text == HIDDEN and archive.check() == []


TEXTS = st.text(st.sampled_from("ab \u00ad\u200b\ufeff\u00a0\u2011"), max_size=30)


@given(TEXTS)
def test_what_is_taken_out_is_put_back(text: str) -> None:
    assert put_back(seen(text), taken_out(text)) == text


@given(TEXTS, st.integers(0, 30), st.integers(0, 30))
def test_parts_of_what_is_read_are_those_of_the_text(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    bare = Article(id="a", text=text)
    part = bare.span(start, end)
    read = readable(Article(id="a", text=text, paragraphs=(part,)))
    assert read.paragraphs[0].text == seen(part.text).replace(BLANK, " ").replace(HYPHEN, "-")
    assert read.text[read.paragraphs[0].start : read.paragraphs[0].end] == read.paragraphs[0].text
