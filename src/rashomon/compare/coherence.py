"""Do the articles report one event at all? What links them, and what separates them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import fsum

import msgspec

from rashomon.compare.evidence import CONTENT_POS, Indexed
from rashomon.rarity import rarity, stem
from rashomon.types import Actor, Token

# Weighted overlap below which two articles share no event. Fitted by evals/fit_coherence.py on 294 stories: one of them
# is refused (a page that holds a menu instead of its report), and of pairs of articles of different stories 79 % are
# told apart where they were published within three days of each other, 62 % of the others. To refuse a true story
# costs more than to compare two that have little in common.
SAME_EVENT = 0.075
_SHOWN = 4


class Separation(msgspec.Struct, frozen=True):
    """Articles in groups with too little in common: the groups, and what links and separates the first two."""

    groups: tuple[tuple[str, ...], ...]
    links: tuple[str, ...]
    separates: tuple[tuple[str, ...], tuple[str, ...]]


def separation(accounts: Sequence[Indexed], actors: Mapping[str, Actor]) -> Separation | None:
    """``None`` where every article is linked with the others, directly or through a third."""
    bags = [weighed(account.tokens) for account in accounts]
    linked = list(range(len(bags)))
    for i in range(len(bags)):
        for j in range(i):
            if overlap(bags[i], bags[j]) >= SAME_EVENT:
                old, new = sorted((linked[i], linked[j]), reverse=True)
                linked = [new if x == old else x for x in linked]
    if len(set(linked)) <= 1:
        return None
    members = [[i for i, x in enumerate(linked) if x == group] for group in sorted(set(linked))]
    members.sort(key=lambda group: (-len(group), group[0]))
    named = [Counter(m.actor for i in group for m in accounts[i].annotated.mentions) for group in members[:2]]
    both = sorted(set(named[0]) & set(named[1]), key=lambda a: (-min(named[0][a], named[1][a]), a))
    apart = [sorted(set(n) - set(both), key=lambda a: (-n[a], a)) for n in named]
    return Separation(
        groups=tuple(tuple(accounts[i].article.id for i in group) for group in members),
        links=tuple(actors[a].name for a in both[:_SHOWN] if a in actors),
        separates=tuple(tuple(actors[a].name for a in side[:_SHOWN] if a in actors) for side in apart),  # type: ignore[arg-type]
    )


def weighed(tokens: Sequence[Token]) -> dict[str, float]:
    """The stems of an article's content words and their weights: what is rare in news and frequent here weighs most."""
    counts = Counter(stem(t.lemma) for t in tokens if t.pos in CONTENT_POS and t.lemma.strip())
    return {word: rarity(word) ** 2 * (1 + min(count, 4)) for word, count in counts.items()}


def overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The share of the lesser article's weight that the other has too."""
    shared = fsum(min(weight, other[word]) for word, weight in one.items() if word in other)
    return shared / max(min(fsum(one.values()), fsum(other.values())), 1e-9)
