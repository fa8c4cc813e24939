"""Opinions: a model that a person brings along is asked about links, and what of its answers counts.

It is asked about the two sentences of links that stand on one point, the likeliest first, and about nothing else. An
answer counts where it names a kind of ours that the words can be of, and sets off words that stand in the two
sentences; then it takes the place of what the trained model says of them. What is looked up (numbers, dates) stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from rashomon.compare.checks import MarkedSide, fits
from rashomon.compare.contrasts import Scene
from rashomon.compare.evidence import Indexed
from rashomon.compare.points import Matter
from rashomon.compare.relations import SHOWN, TWO_SIDED, Relation, Verdicts, pairs_of
from rashomon.encode.alignment import KINDS
from rashomon.types import Claim, JudgeReport, Opinion, Span

# Two sentences, and the pairs of claims in them that stand on one point, the likeliest link first.
_Asked = tuple[tuple[Span, Span], list[tuple[float, Claim, Claim]]]
Tick = Callable[[int, int], None]
"""Told how many answers there are, and of how many."""


class Judge(Protocol):
    """Whoever is asked. ``most`` is how many questions it is asked for one story."""

    @property
    def model(self) -> str: ...

    @property
    def most(self) -> int: ...

    def opinions(self, questions: Sequence[tuple[str, str]], progress: Tick | None = None) -> Sequence[Opinion | None]:
        """What it says of each two passages; ``None`` where it did not answer."""


class Heard(NamedTuple):
    """What a judge said, by pairs of claims, and how much of it counts."""

    verdicts: Verdicts
    judged: JudgeReport


def heard(matters: Sequence[Matter], scene: Scene, judge: Judge, progress: Tick | None = None) -> Heard:
    """Ask a judge about the links between the claims of matters."""
    links = _links(matters, scene)
    asked = links[: judge.most]
    said = judge.opinions([(one.text, other.text) for (one, other), _ in asked], progress)
    verdicts: dict[tuple[str, str], Relation | None] = {}
    counted = 0
    for link, opinion in zip(asked, said, strict=True):
        found = None if opinion is None else _verdicts(link, opinion, scene)
        if found is not None:
            counted += 1
            verdicts |= found
    unanswered = sum(opinion is None for opinion in said)
    judged = JudgeReport(
        model=judge.model,
        links=len(links),
        asked=len(asked),
        counted=counted,
        refused=len(asked) - counted - unanswered,
        unanswered=unanswered,
    )
    return Heard(verdicts, judged)


def _links(matters: Sequence[Matter], scene: Scene) -> list[_Asked]:
    """Two sentences each, in the order of their articles' ids, so that the order of the accounts changes nothing."""
    found: dict[tuple[Span, Span], list[tuple[float, Claim, Claim]]] = defaultdict(list)
    for matter in matters:
        for one, other in pairs_of(matter, scene):
            sentences = _sentence(one, scene), _sentence(other, scene)
            if sentences[0].text != sentences[1].text:
                found[sentences].append((matter.score(one, other), one, other))
    for claims in found.values():
        claims.sort(key=lambda link: (-link[0], link[1].spans[0].start, link[2].spans[0].start))
    linked = [(sentences, claims) for sentences, claims in found.items() if claims[0][0] > 0]
    return sorted(linked, key=lambda link: (-link[1][0][0], [(s.article, s.start) for s in link[0]]))


def _sentence(claim: Claim, scene: Scene) -> Span:
    account = scene.accounts[claim.article]
    return account.sentence_of(account.article.span(claim.spans[0].start, claim.spans[-1].end))


def _verdicts(link: _Asked, opinion: Opinion, scene: Scene) -> Mapping[tuple[str, str], Relation | None] | None:
    """By pairs of claims how they differ, ``None`` where they do not; nothing at all if the answer does not count."""
    sentences, linked = link
    said: dict[tuple[str, str], Relation | None] = dict.fromkeys((one.id, other.id) for _, one, other in linked)
    if opinion.kind == "none":
        return said
    if opinion.kind not in KINDS:
        return None
    accounts = [scene.accounts[sentence.article] for sentence in sentences]
    marks = [
        [_found(words, sentence, account) for words in own]
        for own, sentence, account in zip(opinion.marks, sentences, accounts, strict=True)
    ]
    one, other = (tuple(mark for mark in own if mark is not None) for own in marks)
    if len(one) + len(other) < sum(map(len, marks)) or not _are_enough(opinion.kind, one, other):
        return None
    _, left, right = max(linked, key=lambda pair: _covered(pair[1], one) + _covered(pair[2], other))
    told: list[MarkedSide] = [
        (account, claim, sentence, own)
        for account, claim, sentence, own in zip(accounts, (left, right), sentences, (one, other), strict=True)
    ]
    if not fits(opinion.kind, told[0], told[1]):
        return None
    both = bool(one and other)
    said[left.id, right.id] = Relation((left, right), opinion.kind, SHOWN, (one, other), answering=both, judged=True)
    return said


def _found(words: str, sentence: Span, account: Indexed) -> Span | None:
    """Where words stand in a sentence, whole and in their case; white space may be another."""
    parts = words.split()
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)"
    match = re.search(pattern, sentence.text) if any(c.isalnum() for c in words) else None
    return account.article.span(sentence.start + match.start(), sentence.start + match.end()) if match else None


def _are_enough(kind: str, one: Sequence[Span], other: Sequence[Span]) -> bool:
    """Whether words set off can make a difference: some, on both sides where the kind asks for it, and not alike."""
    if kind in TWO_SIDED and not (one and other):
        return False
    return [mark.text.casefold() for mark in one] != [mark.text.casefold() for mark in other]


def _covered(claim: Claim, marks: Sequence[Span]) -> int:
    return sum(any(span.start < mark.end and mark.start < span.end for span in claim.spans) for mark in marks)
