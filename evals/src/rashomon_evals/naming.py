"""Naming: which phrases of several outlets name the same thing? Measured on NewsWCL50.

NewsWCL50 (Hamborg, Zhukova and Gipp 2019), in the CoNLL form of its later release (``*.conll``, one file an event, one
document an outlet), chains the phrases that name one person, country, group, event or action, also loosely.

``f1`` (``precision``, ``recall``)
    From bare text to chains, as published: each gold chain is held against the predicted chain that shares most phrases
    with it, and the chains' F1 are averaged, weighted by the gold chains' sizes
    (:func:`rashomon_evals.coreference.best_match`). Two phrases are the same if they have the same head word. A
    predicted phrase that nobody annotated counts against the precision of its chain. Pronouns are not predicted: the
    annotators marked none.
``gold_mentions.f1``, ``gold_mentions.conll.f1``
    The same, and the CoNLL score, where the gold phrases are given and only their chains are to be found.
``peer.lemma.*``
    Noun phrases chained by the lemma of their head, over the same parses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from rashomon.compare import cast
from rashomon.compare.chains import chains, head_of
from rashomon.compare.evidence import Indexed
from rashomon.errors import InvalidRecord, MissingInput
from rashomon.types import Actor, Article
from rashomon_evals import Score, digest_of
from rashomon_evals.coreference import best_match, chains_of, conll
from rashomon_evals.reading import annotated

_BEGIN = re.compile(r"#begin document \(?(.+?)\)?; part")
_CLOSES_UP = re.compile(r"[,.;:!?)\]%”’…]+|(?:n['’]t|['’](?:s|S|ll|ve|re|m|d))|[-/]")
_OPENS = frozenset("([$#“‘-/")


class Named(msgspec.Struct, frozen=True):
    """A gold phrase: its chain and its offsets in the article's text."""

    chain: str
    start: int
    end: int


class Report(msgspec.Struct, frozen=True):
    """One outlet's report of an event, and the gold phrases in it."""

    article: Article
    phrases: tuple[Named, ...]


_Head = tuple[str, int]  # a document's name and the index of a token, or minus an offset where it has none


class _Chained(msgspec.Struct):
    """Gold and predicted chains of all events, by method; once of head words, once of gold phrases by number."""

    gold: list[set[_Head]] = []
    given: list[set[int]] = []
    found: dict[str, list[set[_Head]]] = {}
    placed: dict[str, list[set[int]]] = {}
    phrases: int = 0


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """Score a ``.conll`` file in NewsWCL50's form, or a folder of them.

    ``progress`` is called with the number of events done and their total. Raises
    :class:`~rashomon.errors.MissingInput` if there is no such file and :class:`~rashomon.errors.InvalidRecord` for one
    that is not of this form.
    """
    read = events(path)
    chained = _Chained()
    for done, (_, reports) in enumerate(read, 1):
        _add(chained, reports)
        if progress is not None:
            progress(done, len(read))
    scores: dict[str, float] = {}
    for method, found in chained.found.items():
        whole = best_match(chained.gold, found)
        scores |= {f"{method}{name}": value for name, value in whole._asdict().items()}
        scores[f"{method}gold_mentions.f1"] = best_match(chained.given, chained.placed[method]).f1
        scores[f"{method}gold_mentions.conll.f1"] = conll(chained.given, chained.placed[method])["conll.f1"]
    documents = sum(len(reports) for _, reports in read)
    return Score(
        task="naming", data=path.name, digest=digest_of(file for file, _ in read), documents=documents, scores=scores
    )


def _add(chained: _Chained, reports: Sequence[Report]) -> None:
    players = cast(annotated([report.article for report in reports]))
    accounts = {account.article.id: account for account in players.accounts}
    heads = [_head(accounts[r.article.id], p) for r in reports for p in r.phrases]
    names = [phrase.chain for report in reports for phrase in report.phrases]
    chained.gold += [{heads[i] for i in group} for group in chains_of(names)]
    chained.given += [{i + chained.phrases for i in group} for group in chains_of(names)]
    for method, found in (("", _ours(accounts, players.actors)), ("peer.lemma.", _by_lemma(accounts))):
        chained.found.setdefault(method, []).extend(found)
        home: dict[_Head, int] = {head: number for number, chain in enumerate(found) for head in chain}
        labels = [home.get(head, _word(accounts, head)) for head in heads]
        placed = [{i + chained.phrases for i in group} for group in chains_of(labels)]
        chained.placed.setdefault(method, []).extend(placed)
    chained.phrases += len(heads)


def _ours(accounts: Mapping[str, Indexed], actors: Sequence[Actor]) -> list[set[_Head]]:
    found = chains(list(accounts.values()), {actor.id: actor for actor in actors})
    pairs = [[(span.article, head_of(accounts[span.article], span)) for span in chain.spans] for chain in found]
    return [{(article, head) for article, head in chain if head is not None} for chain in pairs]


def _by_lemma(accounts: Mapping[str, Indexed]) -> list[set[_Head]]:
    groups: dict[str, set[_Head]] = defaultdict(set)
    for name, account in accounts.items():
        for index, token in enumerate(account.tokens):
            if token.pos in {"NOUN", "PROPN"} and token.dep != "compound":
                groups[token.lemma.lower()].add((name, index))
    return list(groups.values())


def _head(account: Indexed, phrase: Named) -> _Head:
    head = head_of(account, account.article.span(phrase.start, phrase.end))
    return account.article.id, head if head is not None else -1 - phrase.start


def _word(accounts: Mapping[str, Indexed], head: _Head) -> str:
    """What a phrase that no chain holds is chained by: its head's lemma."""
    return accounts[head[0]].tokens[head[1]].lemma.lower() if head[1] >= 0 else f"{head}"


def events(path: Path) -> list[tuple[Path, list[Report]]]:
    """The events under ``path``, a ``.conll`` file or a folder of them, in order of their names."""
    files = [path] if path.is_file() else sorted(path.glob("*.conll"))
    if not files:
        raise MissingInput("holds no *.conll", input=str(path))
    return [(file, _read(file)) for file in files]


def _read(file: Path) -> list[Report]:
    documents: dict[str, list[tuple[str, str]]] = {}
    current = None
    for line in file.read_text(encoding="utf-8").splitlines():
        begin = _BEGIN.match(line)
        if begin is not None:
            current = begin[1]
            documents[current] = []
        elif line.strip() and not line.startswith("#"):
            columns = line.split("\t")
            if current is None or len(columns) < 5:
                raise InvalidRecord(f"is no CoNLL line of five columns: {line[:60]!r}", input=str(file))
            documents[current].append((columns[3], columns[4]))
    if not documents:
        raise InvalidRecord("holds no document (#begin document ...)", input=str(file))
    return [_report(name, rows) for name, rows in documents.items()]


def _report(name: str, rows: list[tuple[str, str]]) -> Report:
    words = [word for word, _ in rows]
    text, offsets = running_text(words)
    opened: dict[str, list[int]] = defaultdict(list)
    found: list[Named] = []
    for number, (_, column) in enumerate(rows):
        for label in (part.strip() for part in column.split("|")):
            chain = label.strip("()")
            if label.startswith("("):
                opened[chain].append(number)
            if label.endswith(")") and opened[chain]:
                start, end = offsets[opened[chain].pop()][0], offsets[number][1]
                if start < end:
                    found.append(Named(chain, start, end))
    return Report(Article(id=name, text=text), tuple(sorted(found, key=lambda n: (n.start, n.end, n.chain))))


def running_text(words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Tokens as the text they were, as well as can be told, and the offsets of each token in it.

    Tokens of white space end a paragraph. Marks and contractions close up to the word before them.
    """
    pieces: list[str] = []
    offsets: list[tuple[int, int]] = []
    at = 0
    glued, open_marks = True, set[str]()
    for word in words:
        if not word.replace("\\n", "").strip():
            gap, shown, glued = ("\n\n" if at else ""), "", True
            open_marks.clear()
        else:
            shown, gap, opens = word, "" if glued or _CLOSES_UP.fullmatch(word) else " ", word in _OPENS
            if word in {'"', "'"}:
                possessive = word == "'" and word not in open_marks and pieces[-1:] and pieces[-1][-1:] == "s"
                opens = word not in open_marks and not possessive
                gap = "" if glued or not opens else " "
                open_marks ^= set() if possessive else {word}
            glued = opens
        if shown or not "".join(pieces[-1:]).endswith("\n"):
            pieces.append(gap)
            at += len(gap)
        offsets.append((at, at + len(shown)))
        pieces.append(shown)
        at += len(shown)
    return "".join(pieces), offsets
