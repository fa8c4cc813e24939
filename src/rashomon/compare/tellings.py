"""Tellings: how each account tells a point, word by word.

A telling's passage is the claim with the frame it stands in (who says so), within its sentence. A word is *other* if
other words of another telling answer it, by the trained model; *shared* if another telling has it or an equivalent:
the same stem, number, actor or time; *alone* if neither. Words that every sentence has count as shared, but for those
that change what is said (negations, modals, conditions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import msgspec
import numpy as np

from rashomon.compare.align import Links
from rashomon.compare.evidence import Indexed, Matrix
from rashomon.compare.points import Matter
from rashomon.data.wording import CONDITIONS, FUNCTION, MODALS, NEGATIONS, NUMERALS, SPELT_OUT
from rashomon.encode.alignment import Encoded
from rashomon.rarity import rarity, stem
from rashomon.types import Claim, Span, Telling, ToldWord, WordStatus

ANSWERED = 0.5
"""Words answer each other from this chance on."""
_MOST = 2  # tellings of one account on one point
_WHOLE = 45  # words; a sentence of no more is told whole
_ALTERING = NEGATIONS | MODALS | CONDITIONS


class Told(msgspec.Struct, frozen=True):
    """A telling in the making: its claim, its passage, and the words of that (tokens of the account)."""

    number: int
    claim: Claim
    passage: Span
    words: tuple[int, ...]


def tellings(matter: Matter, links: Links, accounts: Mapping[str, Indexed]) -> tuple[Telling, ...]:
    """The tellings of a matter in the order of its accounts, an account's best matched ones first."""
    numbers = {claim.id: n for n, claim in enumerate(links.claims)}
    told = [_told(accounts[c.article], c, numbers[c.id]) for c in _chosen(matter)]
    return tuple(_telling(one, told, links, accounts) for one in told)


def nearest(matter: Matter, links: Links, accounts: Mapping[str, Indexed]) -> dict[str, Span]:
    """Of each account that does not speak to a matter the sentence that comes nearest to its best matched claim."""
    numbers = {claim.id: n for n, claim in enumerate(links.claims)}
    found: dict[str, Span] = {}
    for claim in _chosen(matter):
        place = links.places[numbers[claim.id]]
        for article, sentence in (links.nearest.get(place[0], {}) if place else {}).items():
            if article not in found and all(c.article != article for c in matter.claims):
                found[article] = accounts[article].annotated.sentences[sentence]
    return {article: found[article] for article in accounts if article in found}


def _chosen(matter: Matter) -> list[Claim]:
    """The claims that are shown: of each account those that match the others best, in one piece of text each."""
    found: list[Claim] = []
    for _, group in groupby(matter.claims, key=lambda c: c.article):
        own = list(group)
        own.sort(key=lambda c: (-sum(matter.score(c, other) for other in matter.claims if other is not c), c.id))
        found += own[:_MOST]
    return found


def _told(account: Indexed, claim: Claim, number: int) -> Told:
    passage = passage_of(account, claim)
    words = tuple(i for i in account.token_range(passage) if any(c.isalnum() for c in account.word(i)))
    return Told(number, claim, passage, words)


def passage_of(account: Indexed, claim: Claim) -> Span:
    """A claim's sentence; of a long one the claim with what frames it: the speaker and the cue of its quotation."""
    whole = account.article.span(claim.spans[0].start, claim.spans[-1].end)
    sentence = account.sentence_of(whole)
    if len(account.token_range(sentence)) <= _WHOLE:
        return sentence
    quote = account.quote(claim.quote)
    frame = [s for s in (quote.cue, quote.speaker_span) if s] if quote else []
    inside = [s for s in frame if sentence.start <= s.start and s.end <= sentence.end]
    start, end = min(s.start for s in (whole, *inside)), max(s.end for s in (whole, *inside))
    return account.article.span(start, end)


def _telling(one: Told, told: Sequence[Told], links: Links, accounts: Mapping[str, Indexed]) -> Telling:
    account = accounts[one.claim.article]
    status: dict[int, WordStatus] = {i: "shared" if _says_little(account, i) else "alone" for i in one.words}
    answers: dict[int, list[Span]] = {i: [] for i in one.words}
    own = [keys(account, i) for i in one.words]
    for other in told:
        if other.claim.article == one.claim.article:
            continue
        there = accounts[other.claim.article]
        theirs = [keys(there, i) for i in other.words]
        chances = answered(links, one, other, account, there)
        for row, i in enumerate(one.words):
            if any(own[row] & key for key in theirs):
                status[i] = "shared" if status[i] == "alone" else status[i]
            elif chances is not None and chances.shape[1]:
                best = int(chances[row].argmax())
                little = _says_little(account, i) and _says_little(there, other.words[best])
                if chances[row, best] >= ANSWERED and not little:
                    status[i] = "other"
                    answers[i].append(there.span_of(other.words[best]))
    words = tuple(
        ToldWord(start=account.tokens[i].start, end=account.tokens[i].end, status=status[i], answers=tuple(answers[i]))
        for i in one.words
    )
    return Telling(
        article=one.claim.article,
        passage=one.passage,
        value=_value(account, one, status),
        paragraph=_paragraph(account, one.passage),
        words=words,
    )


def keys(account: Indexed, index: int) -> frozenset[str]:
    """What a word has in common with its equivalents: its stem, number, spelling out, actor, time."""
    token, word = account.tokens[index], account.word(index)
    found = {stem(token.lemma or word), *SPELT_OUT.get(word, ())}
    number = NUMERALS.get(word, word.replace(",", "") if word[:1].isdigit() else "")
    if number:
        found = {f"#{number}"}
    if token.pos in {"PROPN", "NOUN", "ADJ", "PRON"}:
        found.update(f"@{mention.actor}" for mention in account.mentions_at(token.start)[:1])
    span = account.span_of(index)
    found.update(f"={t.value}" for t in account.times_around(span) if t.value)
    return frozenset(found)


def answered(links: Links, one: Told, other: Told, account: Indexed, there: Indexed) -> Matrix | None:
    """The chances that the words of one telling answer those of another; ``None`` where nothing was read."""
    pair = links.pair(one.number, other.number)
    if pair is None:
        return None
    rows = _places(pair.left, pair.reading.left, account, one.words)
    columns = _places(pair.right, pair.reading.right, there, other.words)
    found = np.zeros((len(rows), len(columns)), dtype=np.float32)
    for r, some in enumerate(rows):
        for c, others in enumerate(columns):
            if some and others:
                found[r, c] = pair.reading.answers[np.ix_(some, others)].max()
    return found


def _places(encoded: Encoded, side: tuple[int, int], account: Indexed, words: Iterable[int]) -> list[list[int]]:
    """For each token the words of the model that it is made of, counted from the start of the sentence."""
    found = []
    for i in words:
        first, last = encoded.text.within(account.tokens[i].start, account.tokens[i].end)
        found.append([w - side[0] for w in range(max(first, side[0]), min(last, side[1]))])
    return found


def _says_little(account: Indexed, index: int) -> bool:
    word = account.word(index)
    return word in FUNCTION and word not in _ALTERING


def _value(account: Indexed, one: Told, status: Mapping[int, WordStatus]) -> Span | None:
    """The words by which a telling differs, for a cell of the matrix: the run of other words that says most."""
    runs = [
        [i for _, i in run]
        for differs, run in groupby(enumerate(one.words), key=lambda item: status[item[1]] == "other")
        if differs
    ]
    if not runs:
        return None

    def worth(run: Sequence[int]) -> float:
        number = any(account.word(i)[:1].isdigit() or account.word(i) in NUMERALS for i in run)
        return 2.0 * number + max(rarity(stem(account.tokens[i].lemma)) for i in run)

    best = max(runs, key=lambda run: (worth(run), -run[0]))
    return account.article.span(account.tokens[best[0]].start, account.tokens[best[-1]].end)


def _paragraph(account: Indexed, passage: Span) -> int:
    """The number of the paragraph that a passage begins in, from 1."""
    return max(1, sum(p.start <= passage.start for p in account.article.paragraphs))
