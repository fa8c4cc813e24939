"""Annotated stories: what people marked in the reports of one event, and when two of their marks mean one thing.

The records are those that ``docs/annotation-guidelines.md`` describes, offsets and labels without any text. What is
compared (two annotations, or an annotation and what the program makes of the articles) is held together here: passages
by the characters they share, points by the pairs of passages they join, names by their words.
"""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal

import msgspec

from rashomon.data.names import fold
from rashomon.data.offices import titles
from rashomon.errors import InvalidRecord, MissingInput
from rashomon.read import read
from rashomon.types import Article, FindingKind, NonConflict, QuoteForm, Span, Stance

STORIES = "stories.jsonl"
# Networks learn from ``train``, what joins their evidence from ``fit`` and ``tune``; ``test`` is only measured on.
Part = Literal["train", "fit", "tune", "test"]
GivenStance = Literal["says", "differs", "denies"]
NamedBy = Literal["name", "pronoun", "office", "organisation", "none"]

# The words of a name, folded.
_Name = tuple[str, ...]
_ARTICLES = frozenset({"the", "a", "an"})
_SUFFIXES = frozenset({"jr", "sr"})
# "The spokesman for Korn" and "the Bank of Velm" are neither Korn nor Velm.
_JOINING = frozenset({"of", "for", "to", "at", "in", "from", "with"})
_RELATIVE = frozenset({"who", "that", "which"})
_OFFICES = frozenset("president senator representative congressman congresswoman governor secretary judge".split())


class Passage(msgspec.Struct, frozen=True, array_like=True, order=True):
    """The characters ``[start, end)`` (code points) of an article's text; ``[article, start, end]`` in a file."""

    article: str
    start: int
    end: int


# One stretch of an article, which may be in several pieces.
Place = tuple[Passage, ...]
# By a point of the one side and a point of the other, the pairs of places of the former that both join.
Shared = dict[tuple[int, int], set[tuple[int, int]]]


class Text(msgspec.Struct, frozen=True):
    """An article that was annotated, and the SHA-256 (hexadecimal) of its text in UTF-8."""

    id: str
    sha256: str


class GoldPoint(msgspec.Struct, frozen=True):
    """One matter: its passages in all articles that speak to it, and the stances of these; others are silent."""

    passages: tuple[Passage, ...]
    stances: dict[str, GivenStance]


class GoldSpeaker(msgspec.Struct, frozen=True):
    """What somebody is said to have said, who that is (``None``: the text does not say) and how it names them."""

    passage: Passage
    form: QuoteForm
    speaker: str | None
    by: NamedBy


class GoldFinding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One difference, with a passage from each account that takes part; ``nonconflict`` (``class``) if it is none.

    ``weight`` is 1 (minor) to 3 (belongs on the front of a report); ``marks`` are the words that differ, each within a
    passage. A second reader's findings may have neither.
    """

    kind: FindingKind
    passages: tuple[Passage, ...]
    nonconflict: NonConflict | None = msgspec.field(default=None, name="class")
    weight: Literal[1, 2, 3] | None = None
    marks: tuple[Passage, ...] = ()

    @property
    def label(self) -> str:
        """The kind, with the class of what is no conflict."""
        return labelled(self.kind, self.nonconflict)


class Annotation(msgspec.Struct, frozen=True):
    """All that was marked in one story. ``articles`` are in the order in which the story gives them.

    ``part`` is ``half`` in a file, from when there were two.
    """

    story: str
    part: Part = msgspec.field(name="half")
    articles: tuple[Text, ...]
    points: tuple[GoldPoint, ...]
    speakers: tuple[GoldSpeaker, ...]
    findings: tuple[GoldFinding, ...]

    def stance(self, point: int, article: str) -> Stance:
        """The stance of an article on the point of that number."""
        return self.points[point].stances.get(article, "silent")

    def places(self) -> list[list[Place]]:
        """The passages of each point."""
        return [[(passage,) for passage in point.passages] for point in self.points]


class _Row(msgspec.Struct):
    story: str


def labelled(kind: FindingKind, nonconflict: NonConflict | None) -> str:
    """What two findings must have in common to be of one kind."""
    return f"{kind}: {nonconflict}" if nonconflict else kind


def passage(span: Span) -> Passage:
    """The place of a span."""
    return Passage(span.article, span.start, span.end)


def checksum(text: str) -> str:
    """SHA-256 (hexadecimal) of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_annotations(path: Path) -> dict[Path, Annotation]:
    """The annotated stories in a ``*.json`` file or a folder of them, in the order of their names.

    Raises:
        MissingInput: there is none.
        InvalidRecord: one is malformed or contradicts itself.
    """
    files = [path] if path.is_file() else sorted(path.glob("*.json"))
    if not files:
        raise MissingInput("holds no annotated story (*.json)", input=str(path))
    found: dict[Path, Annotation] = {}
    for file in files:
        try:
            found[file] = msgspec.json.decode(file.read_bytes(), type=Annotation)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InvalidRecord(f"is no annotation of a story: {error}", input=str(file)) from error
        for flaw in flaws(found[file]):
            raise InvalidRecord(flaw, input=str(file))
    return found


def flaws(annotation: Annotation) -> Iterator[str]:
    """Where an annotation contradicts itself, one line each; records are counted from 1."""
    for number, point in enumerate(annotation.points, 1):
        articles = {p.article for p in point.passages}
        if articles != set(point.stances):
            yield f"point {number}: the articles with a stance must be those with a passage"
        if len(articles) < 2:
            yield f"point {number}: needs passages from two articles"
    for number, finding in enumerate(annotation.findings, 1):
        if len({p.article for p in finding.passages}) < 2:
            yield f"finding {number}: needs passages from two articles"
        if (finding.kind == "not-a-conflict") != (finding.nonconflict is not None):
            yield f"finding {number}: the kind not-a-conflict has a class, and no other kind has one"


def read_stories(stories: Path, wanted: Collection[str]) -> dict[str, list[Article]]:
    """The articles of the wanted stories, as Rashomon reads them, in the order of the JSONL file ``stories``.

    One that cannot be read is left out: :func:`annotated_articles` says so where it was annotated.

    Raises:
        MissingInput: there is no such file.
        InvalidRecord: it holds a line that is none, or no article of a story that can be read.
    """
    if not stories.is_file():
        raise MissingInput(f"there is no such file; the articles' texts ({STORIES}) are wanted", input=str(stories))
    lines: dict[str, list[bytes]] = {story: [] for story in wanted}
    decoder = msgspec.json.Decoder(_Row)
    with stories.open("rb") as rows:
        for number, line in enumerate(rows, 1):
            try:
                story = decoder.decode(line).story
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise InvalidRecord(f"line {number}: is no article of a story: {error}", input=str(stories)) from error
            if story in lines:
                lines[story].append(line)
    found: dict[str, list[Article]] = {}
    for story, own in lines.items():
        if not own:
            raise InvalidRecord(f"holds no article of the story {story}", input=str(stories))
        found[story], problems = read(["-"], stdin=io.BytesIO(b"".join(own)))
        if not found[story]:
            raise InvalidRecord(f"story {story}: {problems[0].message}", input=str(stories))
    return found


def annotated_articles(annotation: Annotation, articles: Iterable[Article]) -> list[Article]:
    """Those articles that were annotated, in the annotation's order.

    Raises:
        InvalidRecord: one is not there or its text is another, or a passage lies outside it.
    """
    here = {article.id: article for article in articles}
    for text in annotation.articles:
        if text.id not in here:
            raise InvalidRecord(f"has no article {text.id}", input=annotation.story)
        if checksum(here[text.id].text) != text.sha256:
            raise InvalidRecord(f"the text of {text.id} is not the one that was annotated", input=annotation.story)
    found = {text.id: here[text.id] for text in annotation.articles}
    for place in _passages(annotation):
        if place.article not in found or not 0 <= place.start < place.end <= len(found[place.article].text):
            raise InvalidRecord(f"{list(msgspec.structs.astuple(place))} is no passage of it", input=annotation.story)
    return list(found.values())


def _passages(annotation: Annotation) -> Iterator[Passage]:
    for point in annotation.points:
        yield from point.passages
    for finding in annotation.findings:
        yield from (*finding.passages, *finding.marks)
    for speaker in annotation.speakers:
        yield speaker.passage


def common(one: Iterable[Passage], other: Collection[Passage]) -> int:
    """How many characters two places share; the pieces of each do not overlap."""
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in other if a.article == b.article)


def length(place: Iterable[Passage]) -> int:
    """The number of characters of a place."""
    return sum(p.end - p.start for p in place)


def meet(one: Place, other: Place) -> bool:
    """Whether two places share at least half the characters of the shorter."""
    return 2 * common(one, other) >= min(length(one), length(other))


def jaccard(one: Place, other: Place) -> float:
    """The characters that two places share, as a share of all that either has."""
    both = common(one, other)
    return both / max(length(one) + length(other) - both, 1)


def pairs(point: Sequence[Place]) -> set[tuple[int, int]]:
    """The pairs of a point's places that lie in different articles, as indices into it."""
    return {(i, j) for i, j in combinations(range(len(point)), 2) if point[i][0].article != point[j][0].article}


def shared(one: Sequence[Sequence[Place]], other: Sequence[Sequence[Place]]) -> Shared:
    """The pairs of the points of one side that points of the other side join too, where there are any.

    A point joins a pair if it has a place that meets the first and one that meets the second.
    """
    found: Shared = {}
    for i, point in enumerate(one):
        for j, joining in enumerate(other):
            reached = {n for n, place in enumerate(point) if any(meet(place, p) for p in joining)}
            own = {(a, b) for a, b in pairs(point) if a in reached and b in reached}
            if own:
                found[i, j] = own
    return found


def joined(found: Shared) -> int:
    """How many pairs of the one side are joined by whatever point of the other."""
    return len({(i, pair) for (i, _), own in found.items() for pair in own})


def alike(one: Sequence[Sequence[Passage]], other: Sequence[Sequence[Passage]]) -> list[tuple[int, int]]:
    """The pairs of findings (by the passages of each) that overlap in two articles or more, closest first."""
    found: list[tuple[int, int, int]] = []
    for i, passages in enumerate(one):
        for j, others in enumerate(other):
            overlaps = [(p.article, common([p], [q])) for p in passages for q in others]
            if len({article for article, overlap in overlaps if overlap}) > 1:
                found.append((-sum(overlap for _, overlap in overlaps), i, j))
    return [(i, j) for _, i, j in sorted(found)]


def assigned(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """As many of the edges as can be chosen so that no two share an end; earlier ones are tried first.

    Augmenting paths (Kuhn 1955).
    """
    choices: dict[int, list[int]] = defaultdict(list)
    for left, right in edges:
        choices[left].append(right)
    taken: dict[int, int] = {}

    def place(left: int, tried: set[int]) -> bool:
        for right in choices[left]:
            if right not in tried:
                tried.add(right)
                if right not in taken or place(taken[right], tried):
                    taken[right] = left
                    return True
        return False

    for left in choices:
        place(left, set())
    return {left: right for right, left in sorted(taken.items())}


def same_name(name: str, forms: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one of the written forms of an actor's name agrees with ``name``.

    Case, accents, titles and articles do not count, nor does a word (a middle name) that one leaves out. The bare last
    word ("Korn") is enough where the actor has no fuller form that ends on it and no name among ``others`` does, the
    head of a description ("spokesman" for "a spokesman for Korn") where no name among ``others`` begins with it.
    """
    wanted = _words(name)
    given = [words for words in map(_words, forms) if words]
    namesakes = [words for words in map(_words, others) if words and words != wanted]
    if not wanted or not given:
        return False
    fuller = len(wanted) > 1 and any(len(words) > 1 and words[-1] == wanted[-1] for words in given)
    return any(
        _agree(wanted, words)
        or (not fuller and _is_last_word(wanted, words, namesakes))
        or _is_head(wanted, words, namesakes)
        for words in given
    )


def _is_last_word(one: _Name, other: _Name, namesakes: Iterable[_Name]) -> bool:
    """Whether one name is the last word of the other, and of no other name."""
    short, full = sorted((one, other), key=len)
    unique = all(words[-1] != short[-1] for words in namesakes)
    return len(short) == 1 and short[-1] == full[-1] and _JOINING.isdisjoint(full) and unique


def _is_head(one: _Name, other: _Name, namesakes: Iterable[_Name]) -> bool:
    """Whether one is a description that the other carries on, and that no other name begins with."""
    short, full = sorted((one, other), key=len)
    carried_on = full[: len(short)] == short and not (_JOINING | _RELATIVE).isdisjoint(full[len(short) :][:1])
    return carried_on and all(words[: len(short)] != short for words in namesakes)


def _words(name: str) -> _Name:
    found = [word for word in (w.strip(".,\"'@") for w in fold(name).split()) if word and word not in _SUFFIXES]
    while len(found) > 1 and (found[0] in _ARTICLES or _is_title(found[0], found[1])):
        del found[0]
    return tuple(found)


def _is_title(word: str, following: str) -> bool:
    return (word in titles() or word in _OFFICES) and following not in _JOINING


def _agree(one: _Name, other: _Name) -> bool:
    """Two names of the same words, or of at least two words each of which the longer one has or abbreviates."""
    if set(one) - _JOINING == set(other) - _JOINING:
        return True
    short, full = sorted((one, other), key=len)
    if len(short) < 2 or short[-1] not in full:
        return False
    rest = [word for word in full if not any(_stands_for(word, w) for w in short)]
    return all(any(_stands_for(word, w) for w in full) for word in short) and _JOINING.isdisjoint(rest)


def _stands_for(one: str, other: str) -> bool:
    short, full = sorted((one, other), key=len)
    return short == full or (len(short) == 1 and full.startswith(short))
