"""Gold articles annotated for the scorers, so that one article that defeats an annotator costs only its own figures."""

from __future__ import annotations

from collections.abc import Sequence

from rashomon.annotate import annotate
from rashomon.annotate.document import make_doc
from rashomon.annotate.pipeline import load, own_pipes, to_records
from rashomon.errors import AnalysisError
from rashomon.types import Annotations, Article


def annotated(articles: Sequence[Article]) -> list[Annotations]:
    """The articles' annotations, in order; where an annotator failed, the syntax alone, so that all still counts."""
    problems: list[AnalysisError] = []
    done = {one.article.id: one for one in annotate(articles, problems=problems)}
    return [done.get(article.id) or _syntax(article) for article in articles]


def _syntax(article: Article) -> Annotations:
    nlp = load()
    with nlp.select_pipes(disable=own_pipes(nlp)):
        return to_records(nlp(make_doc(nlp, article)))
