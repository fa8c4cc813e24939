"""The stories that people annotated (docs/annotation-guidelines.md): keep them, compare two, read what was missed.

Usage: python evals/annotations.py encode DRAFT... STORIES_JSONL [--into FOLDER] [--part train|tune|test]
       python evals/annotations.py agreement FIRST SECOND STORIES_JSONL
       python evals/annotations.py errors FOLDER STORIES_JSONL [--part tune] [--of findings|points|speakers]
       python evals/annotations.py draw STORIES_JSONL [--count 24] [--seed 20261129]

STORIES_JSONL has one article a line with ``id``, ``set``, ``story`` and ``text``. ``encode`` writes a file of offsets
and labels for each draft. ``agreement`` takes two files, or two folders and of these the stories in both. ``errors``
prints, for the part ``tune`` unless told otherwise, what was annotated and not found and what was given and not
annotated: never read those of ``test``. ``draw`` names stories to annotate next, none of those that are kept.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import msgspec
from rashomon_evals.accounts import Judged, judge, label
from rashomon_evals.annotations import (
    Annotation,
    GivenStance,
    GoldFinding,
    GoldPoint,
    GoldSpeaker,
    NamedBy,
    Part,
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

from rashomon.errors import InvalidRecord, MissingInput, RashomonError
from rashomon.types import Article, FindingKind, NonConflict, QuoteForm

KEPT = Path(__file__).parent / "accounts" / "stories"
SETS = ("basil", "giveme5w1h", "seesaw")  # an equal number of stories is drawn from each
REPORTS = range(2, 5)  # so many articles a drawn story may have
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
    weight: Literal[1, 2, 3]
    marks: list[Words]
    nonconflict: NonConflict | None = msgspec.field(default=None, name="class")


class Drawn(msgspec.Struct):
    """An article that may be drawn: its story and the set that this is from."""

    story: str
    set: str


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

    def find(self, where: str, words: Words, inside: Sequence[Passage] | None = None) -> Passage:
        """The passage. ``where`` says of which record; a passage that cannot be found is empty.

        With ``inside``, only places within one of these passages count.
        """
        found = re.finditer(re.escape(words.words), self._texts.get(words.article, ""))
        starts = [m.start() for m in found if inside is None or _holds(inside, words.article, *m.span())]
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


def _holds(passages: Iterable[Passage], article: str, start: int, end: int) -> bool:
    return any(p.article == article and p.start <= start and end <= p.end for p in passages)


def _short(words: str) -> str:
    return repr(words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…")


def encode(drafts: Sequence[Path], stories: Path, into: Path, part: Part | None) -> int:
    """Write the drafts without their words; 2 if one was refused, with a line for each thing that is wrong in it."""
    read = {path: _draft(path) for path in drafts}
    articles = read_stories(stories, {draft.story for draft in read.values()})
    into.mkdir(parents=True, exist_ok=True)
    refused = False
    for path, draft in read.items():
        annotation, problems = encoded(draft, articles[draft.story], _part(draft.story, part))
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


def _part(story: str, asked: Part | None) -> Part:
    """The part that a story is kept in; where it is not kept yet, the one asked for."""
    file = KEPT / f"{story}.json"
    known = read_annotations(file)[file].part if file.exists() else asked
    if known is None:
        raise RashomonError("is in no part yet; say which with --part", input=story)
    if asked is not None and asked != known:
        raise RashomonError(f"belongs to the part {known}", input=story)
    return known


def encoded(draft: Draft, articles: Sequence[Article], part: Part) -> tuple[Annotation, list[str]]:
    """The annotation that a draft makes, and what is wrong with it, one line each; records are counted from 1."""
    finder = Finder(articles)
    annotation = Annotation(
        story=draft.story,
        part=part,
        articles=tuple(Text(article.id, checksum(article.text)) for article in articles),
        points=tuple(
            GoldPoint(finder.find_all(f"point {n}", point.passages), point.stances)
            for n, point in enumerate(draft.points, 1)
        ),
        speakers=tuple(
            GoldSpeaker(finder.find(f"speaker {n}", s.passage), s.form, s.speaker, s.by)
            for n, s in enumerate(draft.speakers, 1)
        ),
        findings=tuple(_finding(finder, f"finding {n}", f) for n, f in enumerate(draft.findings, 1)),
    )
    return annotation, [*finder.problems, *flaws(annotation)]


def _finding(finder: Finder, where: str, draft: DraftFinding) -> GoldFinding:
    passages = finder.find_all(where, draft.passages)
    marks = tuple(finder.find(f"{where}, mark", words, passages) for words in draft.marks)
    return GoldFinding(draft.kind, passages, draft.nonconflict, draft.weight, marks)


def draw(stories: Path, count: int, seed: int) -> int:
    """Print ``count`` stories that nobody annotated, of each set as many, in the order of their drawing."""
    articles: dict[str, list[Drawn]] = {}
    for line in stories.read_bytes().splitlines():
        row = msgspec.json.decode(line, type=Drawn)
        articles.setdefault(row.story, []).append(row)
    kept = {annotation.story for annotation in read_annotations(KEPT).values()}
    chance = random.Random(seed)
    for name in SETS:
        own = (s for s, rows in articles.items() if rows[0].set == name and len(rows) in REPORTS and s not in kept)
        print("\n".join(chance.sample(sorted(own), count // len(SETS))))
    return 0


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


def errors(folder: Path, stories: Path, part: Part, of: str) -> int:
    """Print what went wrong in each story of a part."""
    gold = [a for a in read_annotations(folder).values() if a.part == part]
    if not gold:
        raise MissingInput(f"holds no annotated story of the part {part}", input=str(folder))
    articles = read_stories(stories, {annotation.story for annotation in gold})
    for annotation in gold:
        shown = Shown(judge(annotation, articles[annotation.story]))
        lines: dict[str, Callable[[], Iterator[str]]] = {
            "findings": shown.findings,
            "points": shown.points,
            "speakers": shown.speakers,
        }
        print(f"{annotation.story} ({part})")
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
    first.add_argument("--part", choices=get_args(Part))
    second = commands.add_parser("agreement", help="how far two annotations agree")
    for name in ("first", "second", "stories"):
        second.add_argument(name, type=Path)
    third = commands.add_parser("errors", help="what was missed and what was given and not annotated")
    for name in ("folder", "stories"):
        third.add_argument(name, type=Path)
    third.add_argument("--part", choices=get_args(Part), default="tune")
    third.add_argument("--of", choices=("findings", "points", "speakers"), default="findings")
    fourth = commands.add_parser("draw", help="stories to annotate next")
    fourth.add_argument("stories", type=Path)
    fourth.add_argument("--count", type=int, default=24)
    fourth.add_argument("--seed", type=int, default=20261129)
    return parser.parse_args()


def main() -> int:
    """Run a command; an error is one line."""
    given = _arguments()
    try:
        if given.command == "encode":
            return encode(given.drafts, given.stories, given.into, given.part)
        if given.command == "draw":
            return draw(given.stories, given.count, given.seed)
        if given.command == "agreement":
            return agreement(given.first, given.second, given.stories)
        return errors(given.folder, given.stories, given.part, given.of)
    except RashomonError as error:
        print(error, file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
