"""What grouping keeps of an article: its telling words, a vector of its beginning, its day. No parse is needed.

Plain data, to be kept in a store: a story can be formed anew without reading its articles again.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from zlib import crc32

import msgspec
import numpy as np

from rashomon.data.timex import moment
from rashomon.encode.embedding import DIMENSIONS, embed
from rashomon.rarity import background, stem
from rashomon.types import Article
from rashomon.unseen import seen

# Stems are kept by their hash, so that no vocabulary grows with the stream. Of the stems of 20,000 articles some three
# in a hundred share theirs with another.
BUCKETS = 1 << 22
# So many stems of an article are kept, those that tell most: more gain nothing on BASIL and SEESAW.
MOST_WORDS = 160
# A stem that the corpus lacks counts as if it stood in so many of its documents: names of the day are not in it.
_UNSEEN = 10
_TITLE = 3  # a word of the title counts as so many of the text
_LONGEST = 1200  # words of the text that are read
# The pieces of text that are embedded beside the title: their number and their words, below the encoder's 96 pieces.
_PIECES, _PIECE = 2, 70
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """What grouping keeps of an article.

    ``day`` is when it was published, in days since 1970 (noon for a date without a time), ``gathered`` when it was
    read, in the same unit, to put it in its place in the stream where ``day`` is unknown; either may be ``None``.
    The rest are arrays as little-endian bytes, for they are many: ``words``, hashes of its most telling stems (32-bit
    integers, each once), ``counts``, how often each occurs (``1 + log`` of the count; half floats), and ``vector``, a
    unit vector of 384 half floats.
    """

    id: str
    day: float | None = None
    gathered: float | None = None
    words: bytes = b""
    counts: bytes = b""
    vector: bytes = bytes(2 * DIMENSIONS)


def features_of(articles: Sequence[Article]) -> list[Features]:
    """The features of a batch of articles, each of that article alone."""
    pieces = [list(_pieces(article)) for article in articles]
    vectors = iter(embed(list(chain.from_iterable(pieces))))
    found = []
    for article, own in zip(articles, pieces, strict=True):
        total = np.zeros(DIMENSIONS, dtype=np.float32)
        for _ in own:
            total += next(vectors)
        unit = total / max(float(np.linalg.norm(total)), 1e-9)
        kept = _telling(article)
        found.append(
            Features(
                id=article.id,
                day=day_of(article),
                words=np.array(list(kept), dtype="<i4").tobytes(),
                counts=np.array(list(kept.values()), dtype="<f2").tobytes(),
                vector=unit.astype("<f2").tobytes(),
            )
        )
    return found


def day_of(article: Article) -> float | None:
    """When an article was published, in days since 1970; ``None`` where that is unknown."""
    return _day(article.published.value) if article.published else None


def bucket(stemmed: str) -> int:
    """The hash by which a stem is kept, below :data:`BUCKETS`."""
    return crc32(stemmed.encode()) % BUCKETS


@lru_cache(maxsize=1)
def known() -> tuple[dict[int, int], int]:
    """Document counts in a corpus of news by hash of the stem, and the number of its documents."""
    counts, documents = background()
    merged: Counter[int] = Counter()
    for stemmed, count in counts.items():
        merged[bucket(stemmed)] += count
    return dict(merged), documents


def stems(text: str) -> Iterator[str]:
    """The stems of a text's words, in order."""
    for match in _WORD.finditer(text):
        yield stem(_POSSESSIVE.sub("", match.group()))


def body(article: Article) -> str:
    """The text of the report as a reader sees it; an article whose reader marked nothing at all is read whole."""
    if article.paragraphs or article.headings or article.furniture:
        return seen("\n".join(p.text for p in article.paragraphs))
    return seen(article.text)


def _pieces(article: Article) -> Iterator[str]:
    """What is embedded: the title, and the beginning of the text."""
    if article.title:
        yield seen(article.title)
    words = body(article).split(maxsplit=_PIECES * _PIECE)[: _PIECES * _PIECE]
    for at in range(0, len(words), _PIECE):
        yield " ".join(words[at : at + _PIECE])


def _telling(article: Article) -> dict[int, float]:
    """Hashes of the stems that tell most, by frequency here and rarity in news, and ``1 + log`` of their counts."""
    counts: Counter[int] = Counter()
    for number, stemmed in enumerate(stems(body(article))):
        if number >= _LONGEST:
            break
        counts[bucket(stemmed)] += 1
    for stemmed in stems(seen(article.title or "")):
        counts[bucket(stemmed)] += _TITLE
    documents, total = known()
    weighed = []
    for word, count in counts.items():
        rare = math.log(total / max(documents.get(word, 0), _UNSEEN))
        weighed.append(((1.0 + math.log(count)) * rare, -word, 1.0 + math.log(count)))
    weighed.sort(reverse=True)
    return {-word: count for weight, word, count in weighed[:MOST_WORDS] if weight > 0.0}


def _day(value: str) -> float | None:
    """Days since 1970 of an ISO 8601 date or date and time; a date alone is its noon, a time without offset UTC."""
    found = moment(value)
    if found is None:
        return None
    noon = timedelta(hours=12 if len(value) <= len("2017-02-16") else 0)
    return (found + noon - _EPOCH) / timedelta(days=1)
