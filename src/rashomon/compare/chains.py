"""Chains: all the phrases by which the accounts of a story name one thing, loosely taken.

Wider than actors: officials, troops and organs of a state stand for the state as they do in reports ("American
officials", "Washington"), a party's people and its bodies for the party, and common nouns are chained by their heads,
several words for a gathering ("summit", "talks") as one. After the target concepts of Hamborg, Zhukova and Gipp (2019).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from rashomon.compare.evidence import LIGHT, Indexed
from rashomon.data.event_nouns import kinds_of
from rashomon.rarity import stem
from rashomon.types import Actor, Mention, Span

# Those who act for a state: after its name or nationality they stand for it.
_ORGANS = frozenset(
    "government official administration authority troop force leadership state media regime ministry agency diplomat"
    " envoy military army delegation officer intelligence embassy ambassador soldier operative agent spy".split()
)
_MODIFIERS = frozenset({"amod", "compound", "nmod"})
_WITHIN = frozenset({"det", "amod", "compound", "nmod", "nummod", "poss"})
# Kinds of event for which reports change words freely within one account.
_VARIED = frozenset({"gathering"})
_SHORTEST_PARTY_STEM = 5

_Place = tuple[str, int]  # an article's id and the index of a token


class Chain(msgspec.Struct, frozen=True):
    """The phrases that name one thing, in order; ``actor`` is the story-wide actor that they name, if it is one."""

    actor: str | None
    spans: tuple[Span, ...]


def chains(accounts: Sequence[Indexed], actors: Mapping[str, Actor]) -> list[Chain]:
    """The chains of a story, those of actors first; no two phrases with the same head word are in two chains."""
    by_article = {account.article.id: account for account in accounts}
    named = _named(accounts)
    heads = {(account.article.id, head): m.actor for account in accounts for head, m in _heads(account)}
    found: dict[str, set[_Place]] = defaultdict(set)
    for account in accounts:
        for actor, head in _actor_phrases(account, actors, heads):
            if actor in named:
                found[actor].add((account.article.id, head))
    taken = {place for places in found.values() for place in places}
    taken |= {place for place, actor in heads.items() if actor in named}
    common: dict[str, set[_Place]] = defaultdict(set)
    for account in accounts:
        for head in _common_nouns(account):
            if (account.article.id, head) not in taken:
                lemma = account.tokens[head].lemma.lower()
                common[min(kinds_of(lemma) & _VARIED, default=lemma)].add((account.article.id, head))
    order = {account.article.id: n for n, account in enumerate(accounts)}
    joined = _joined(found, actors)
    chained = [Chain(actor, _spans(places, by_article, order)) for actor, places in sorted(joined.items())]
    return chained + [Chain(None, _spans(places, by_article, order)) for _, places in sorted(common.items())]


def head_of(account: Indexed, span: Span) -> int | None:
    """The token that heads a phrase; ``None`` where none starts in it."""
    inside = account.token_range(span)
    return account.top(inside) if inside else None


def _named(accounts: Iterable[Indexed]) -> set[str]:
    """The actors that some account names by a proper name; the others are only described."""
    forms = {"name", "metonym", "nationality"}
    return {m.actor for a in accounts for m in a.annotated.mentions if m.form in forms and m.span.text[:1].isupper()}


def _heads(account: Indexed) -> Iterator[tuple[int, Mention]]:
    for mention in account.annotated.mentions:
        head = head_of(account, mention.span)
        if mention.form != "pronoun" and head is not None:
            yield head, mention


def _actor_phrases(
    account: Indexed, actors: Mapping[str, Actor], heads: Mapping[_Place, str]
) -> Iterator[tuple[str, int]]:
    """Each actor and the head of a phrase that names it; a name that only qualifies another thing's noun is none."""
    for head, mention in _heads(account):
        token = account.tokens[head]
        above = token.head
        qualifies = token.dep in _MODIFIERS and above != head
        owner = heads.get((account.article.id, above))
        possesses = token.dep == "poss"
        organ = account.tokens[above].lemma.lower() in _ORGANS and owner is None and (qualifies or possesses)
        if organ and actors[mention.actor].kind == "country":
            yield mention.actor, above
            if not possesses:
                continue
        if not qualifies or owner == mention.actor:
            yield mention.actor, head


def _common_nouns(account: Indexed) -> Iterator[int]:
    for index, token in enumerate(account.tokens):
        if token.pos in {"NOUN", "PROPN"} and token.dep != "compound" and token.lemma.lower() not in LIGHT:
            yield index


def _joined(found: Mapping[str, set[_Place]], actors: Mapping[str, Actor]) -> dict[str, set[_Place]]:
    """The organs of a state joined with it, the bodies of a party with its people."""
    countries = {actors[a].country: a for a in sorted(found) if actors[a].kind == "country" and actors[a].country}
    parties = {stem(actors[a].name.split()[-1]): a for a in sorted(found) if actors[a].kind == "group"}
    joined: dict[str, set[_Place]] = defaultdict(set)
    for actor, places in found.items():
        home = actor
        if actors[actor].kind == "organisation":
            first = stem(actors[actor].name.split()[0])
            home = countries.get(actors[actor].country, actor) if actors[actor].country else actor
            home = parties[first] if first in parties and len(first) >= _SHORTEST_PARTY_STEM else home
        joined[home] |= places
    return joined


def _spans(places: Iterable[_Place], accounts: Mapping[str, Indexed], order: Mapping[str, int]) -> tuple[Span, ...]:
    return tuple(
        _phrase(accounts[article], head) for article, head in sorted(places, key=lambda p: (order[p[0]], p[1]))
    )


def _phrase(account: Indexed, head: int) -> Span:
    """A noun with what stands right before it and belongs to it."""
    first = min(
        (
            j
            for i in account.children(head)
            if account.tokens[i].dep in _WITHIN and i < head
            for j in account.subtree(i)
        ),
        default=head,
    )
    return account.article.span(account.tokens[min(first, head)].start, account.tokens[head].end)
