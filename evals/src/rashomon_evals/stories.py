"""How well a stream of articles is grouped into stories: ``stories.jsonl``, or any file in its form, as one stream.

``bcubed.precision``, ``bcubed.recall``, ``bcubed.f1``
    For each article the share of its story that is in its gold story, and the other way round (Bagga and Baldwin 1998).
``ari``, ``ami``
    The adjusted Rand index and adjusted mutual information: agreement beyond chance.

The articles come in by their dates of publication, each is grouped with what came before it, and what is measured is
how they stand when the last one is in.

Peers are told the answer: each reads the whole file beforehand, and of many settings has the one with its best B-cubed
F1 on this very file. Both are single-pass clusterings (Allan, Papka and Lavrenko 1998): an article joins the story with
the highest mean cosine, if that reaches a threshold and the story's last report is not too many days old.

``tfidf``
    Over TF-IDF vectors, document frequencies from the file itself.
``embedding``
    Over the vectors that we use, too: MiniLM on title and beginning.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.errors import InputError, MissingInput
from rashomon.group.features import Features, body, features_of, stems
from rashomon.group.stories import regroup
from rashomon.read import read_text
from rashomon.types import Article, Published
from rashomon_evals import Score, digest_of
from rashomon_evals.copies import jsonl_in
from rashomon_evals.coreference import b_cubed, chains_of
from rashomon_evals.partitions import adjusted_information, adjusted_rand

_BATCH = 64
_THRESHOLDS = tuple(n / 50 for n in range(2, 48))
_DAYS = (1.0, 3.0, 7.0, 30.0, math.inf)

Floats = NDArray[np.float64]


class _Row(msgspec.Struct):
    id: str
    story: str
    text: str
    set: str | None = None
    outlet: str | None = None
    title: str | None = None
    published: str | None = None


class Told(msgspec.Struct, frozen=True):
    """An article of the file, its gold story, and the set that it is from."""

    article: Article
    story: str
    set: str | None


def read_gold(path: Path) -> list[Told]:
    """The articles of a JSONL file (or of a folder that holds one), in its order.

    Each has ``id``, ``story`` and ``text``, and may have ``set``, ``title``, ``outlet`` and ``published``. A text that
    our reader refuses (another language, no paragraph) is taken as it is. An id that comes again is made another one.
    Raises :class:`~rashomon.errors.MissingInput` where there is no article.
    """
    rows = msgspec.json.Decoder(_Row).decode_lines(jsonl_in(path).read_bytes())
    if not rows:
        raise MissingInput("no article in it", input=str(path))
    seen: Counter[str] = Counter()
    told = []
    for row in rows:
        seen[row.id] += 1
        article = msgspec.structs.replace(_article(row), id=f"{row.id}#{seen[row.id]}" if seen[row.id] > 1 else row.id)
        told.append(Told(article, row.story, row.set))
    return told


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """All measures (per cent), Rashomon's and two peers', of a JSONL file (see :func:`read_gold`).

    ``progress`` is called with the number of articles read closely and their total.
    """
    file = jsonl_in(path)
    told = read_gold(file)
    articles = [one.article for one in told]
    found: list[Features] = []
    for at in range(0, len(articles), _BATCH):
        found += features_of(articles[at : at + _BATCH])
        if progress is not None:
            progress(len(found), len(articles))
    gold = [one.story for one in told]
    ours = regroup(found)
    scores = agreement(gold, [ours[article.id] for article in articles])
    days = np.array([math.nan if f.day is None else f.day for f in found])
    vectors = np.stack([np.frombuffer(f.vector, dtype="<f2").astype(np.float64) for f in found])
    for name, cosines in (("tfidf", _tfidf(articles)), ("embedding", vectors @ vectors.T)):
        best = _best_pass(gold, cosines, days)
        scores |= {f"peer.{name}.{measure}": value for measure, value in agreement(gold, best).items()}
    return Score(task="stories", data=file.stem, digest=digest_of([file]), documents=len(told), scores=scores)


def agreement(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> dict[str, float]:
    """The measures of one grouping: a gold and a predicted label for each article, in one order.

    Agreement below chance is 0.
    """
    cubed = b_cubed(chains_of(gold), chains_of(predicted))
    return {
        "bcubed.precision": cubed.precision,
        "bcubed.recall": cubed.recall,
        "bcubed.f1": cubed.f1,
        "ari": max(0.0, adjusted_rand(gold, predicted)),
        "ami": max(0.0, adjusted_information(gold, predicted)),
    }


def _article(row: _Row) -> Article:
    given = {"title": row.title, "outlet": row.outlet, "published": row.published}
    try:
        return read_text(row.text, **{name: value for name, value in given.items() if value})
    except InputError:
        published = Published(value=row.published) if row.published else None
        return Article(id=row.id, text=row.text, title=row.title, outlet=row.outlet, published=published)


def _tfidf(articles: Sequence[Article]) -> Floats:
    """Cosines of the articles' TF-IDF vectors."""
    counts = [Counter(stems(f"{article.title or ''}\n{body(article)}")) for article in articles]
    documents = Counter(word for own in counts for word in own)
    number = {word: n for n, word in enumerate(w for w, count in documents.items() if count > 1)}
    vectors = np.zeros((len(articles), len(number)), dtype=np.float32)
    for row, own in zip(vectors, counts, strict=True):
        for word, count in own.items():
            if word in number:
                row[number[word]] = (1.0 + math.log(count)) * math.log(len(articles) / documents[word])
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    cosines: Floats = (vectors @ vectors.T).astype(np.float64)
    return cosines


def _best_pass(gold: Sequence[str], cosines: Floats, days: Floats) -> list[int]:
    """Of the single passes with every threshold and age the one with the best B-cubed F1."""

    def f1(labels: Sequence[int]) -> float:
        return b_cubed(chains_of(gold), chains_of(labels)).f1

    return max(_passes(cosines, days), key=f1)


def _passes(cosines: Floats, days: Floats) -> Iterator[list[int]]:
    order = np.argsort(days, kind="stable")  # unknown days (NaN) go last
    cosines, days = cosines[np.ix_(order, order)], days[order]
    for threshold, age in product(_THRESHOLDS, _DAYS):
        labels = np.zeros(len(days), dtype=np.int64)
        labels[order] = _single_pass(cosines, days, threshold, age)
        yield labels.tolist()


def _single_pass(cosines: Floats, days: Floats, threshold: float, age: float) -> NDArray[np.int64]:
    labels = np.zeros(len(days), dtype=np.int64)
    last = np.full(len(days), math.nan)
    stories = 0
    for i in range(len(days)):
        label = stories
        if stories:
            before = labels[:i]
            means = np.bincount(before, cosines[i, :i], stories) / np.bincount(before, minlength=stories)
            means[days[i] - last[:stories] > age] = -1.0
            best = int(np.argmax(means))
            label = best if means[best] >= threshold else stories
        labels[i] = label
        last[label] = days[i]
        stories = max(stories, label + 1)
    return labels
