"""The stories that people annotated (docs/annotation-guidelines.md): keep them, compare two, read what was missed.

Usage: python evals/annotations.py encode DRAFT... STORIES_JSONL [--into FOLDER] [--half tune|test]
       python evals/annotations.py agreement FIRST SECOND STORIES_JSONL
       python evals/annotations.py errors FOLDER STORIES_JSONL [--half tune|test] [--of findings|points|speakers]

STORIES_JSONL has one article a line with ``id``, ``story`` and ``text``. ``encode`` writes a file of offsets and labels
for each draft. ``agreement`` takes two files, or two folders and of these the stories in both. ``errors`` prints, for
the tune half unless told otherwise, what was annotated and not found and what was given and not annotated: rules are
made while looking at that half only.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import msgspec

from rashomon.errors import InvalidRecord, MissingInput, RashomonError
from rashomon.score.accounts import Judged, judge, label
from rashomon.score.annotations import (
    Annotation,
    GivenStance,
    GoldFinding,
    GoldPoint,
    GoldSpeaker,
    Half,
    NamedBy,
    Passage,
    Place,
    Text,
    alike,
    annotated_articles,
    assigned,
    checksum,
    flaws,
    jaccard,
    joined,
    pairs,
    passage,
    read_annotations,
    read_stories,
    same_name,
    shared,
)
from rashomon.types import Article, FindingKind, NonConflict, QuoteForm

KEPT = Path(__file__).parent / "accounts" / "stories"
HALVES: dict[Half, frozenset[str]] = {
    "tune": frozenset(
        "basil-74708dbf-5dfc-4c66-8419-d7dbc00e4a06 basil-59f2f47c-5da0-4fbc-be6e-4f15d45d82e2 "
        "basil-22b6e900-4826-4b09-a9f8-5d7afe46e78b seesaw-110 seesaw-221 g5-20 g5-52 g5-38".split()
    ),
    "test": frozenset(
        "basil-d4a4bc34-e48b-4485-86b2-f1daf4d464dd basil-6b541575-99b1-40d2-8730-9bb868ee38ed "
        "seesaw-088 seesaw-211 seesaw-069 g5-22 g5-25".split()
    ),
}
SAME_CONTENT = 0.5  # the Jaccard index from which two annotators marked one statement
_SHOWN = 60  # characters of a passage in a message


class Words(msgspec.Struct, array_like=True):
    """A passage of a draft: an article, words that stand in it, and which place it is where they stand twice."""

    article: str
    words: str
    place: int | None = None


class DraftPoint(msgspec.Struct):
    passages: list[Words]
    stances: dict[str, GivenStance]


class DraftSpeaker(msgspec.Struct):
    passage: Words
    form: QuoteForm
    speaker: str | None
    by: NamedBy


class DraftFinding(msgspec.Struct):
    kind: FindingKind
    passages: list[Words]
    nonconflict: NonConflict | None = msgspec.field(default=None, name="class")


class Draft(msgspec.Struct):
    """What an annotator writes; fields that are not named here only help to find one's way."""

    story: str
    points: list[DraftPoint]
    speakers: list[DraftSpeaker]
    findings: list[DraftFinding]


class Finder:
    """Finds the passages of a draft in its articles, and notes in ``problems`` those that it cannot find."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._texts = {article.id: article.text for article in articles}
        self.problems: list[str] = []

    def find(self, where: str, words: Words) -> Passage:
        """The passage. ``where`` says of which record; a passage that cannot be found is empty."""
        starts = [m.start() for m in re.finditer(re.escape(words.words), self._texts.get(words.article, ""))]
        place = 1 if words.place is None else words.place
        problem = None
        if words.article not in self._texts:
            problem = f"the story has no article {words.article}"
        elif not words.words or not starts:
            problem = f"does not stand in {words.article}: {_short(words.words)}"
        elif words.place is None and len(starts) > 1:
            problem = f"stands {len(starts)} times in {words.article}, say which: {_short(words.words)}"
        elif not 1 <= place <= len(starts):
            problem = f"has {len(starts)} places in {words.article} and no place {place}: {_short(words.words)}"
        if problem is not None:
            self.problems.append(f"{where}: {problem}")
            return Passage(words.article, 0, 0)
        return Passage(words.article, starts[place - 1], starts[place - 1] + len(words.words))

    def find_all(self, where: str, passages: Iterable[Words]) -> tuple[Passage, ...]:
        return tuple(self.find(where, words) for words in passages)


def _short(words: str) -> str:
    return repr(words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…")


def encode(drafts: Sequence[Path], stories: Path, into: Path, half: Half | None) -> int:
    """Write the drafts without their words; 2 if one was refused, with a line for each thing that is wrong in it."""
    read = {path: _draft(path) for path in drafts}
    articles = read_stories(stories, {draft.story for draft in read.values()})
    into.mkdir(parents=True, exist_ok=True)
    refused = False
    for path, draft in read.items():
        annotation, problems = encoded(draft, articles[draft.story], _half(draft.story, half))
        for problem in problems:
            print(f"{path}: {problem}", file=sys.stderr)
        if problems:
            refused = True
        else:
            (into / f"{draft.story}.json").write_text(_written(annotation), encoding="utf-8")
    return 2 if refused else 0


def _draft(path: Path) -> Draft:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Draft)
    except OSError as error:
        raise MissingInput(f"cannot be read: {error.strerror}", input=str(path)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRecord(f"is no draft of an annotation: {error}", input=str(path)) from error


def _half(story: str, asked: Half | None) -> Half:
    known = next((half for half, stories in HALVES.items() if story in stories), asked)
    if known is None:
        raise RashomonError("is in neither half; say which with --half", input=story)
    if asked is not None and asked != known:
        raise RashomonError(f"belongs to the {known} half", input=story)
    return known


def encoded(draft: Draft, articles: Sequence[Article], half: Half) -> tuple[Annotation, list[str]]:
    """The annotation that a draft makes, and what is wrong with it, one line each; records are counted from 1."""
    finder = Finder(articles)
    annotation = Annotation(
        story=draft.story,
        half=half,
        articles=tuple(Text(article.id, checksum(article.text)) for article in articles),
        points=tuple(
            GoldPoint(finder.find_all(f"point {n}", point.passages), point.stances)
            for n, point in enumerate(draft.points, 1)
        ),
        speakers=tuple(
            GoldSpeaker(finder.find(f"speaker {n}", s.passage), s.form, s.speaker, s.by)
            for n, s in enumerate(draft.speakers, 1)
        ),
        findings=tuple(
            GoldFinding(f.kind, finder.find_all(f"finding {n}", f.passages), f.nonconflict)
            for n, f in enumerate(draft.findings, 1)
        ),
    )
    return annotation, [*finder.problems, *flaws(annotation)]


def _written(annotation: Annotation) -> str:
    """JSON with a line for each record, so that a change shows as a line."""

    def value(found: object) -> str:
        if not isinstance(found, list | tuple) or not found:
            return json.dumps(found, ensure_ascii=False)
        rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in found)
        return f"[\n{rows}\n  ]"

    fields = [f'  "{name}": {value(found)}' for name, found in msgspec.to_builtins(annotation).items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


class Tally:
    """How far two annotators agree, story by story."""

    def __init__(self) -> None:
        # By what was marked: of the first's marks how many the second has, and their number; then the other way round.
        self.marks: dict[str, list[int]] = {}
        self.labels: dict[str, list[tuple[str, str]]] = {"stance": [], "form": [], "by": [], "kind": []}
        self.speakers: list[bool] = []

    def add(self, one: Annotation, other: Annotation) -> None:
        self._points(one, other)
        self._speakers(one, other)
        self._findings(one, other)

    def _mark(self, name: str, *counts: int) -> None:
        self.marks[name] = [a + b for a, b in zip(self.marks.get(name, [0] * 4), counts, strict=True)]

    def _points(self, one: Annotation, other: Annotation) -> None:
        ours, theirs = one.places(), other.places()
        found = shared(ours, theirs)
        here, there = (sum(len(pairs(point)) for point in side) for side in (ours, theirs))
        self._mark("points.pairs", joined(found), here, joined(shared(theirs, ours)), there)
        matched = _closest({edge: float(len(own)) for edge, own in found.items()})
        for i, j in matched.items():
            self.labels["stance"] += [(one.stance(i, t.id), other.stance(j, t.id)) for t in one.articles]

    def _speakers(self, one: Annotation, other: Annotation) -> None:
        near = {
            (i, j): jaccard((a.passage,), (b.passage,))
            for i, a in enumerate(one.speakers)
            for j, b in enumerate(other.speakers)
        }
        matched = _closest({edge: index for edge, index in near.items() if index >= SAME_CONTENT})
        self._mark("speakers.content", len(matched), len(one.speakers), len(matched), len(other.speakers))
        names = {s.speaker for s in (*one.speakers, *other.speakers) if s.speaker}
        for a, b in ((one.speakers[i], other.speakers[j]) for i, j in matched.items()):
            self.labels["form"].append((a.form, b.form))
            self.labels["by"].append((a.by, b.by))
            others = names - {a.speaker, b.speaker}
            same = a.speaker is not None and b.speaker is not None and same_name(a.speaker, [b.speaker], others)
            self.speakers.append(same or a.speaker == b.speaker)

    def _findings(self, one: Annotation, other: Annotation) -> None:
        ours, theirs = one.findings, other.findings
        edges = alike([f.passages for f in ours], [f.passages for f in theirs])
        same = {(i, j) for i, j in edges if ours[i].label == theirs[j].label}
        whatever = assigned(sorted(edges, key=lambda edge: edge not in same))
        for name, matched in (("findings", assigned(e for e in edges if e in same)), ("findings.anykind", whatever)):
            self._mark(name, len(matched), len(ours), len(matched), len(theirs))
        self.labels["kind"] += [(ours[i].label, theirs[j].label) for i, j in whatever.items()]

    def lines(self) -> Iterator[str]:
        """The figures, one line each."""
        for name, (found, of, found_back, of_back) in self.marks.items():
            recall, precision = found / max(of, 1), found_back / max(of_back, 1)
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            counts = f"{found} of {of} in the second, {found_back} of {of_back} in the first"
            yield f"{name + '.f1':24} {100 * f1:6.2f}  {counts}"
        if self.speakers:
            right, of = sum(self.speakers), len(self.speakers)
            yield f"{'speakers.same':24} {100 * right / of:6.2f}  {right} of {of}"
        for name, labels in self.labels.items():
            agreed = sum(a == b for a, b in labels)
            value = kappa(labels)
            told = "     -" if value is None else f"{value:6.2f}"
            yield f"{name + '.kappa':24} {told}  {agreed} of {len(labels)} the same"


def _closest(near: dict[tuple[int, int], float]) -> dict[int, int]:
    """Pairs of which no two share an end, the closest first."""
    found: dict[int, int] = {}
    for i, j in sorted(near, key=lambda edge: (-near[edge], edge)):
        if i not in found and j not in found.values():
            found[i] = j
    return found


def kappa(labels: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa (1960), at most 1; ``None`` where chance alone would give full agreement, or nothing is there."""
    if not labels:
        return None
    ours, theirs = Counter(a for a, _ in labels), Counter(b for _, b in labels)
    observed = sum(a == b for a, b in labels) / len(labels)
    chance = sum(ours[name] * theirs[name] for name in ours) / len(labels) ** 2
    return None if chance == 1.0 else (observed - chance) / (1.0 - chance)


def agreement(first: Path, second: Path, stories: Path) -> int:
    """Print how far two annotations agree."""
    one, other = ({a.story: a for a in read_annotations(path).values()} for path in (first, second))
    both = sorted(one.keys() & other.keys())
    if not both:
        raise RashomonError(f"has no story in common with {second}", input=str(first))
    articles = read_stories(stories, both)
    tally = Tally()
    for story in both:
        for annotation in (one[story], other[story]):
            annotated_articles(annotation, articles[story])
        tally.add(one[story], other[story])
    print(f"{len(both)} stories")
    print("\n".join(tally.lines()))
    return 0


class Shown:
    """The errors of one judged story, as lines with the words that they are about."""

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._articles = {article.id: article for article in judged.comparison.articles}

    def _words(self, places: Iterable[Place]) -> Iterator[str]:
        for place in places:
            article = self._articles[place[0].article]
            words = " … ".join(" ".join(article.text[p.start : p.end].split()) for p in place)
            yield f"      {article.outlet or article.id} {place[0].start}-{place[-1].end}: {words}"

    def findings(self) -> Iterator[str]:
        """Annotated findings that were missed and given ones that nobody annotated, with what else stands there."""
        gold, given = self._judged.annotation.findings, self._judged.comparison.findings
        instead = self._judged.any_kind
        for i, finding in enumerate(gold):
            if i not in self._judged.same_kind:
                told = f" (given as {label(given[instead[i]])})" if i in instead else ""
                yield f"  missed {finding.label}{told}"
                yield from self._words((p,) for p in finding.passages)
        annotated = {j: i for i, j in instead.items()}
        right = set(self._judged.same_kind.values())
        for j, one in enumerate(given):
            if j not in right:
                told = f" (annotated as {gold[annotated[j]].label})" if j in annotated else ""
                yield f"  not annotated {label(one)}{told}: {one.reason}"
                yield from self._words((passage(side.passage),) for side in one.sides)

    def points(self) -> Iterator[str]:
        """Annotated pairs of passages that no point joins and pairs of claims that nobody joined."""
        sides = (
            ("missed pair", self._judged.annotation.places(), self._judged.found),
            ("pair not annotated", self._judged.places, self._judged.right),
        )
        for name, points, found in sides:
            joined_here = {(i, pair) for (i, _), own in found.items() for pair in own}
            for i, point in enumerate(points):
                for pair in sorted(pairs(point)):
                    if (i, pair) not in joined_here:
                        yield f"  {name}"
                        yield from self._words(point[n] for n in pair)

    def speakers(self) -> Iterator[str]:
        """Annotated statements without a quote and those with the wrong speaker."""
        names = {actor.id: actor.name for actor in self._judged.comparison.actors}
        for heard in self._judged.speakers:
            if not heard.right:
                quote = heard.quote
                words = quote.speaker_span.text if quote and quote.speaker_span else ""
                given = f"{names.get(quote.speaker or '', 'nobody')} ({words!r})" if quote else "not found"
                yield f"  {heard.gold.form}, {heard.gold.by}: {heard.gold.speaker}; given: {given}"
                yield from self._words([(heard.gold.passage,)])


def errors(folder: Path, stories: Path, half: Half, of: str) -> int:
    """Print what went wrong in each story of a half."""
    gold = [a for a in read_annotations(folder).values() if a.half == half]
    if not gold:
        raise MissingInput(f"holds no annotated story of the {half} half", input=str(folder))
    articles = read_stories(stories, {annotation.story for annotation in gold})
    for annotation in gold:
        shown = Shown(judge(annotation, articles[annotation.story]))
        lines: dict[str, Callable[[], Iterator[str]]] = {
            "findings": shown.findings,
            "points": shown.points,
            "speakers": shown.speakers,
        }
        print(f"{annotation.story} ({half})")
        for line in lines[of]():
            print(line)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    first = commands.add_parser("encode", help="drafts to files of offsets and labels")
    first.add_argument("drafts", nargs="+", type=Path)
    first.add_argument("stories", type=Path)
    first.add_argument("--into", type=Path, default=KEPT)
    first.add_argument("--half", choices=get_args(Half))
    second = commands.add_parser("agreement", help="how far two annotations agree")
    for name in ("first", "second", "stories"):
        second.add_argument(name, type=Path)
    third = commands.add_parser("errors", help="what was missed and what was given and not annotated")
    for name in ("folder", "stories"):
        third.add_argument(name, type=Path)
    third.add_argument("--half", choices=get_args(Half), default="tune")
    third.add_argument("--of", choices=("findings", "points", "speakers"), default="findings")
    return parser.parse_args()


def main() -> int:
    """Run a command; an error is one line."""
    given = _arguments()
    try:
        if given.command == "encode":
            return encode(given.drafts, given.stories, given.into, given.half)
        if given.command == "agreement":
            return agreement(given.first, given.second, given.stories)
        return errors(given.folder, given.stories, given.half, given.of)
    except RashomonError as error:
        print(error, file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
