"""Markdown, tables, and what is text but no article. All of it is invented."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from rashomon.errors import InvalidRecord, UnreadableInput
from rashomon.read import Problem, read, read_text
from rashomon.types import Article, Published

LEDE = "A landslide buried the only road to Ambley on Sunday night, and nobody was hurt, the county police said."
QUOTE = "“We heard it come down like a train,” said Runa Stolt, who keeps the inn at the end of the valley."
ENDING = "The road will be shut for two weeks at the least, according to the county's engineer Pavel Orth."


def of_file(path: Path, text: str) -> tuple[list[Article], list[Problem]]:
    path.write_text(text, "utf-8")
    return read([str(path)])


def only(path: Path, text: str) -> Article:
    (article,), problems = of_file(path, text)
    assert not problems
    return article


MARKED = f"""# Road to Ambley buried

*By Ida Korn*

![The road](https://velm.example/road.jpg "By Tom (left)")

**VELM** – A [landslide](https://velm.example/slide_(2031)) buried the *only* road to __Ambley__ on Sunday night, and
nobody was hurt, the county police said.[^1]

> “We heard it come down like a train,” said Runa Stolt, who keeps the inn at the end of the valley.

The road
--------

- {ENDING}

* * *

[1]: https://velm.example/notes
"""


@pytest.mark.parametrize("name", ["a.md", "a.markdown", "a.txt"])
def test_markdown_is_read_without_its_marks(tmp_path: Path, name: str) -> None:
    article = only(tmp_path / name, MARKED)
    assert (article.title, article.author) == ("Road to Ambley buried", "Ida Korn")
    assert [p.text for p in article.paragraphs] == [LEDE, QUOTE, ENDING]
    assert [h.text for h in article.headings] == ["Road to Ambley buried", "The road"]
    assert "VELM –" in [f.text for f in article.furniture] and "velm.example" not in article.text


def test_front_matter_as_clippers_write_it(tmp_path: Path) -> None:
    front = (
        '---\ntitle: "Road buried"\nsource: "https://velm.example/road"\nauthor:\n  - "[[Ida Korn]]"\n'
        '  - "[[Tom Lund]]"\npublished: 2031-05-17\ncreated: 2032-01-01\ntags:\n  - "clippings"\n---\n'
    )
    article = only(tmp_path / "a.md", f"{front}{LEDE}\n\n{QUOTE}\n")
    assert (article.title, article.author, article.url) == (
        "Road buried",
        "Ida Korn, Tom Lund",
        "https://velm.example/road",
    )
    assert article.published == Published(value="2031-05-17") and article.text == f"{LEDE}\n\n{QUOTE}"
    article = read_text(f"---\ntitle: Road\nauthor: [Ida Korn, Tom Lund]\ndate: 2031-05-17\n---\n{LEDE}")
    assert article.author == "Ida Korn, Tom Lund"


@pytest.mark.parametrize(
    "mark", ["5 * 3 * 2", "snake_case_name", "#hashtag", "[sic]", "2 > 1", "a *star* and (http://x.example)"]
)
def test_plain_text_with_a_mark_or_two_stays_as_it_is(mark: str) -> None:
    assert read_text(f"{LEDE} {mark}\n\n{QUOTE}").text == f"{LEDE} {mark}\n\n{QUOTE}"


def test_marks_without_end_take_no_time() -> None:
    assert read_text(LEDE + "\n\n" + "**a" * 30_000).paragraphs


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_row_of_a_table_is_an_article(tmp_path: Path, mark: str) -> None:
    quoted = ENDING.replace('"', '""')
    rows = [
        mark.join(("outlet", "Title", "text", "published", "rank")),
        mark.join(("Velm Courier", '"Road, buried; now"', f'"{LEDE}\n\n{quoted}"', "2031-05-17", "1")),
        mark.join(("Aure Post", "Road", f'"{QUOTE}"', "soon", "2")),
        mark.join(("Aure Post", "Road", "", "2031-05-17", "3")),
    ]
    for name in ("a.csv", "a.txt"):
        articles, problems = of_file(tmp_path / name, "\n".join(rows) + "\n")
        assert [(a.outlet, a.title, a.text) for a in articles] == [
            ("Velm Courier", "Road, buried; now", f"{LEDE}\n\n{ENDING}")
        ]
        assert [p.message.split(":")[0] for p in problems] == ["row 3", "row 4"]


def test_a_table_without_texts_says_what_it_has(tmp_path: Path) -> None:
    _, problems = of_file(tmp_path / "a.csv", "place,deaths\nVelm,3\n")
    assert isinstance(problems[0].error, InvalidRecord) and "its columns are: place, deaths" in problems[0].message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="https://velm.example/f"/></body></opml>',
            "OPML",
        ),
        ("<!-- saved --><opml><body/></opml>", "OPML"),
        (
            f'<?xml version="1.0"?><rss version="2.0"><channel><item><title>{LEDE}</title></item></channel></rss>',
            "feed",
        ),
        (f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{LEDE}</title></entry></feed>', "feed"),
        ("<?xml version='1.0'?><urlset><url><loc>https://velm.example/a</loc></url></urlset>", "map of a site"),
        (f"<?xml version='1.0'?><note><p>{LEDE}</p></note>", "XML of a kind that is not read"),
        (f"BEGIN:VCALENDAR\nSUMMARY:{LEDE}\nEND:VCALENDAR", "calendar"),
    ],
)
def test_what_is_no_article_is_said_to_be_none(text: str, said: str) -> None:
    articles, problems = read(["-"], stdin=io.BytesIO(text.encode()))
    assert not articles and isinstance(problems[0].error, UnreadableInput) and said in problems[0].message
