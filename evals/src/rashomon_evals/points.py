"""Points: do two sentences of different documents speak to the same matter? Measured on ECB+.

Two sentences are a positive pair when they hold mentions of one event chain (ECB+, Cybulska and Vossen 2014). Only
sentences that the annotators checked count, and only pairs of different documents of one topic.

``average_precision``
    Over all such pairs of all topics together, by the likelihood that the two share an event: what the sentences have
    in common, and what their articles have. ``matcher.average_precision`` is by the sentences alone, as the comparison
    of one story sees them. ``pairs.precision``, ``.recall`` and ``.f1`` are at a likelihood of one half.
``muc|bcubed|ceafe.precision|recall|f1``, ``conll.f1``
    Cross-document event coreference over gold mentions, singletons among them, as the reference scorer has it
    (:mod:`rashomon_evals.coreference`); mentions are chained within a topic, whose events nobody told us apart.
``peer.*``
    The same pairs by the share of nouns and verbs in common (``lemma``), by TF-IDF cosine with idf from news at large
    (``tfidf``), and by the cosine of sentence embeddings (``embedding``); the same mentions chained by head lemma.

Topics that our models were fitted on count only where a folder holds no others.
"""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.compare import cast
from rashomon.compare.evidence import Statement
from rashomon.compare.matching import Matcher
from rashomon.compare.predicates import statement
from rashomon.encode.embedding import embed
from rashomon.errors import InvalidRecord, MissingInput, UnreadableInput
from rashomon.types import Article, Span
from rashomon_evals import Score, digest_of
from rashomon_evals.chaining import Happening, Setting, happening, likeness
from rashomon_evals.coreference import chains_of, conll
from rashomon_evals.reading import annotated

# The usual split (Cybulska and Vossen 2015): the matcher and the chains were fitted on these topics.
TRAIN = (1, 3, 4, *range(6, 12), *range(13, 18), 19, 20, 22, *range(24, 34))
VALIDATION = (2, 5, 12, 18, 21, 23, 34, 35)

_EVENTS = ("ACTION", "NEG_ACTION")
_LIKELY = 0.5
_FOLDER = "ECB+"
_TABLE = "ECBplus_coreference_sentences.csv"


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


class Prepared(msgspec.Struct):
    """One topic ready to be scored: a statement for each checked sentence, the gold chains in it, the gold mentions."""

    statements: list[Statement]
    chains: list[frozenset[str]]
    mentions: list[Happening]
    gold: list[str]
    setting: Setting


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """Score a folder in ECB+'s published form (``ECB+/TOPIC/*.xml``, ``ECBplus_coreference_sentences.csv``).

    ``progress`` is called with the number of topics done and their total. Raises
    :class:`~rashomon.errors.UnreadableInput` for a folder of another form, :class:`~rashomon.errors.MissingInput` for
    one without topics and :class:`~rashomon.errors.InvalidRecord` for a document that cannot be read.
    """
    held = [n for n in numbers(path) if n not in TRAIN] or numbers(path)
    if not held:
        raise MissingInput("holds no topic: needs ECB+/NUMBER/*.xml in it", input=str(path))
    tables: list[tuple[NDArray[np.bool_], dict[str, NDArray[np.float64]]]] = []
    gold: list[tuple[int, str]] = []
    ours: list[tuple[int, str]] = []
    same_lemma: list[tuple[int, str]] = []
    files = [path / _TABLE]
    for done, topic in enumerate(topics(path, held), 1):
        files += _files(path, topic.number)
        prepared = prepare(topic)
        tables.append(_pair_scores(prepared))
        gold += [(topic.number, chain) for chain in prepared.gold]
        ours += [(topic.number, str(chain)) for chain in prepared.setting.chains(prepared.mentions)]
        same_lemma += [(topic.number, mention.lemma) for mention in prepared.mentions]
        if progress is not None:
            progress(done, len(held))
    scores = {**_pair_measures(tables), **conll(chains_of(gold), chains_of(ours))}
    scores |= {
        f"peer.lemma.{k}": v for k, v in conll(chains_of(gold), chains_of(same_lemma)).items() if k[-3:] == ".f1"
    }
    return Score(task="points", data=path.name, digest=digest_of(files), documents=len(files) - 1, scores=scores)


def _pair_scores(topic: Prepared) -> tuple[NDArray[np.bool_], dict[str, NDArray[np.float64]]]:
    """For the pairs of one topic that count: which share an event, and how likely each method holds that."""
    counted, gold = pairs(topic.statements, topic.chains)
    texts = [s.text for s in topic.statements]
    vectors = embed(texts)
    methods: dict[str, NDArray[Any]] = {
        "": topic.setting.pair_scores(),
        "matcher.": Matcher(topic.statements, thorough=True).probabilities(slice(None)),
        "peer.lemma.": _shared_words(topic.statements),
        "peer.tfidf.": likeness(texts),
        "peer.embedding.": vectors @ vectors.T,
    }
    return gold[counted], {name: table[counted].astype(float) for name, table in methods.items()}


def _pair_measures(tables: list[tuple[NDArray[np.bool_], dict[str, NDArray[np.float64]]]]) -> dict[str, float]:
    gold = np.concatenate([labels for labels, _ in tables])
    scores = {}
    for name in tables[0][1]:
        pooled = np.concatenate([methods[name] for _, methods in tables])
        scores[f"{name}average_precision"] = average_precision(gold, pooled)
    likely = np.concatenate([methods[""] for _, methods in tables]) >= _LIKELY
    right, found, wanted = int((likely & gold).sum()), int(likely.sum()), int(gold.sum())
    scores["pairs.precision"] = 100.0 * right / max(found, 1)
    scores["pairs.recall"] = 100.0 * right / max(wanted, 1)
    scores["pairs.f1"] = 200.0 * right / max(found + wanted, 1)
    return scores


def _shared_words(items: list[Statement]) -> NDArray[np.float64]:
    """The share of nouns and verbs (by their stems) that two sentences have in common (Jaccard)."""
    return np.array([[len(a.events & b.events) / max(len(a.events | b.events), 1) for b in items] for a in items])


def prepare(topic: Topic) -> Prepared:
    """Annotate a topic's articles and draw the evidence from them."""
    items: list[Statement] = []
    chains: list[frozenset[str]] = []
    mentions: list[Happening] = []
    gold: list[str] = []
    for account in cast(annotated(topic.articles)).accounts:
        for paragraph in account.article.paragraphs:
            inside = _inside(topic, paragraph)
            mentions += [happening(account, len(items), m.start, m.end) for m in inside]
            gold += [m.chain for m in inside]
            items.append(statement(account, [paragraph]))
            chains.append(frozenset(m.chain for m in inside))
    setting = Setting({a.id: a.text for a in topic.articles}, items)
    return Prepared(items, chains, mentions, gold, setting)


def numbers(path: Path) -> list[int]:
    """The numbers of the topics under ``path``, a folder in ECB+'s form."""
    if not (path / _TABLE).is_file() or not (path / _FOLDER).is_dir():
        raise UnreadableInput(f"not ECB+: needs {_FOLDER}/ and {_TABLE} in it", input=str(path))
    return sorted(int(p.name) for p in (path / _FOLDER).iterdir() if p.name.isdigit() and any(p.glob("*.xml")))


def topics(path: Path, wanted: Iterable[int] | None = None) -> Iterator[Topic]:
    """The topics under ``path`` (a folder with ``ECB+/`` and ``ECBplus_coreference_sentences.csv``), in order."""
    found = numbers(path)
    keep = set(wanted) if wanted is not None else set(found)
    checked: dict[tuple[str, str], set[int]] = defaultdict(set)
    with (path / _TABLE).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            checked[row["Topic"], row["File"]].add(int(row["Sentence Number"]))
    for number in (n for n in found if n in keep):
        topic = Topic(number, [], {})
        for file in _files(path, number):
            name = file.stem.removeprefix(f"{number}_")
            article, mentions = _document(file, checked[str(number), name])
            topic.articles.append(article)
            topic.mentions[article.id] = mentions
        yield topic


def _files(path: Path, topic: int) -> list[Path]:
    return sorted((path / _FOLDER / str(topic)).glob("*.xml"))


def _document(file: Path, checked: set[int]) -> tuple[Article, list[Mention]]:
    try:
        root = ET.parse(file).getroot()
    except ET.ParseError as error:
        raise InvalidRecord(f"is no XML: {error}", input=str(file)) from error
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
    for indexed in cast(annotated(topic.articles)).accounts:
        for paragraph in indexed.article.paragraphs:
            found.append(statement(indexed, [paragraph]))
            spans.append(paragraph)
            chains.append(frozenset(m.chain for m in _inside(topic, paragraph)))
    return found, spans, chains


def _inside(topic: Topic, sentence: Span) -> list[Mention]:
    return [m for m in topic.mentions[sentence.article] if sentence.start <= m.start < sentence.end]


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


def average_precision(gold: NDArray[np.bool_], scores: NDArray[np.floating[Any]]) -> float:
    """Area under the precision-recall curve by steps, 0 to 100; ties are broken against us by a stable sort."""
    order = np.lexsort((gold, -scores))
    hits = gold[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return 100.0 * float((precision * hits).sum() / max(hits.sum(), 1))
