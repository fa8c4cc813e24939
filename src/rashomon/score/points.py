"""Points: do two sentences of different documents speak to the same matter? Measured on ECB+.

Two sentences are a positive pair when they hold mentions of one event chain (ECB+, Cybulska and Vossen 2014). Only
sentences that the annotators checked count, and only pairs of different documents of one topic.
"""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.annotate import annotate
from rashomon.compare import cast
from rashomon.compare.evidence import Statement
from rashomon.compare.predicates import statement
from rashomon.errors import UnreadableInput
from rashomon.types import Article, Span

_EVENTS = ("ACTION", "NEG_ACTION")


class Mention(msgspec.Struct, frozen=True):
    """A gold event mention: its chain and the offsets of its words in the article's text."""

    chain: str
    start: int
    end: int


class Topic(msgspec.Struct):
    """One topic: its articles (paragraphs are the checked sentences) and the gold mentions by article."""

    number: int
    articles: list[Article]
    mentions: dict[str, list[Mention]]


def topics(path: Path, wanted: Iterable[int] | None = None) -> Iterator[Topic]:
    """The topics under ``path`` (a folder with ``ECB+/`` and ``ECBplus_coreference_sentences.csv``), in order."""
    table = path / "ECBplus_coreference_sentences.csv"
    folder = path / "ECB+"
    if not table.is_file() or not folder.is_dir():
        raise UnreadableInput("not ECB+: needs ECB+/ and ECBplus_coreference_sentences.csv in it", input=str(path))
    checked: dict[tuple[str, str], set[int]] = defaultdict(set)
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            checked[row["Topic"], row["File"]].add(int(row["Sentence Number"]))
    numbers = sorted(int(p.name) for p in folder.iterdir() if p.name.isdigit())
    keep = set(wanted) if wanted is not None else set(numbers)
    for number in numbers:
        if number in keep:
            topic = Topic(number, [], {})
            for file in sorted((folder / str(number)).glob("*.xml")):
                name = file.stem.removeprefix(f"{number}_")
                article, mentions = _document(file, checked[str(number), name])
                topic.articles.append(article)
                topic.mentions[article.id] = mentions
            yield topic


def _document(file: Path, checked: set[int]) -> tuple[Article, list[Mention]]:
    root = ET.parse(file).getroot()
    pieces: list[str] = []
    offsets: dict[str, tuple[int, int]] = {}
    sentences: dict[int, list[int]] = {}
    at = 0
    current = None
    for token in root.iter("token"):
        number, word = int(token.get("sentence", "0")), token.text or ""
        if current is not None:
            pieces.append(" " if number == current else "\n\n")
            at += len(pieces[-1])
        current = number
        offsets[token.get("t_id", "")] = (at, at + len(word))
        sentences.setdefault(number, []).extend((at, at + len(word)))
        pieces.append(word)
        at += len(word)
    article = Article(id=file.stem, text="".join(pieces))
    paragraphs = [article.span(min(o), max(o)) for n, o in sorted(sentences.items()) if n in checked]
    article = msgspec.structs.replace(article, paragraphs=tuple(paragraphs))
    return article, _mentions(root, offsets, article.id)


def _mentions(root: ET.Element, offsets: dict[str, tuple[int, int]], document: str) -> list[Mention]:
    markables = {m.get("m_id", ""): m for group in root.iter("Markables") for m in group}
    chain = {i: f"{document}:{i}" for i in markables}
    for relation in (r for group in root.iter("Relations") for r in group):
        target = relation.find("target")
        target_id = target.get("m_id", "") if target is not None else ""
        name = relation.get("note") or f"{document}:{target_id}"
        for member in relation.findall("source"):
            chain[member.get("m_id", "")] = name
    found = []
    for number, markable in sorted(markables.items()):
        ends = [offsets[a.get("t_id", "")] for a in markable.findall("token_anchor") if a.get("t_id", "") in offsets]
        if ends and markable.tag.startswith(_EVENTS):
            found.append(Mention(chain[number], min(s for s, _ in ends), max(e for _, e in ends)))
    return found


def statements(topic: Topic) -> tuple[list[Statement], list[Span], list[frozenset[str]]]:
    """One statement a checked sentence, its span, and the gold chains in it."""
    found: list[Statement] = []
    spans: list[Span] = []
    chains: list[frozenset[str]] = []
    for indexed in cast(list(annotate(topic.articles))).accounts:
        for paragraph in indexed.article.paragraphs:
            inside = [m for m in topic.mentions[indexed.article.id] if paragraph.start <= m.start < paragraph.end]
            found.append(statement(indexed, [paragraph]))
            spans.append(paragraph)
            chains.append(frozenset(m.chain for m in inside))
    return found, spans, chains


def pairs(items: list[Statement], chains: list[frozenset[str]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pairs count (upper triangle, different documents) and which of all pairs share an event."""
    documents = np.array([s.article for s in items])
    counted = np.triu(documents[:, None] != documents[None, :], k=1)
    names = sorted({c for group in chains for c in group})
    column = {c: i for i, c in enumerate(names)}
    matrix = np.zeros((len(items), max(len(names), 1)), dtype=np.float32)
    for row, group in enumerate(chains):
        matrix[row, [column[c] for c in group]] = 1.0
    return counted, (matrix @ matrix.T) > 0


def average_precision(gold: NDArray[np.bool_], scores: NDArray[np.float32]) -> float:
    """Area under the precision-recall curve by steps, 0 to 100; ties are broken against us by a stable sort."""
    order = np.lexsort((gold, -scores))
    hits = gold[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return 100.0 * float((precision * hits).sum() / max(hits.sum(), 1))
