"""How an article becomes a spaCy ``Doc`` and where the annotators keep what they find.

Offsets are kept by blanking: everything that is not a paragraph of the report (furniture, headings) is replaced by
as many spaces, so that no annotator can ever read it, and ``token.idx`` is an offset into ``Article.text``. Quotation
marks of other languages are read as English ones, one character for one, for the parser and the models know no others.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import cast

from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from rashomon.annotate._quotemarks import with_english_marks
from rashomon.types import Article, Span

_BREAK = re.compile(r"\n[ \t]*\n|\n")
LONGEST_SENTENCE = 500
"""Words and marks. A sentence that goes on is read as several, for the time that one takes grows with its square."""
# spaCy's tokenizer takes a time that grows with the square of what has no white space in it (characters).
_RUN = re.compile(r"\S{300}(?=\S)")
_STOPS = frozenset(".!?")
_CLOSING = frozenset("\"'”’)]")
_SPLIT = "rashomon_split"


def register() -> None:
    """Declare the custom attributes (``doc._.article``, ``mentions``, ...); harmless when called again."""
    if not Doc.has_extension("article"):
        Doc.set_extension("article", getter=_article, setter=_set_article)
        for name in ("actors", "mentions", "times", "quotes", "claims", "events"):
            Doc.set_extension(name, default=())
        # What the trained model read; None where it was not asked.
        Doc.set_extension("attributions", default=None)


def _set_article(doc: Doc, article: Article) -> None:
    doc.user_data["rashomon_article"] = article


def _article(doc: Doc) -> Article:
    """The article a Doc was made from; a Doc made elsewhere stands for an article of its own with one id."""
    if "rashomon_article" not in doc.user_data:
        doc.user_data["rashomon_article"] = with_paragraphs(Article(id="doc", text=doc.text))
    return cast(Article, doc.user_data["rashomon_article"])


def with_paragraphs(article: Article) -> Article:
    """The article with its non-empty lines as paragraphs, if it has none yet."""
    if article.paragraphs or article.furniture or article.headings:
        return article
    spans = []
    start = 0
    for end in [*(m.start() for m in _BREAK.finditer(article.text)), len(article.text)]:
        line = article.text[start:end]
        if line.strip():
            left = start + len(line) - len(line.lstrip())
            spans.append(article.span(left, left + len(line.strip())))
        start = end
    return Article(**{f: getattr(article, f) for f in article.__struct_fields__} | {"paragraphs": tuple(spans)})


def masked_text(article: Article) -> str:
    """The article's text with everything outside its paragraphs blanked, its marks English ones; the same length."""
    parts = []
    at = 0
    for paragraph in article.paragraphs:
        parts.append(_blank(article.text[at : paragraph.start]))
        parts.append(with_english_marks(article.text[paragraph.start : paragraph.end]))
        at = paragraph.end
    parts.append(_blank(article.text[at:]))
    return "".join(parts)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def make_doc(nlp: Language, article: Article) -> Doc:
    """Tokenise an article for ``nlp.pipe``; the Doc knows its article."""
    register()
    article = with_paragraphs(article)
    doc = _tokenised(nlp, masked_text(article))
    doc._.article = article
    return doc


def _tokenised(nlp: Language, text: str) -> Doc:
    """The words of a text, cut where too much of it has no white space."""
    cuts = [run.end() for run in _RUN.finditer(text)]
    if not cuts or len(text) > nlp.max_length:
        return nlp.make_doc(text)
    pieces = [nlp.make_doc(text[start:end]) for start, end in pairwise([0, *cuts, len(text)])]
    doc = Doc.from_docs(pieces, ensure_whitespace=False)
    assert doc is not None and len(doc.text) == len(text)
    return doc


@Language.component("rashomon_paragraphs", assigns=["token.is_sent_start"])
def paragraphs(doc: Doc) -> Doc:
    """Start a sentence at the first word of every paragraph, and nowhere inside white space (before the parser).

    One that would be longer than :data:`LONGEST_SENTENCE` begins anew behind its last full stop, or where it stands.
    """
    register()
    starts = {p.start for p in doc._.article.paragraphs}
    begun = stopped = 0  # the first word of what must be cut in time; the one behind the last full stop in it
    for token in doc:
        if token.idx in starts:
            token.is_sent_start = True
            begun = stopped = token.i
        elif token.i - begun >= LONGEST_SENTENCE and not token.is_space:
            if stopped == begun:
                stopped = token.i
                doc.user_data[_SPLIT] = split(doc) + 1
            doc[stopped].is_sent_start = True
            begun = stopped
        elif _ends(doc, token.i - 1):
            stopped = token.i
    return doc


def _ends(doc: Doc, at: int) -> bool:
    """Whether a word ends a sentence, as far as can be seen without its syntax."""
    stop = at - 1 if at and doc[at].text in _CLOSING else at
    return doc[stop].text in _STOPS and bool(doc[at].whitespace_)


def split(doc: Doc) -> int:
    """In how many places a sentence of the Doc was cut because it was too long."""
    return int(doc.user_data.get(_SPLIT, 0))


def span_of(doc: Doc, piece: SpacySpan | Token) -> Span:
    """The article span of a spaCy span or token."""
    article: Article = doc._.article
    if isinstance(piece, Token):
        return article.span(piece.idx, piece.idx + len(piece))
    return article.span(piece.start_char, piece.end_char)
