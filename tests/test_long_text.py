"""A long article is parsed in pieces, which nobody can tell from what is found in it."""

from __future__ import annotations

import pytest

from rashomon.annotate import pipeline
from rashomon.types import Article

PARAGRAPH = (
    "Mayor Ilka Sorn said on Tuesday that the quay of Orlen would stay closed until {n} May. “We have counted {n}"
    " cracks,” Sorn told reporters.\n\n“That is not true,” said the harbour master, Bram Teil, who had denied it."
)


def test_an_article_in_pieces_is_annotated_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    article = Article(id="long", text="\n\n".join(PARAGRAPH.format(n=n) for n in range(3, 31)) + "\n")
    whole = list(pipeline.annotate([article]))
    monkeypatch.setattr(pipeline, "_MOST_TEXT", 3000)
    monkeypatch.setattr(pipeline, "_PIECE", 700)
    assert len(whole[0].quotes) > 40
    assert list(pipeline.annotate([article])) == whole


def test_articles_are_batched_by_their_length_and_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [Article(id=str(n), text=PARAGRAPH.format(n=n) * (1 + n % 3)) for n in range(7)]
    whole = list(pipeline.annotate(articles))
    monkeypatch.setattr(pipeline, "_MOST_TEXT", 500)
    assert [one.article.id for one in whole] == [article.id for article in articles]
    assert list(pipeline.annotate(articles)) == whole
