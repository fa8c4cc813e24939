"""Tellings: how each account tells a point, word by word.

A telling's passage is the claim with the frame it stands in (who says so), within its sentence. A word is *other* if
other words of another telling answer it, by the trained model, or the same word on the other side of quotation marks
(one account quotes what the other says itself) or with words that qualify it ("exclusive use" for "use"); *shared* if
another telling has it or an equivalent: the same stem, number, actor or time; *alone* if neither. What more accounts
have than have it otherwise is shared, so that an account of many that words it otherwise stands out, and not all the
others. Words that every sentence has count as shared, but for those that change what is said (negations, modals,
conditions).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, permutations, product
from math import fsum

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.compare.align import Links
from rashomon.compare.equivalents import (
    alterations,
    in_marks,
    keys,
    misspelt,
    quoted_otherwise,
    says_little,
    verb_group,
)
from rashomon.compare.evidence import Indexed, Matrix, paragraph_of
from rashomon.compare.points import Matter
from rashomon.data.timex import compatible
from rashomon.data.wording import FUNCTION
from rashomon.encode.alignment import Encoded
from rashomon.spans import lies_in
from rashomon.types import Claim, Side, Span, Telling, TimeExpression, ToldWord, WordStatus

Places = NDArray[np.intp]

ANSWERED = 0.5
"""Words answer each other from this chance on."""
_SURELY = 0.7  # so do small words
_SAID = 2  # words that say something; fewer stand for no matter
_QUALIFYING = {"amod", "advmod", "nummod", "neg", "quantmod"}
_NAME = 0.4  # what a word of a name counts, where another counts 1
_BREAKS = frozenset('"“”«»()[];:.!?—')
_MOST = 3  # tellings of one account on one point
_FEW = 3  # words that say something; of more that a finding sets off some are only what stands around
_WHOLE = 60  # words; a sentence of no more is told whole


class TellingDraft(msgspec.Struct, frozen=True):
    """A telling in the making: its claim, its passage, and the words of that (tokens of the account).

    ``keys`` has what each word has in common with its equivalents, ``having`` the words that have each of these,
    ``little`` the words that say little, ``altered`` what alters each, ``quoted`` the words inside quotation marks; a
    ``possible`` one is of a claim that is not counted to the matter.
    """

    number: int
    claim: Claim
    passage: Span
    words: tuple[int, ...]
    keys: dict[int, frozenset[str]]
    having: dict[str, list[int]]
    little: frozenset[int]
    altered: dict[int, frozenset[str]]
    quoted: list[int]
    times: list[TimeExpression]
    possible: bool


def tellings(
    matter: Matter,
    links: Links,
    accounts: Mapping[str, Indexed],
    values: Mapping[str, Span],
    apart: Iterable[Sequence[Side]] = (),
) -> tuple[Telling, ...]:
    """The tellings of a matter in the order of its accounts, an account's best matched ones first, possible ones last.

    ``values`` has for claims, by their ids, the words by which they differ from what others tell. What is set off in
    sides that stand ``apart``, those of findings on the matter and the like, is set off in its tellings, too.
    """
    told: list[TellingDraft] = []
    for claim in (*_chosen(matter), *matter.near):
        one = _told(accounts[claim.article], claim, links.numbers[claim.id], possible=claim in matter.near)
        # Two claims of a sentence are told by it once.
        if not any(lies_in(one.passage, other.passage) for other in told):
            told.append(one)
    marks = list(_marks(apart))
    # By the numbers of two tellings of different accounts, either way round.
    same = {
        (one.number, other.number): _same(accounts[one.claim.article], one, accounts[other.claim.article], other)
        for one, other in permutations(told, 2)
        if one.claim.article != other.claim.article
    }
    order = {article: n for n, article in enumerate(accounts)}
    told.sort(key=lambda one: (order[one.claim.article], one.possible))
    return tuple(_telling(one, told, links, accounts, same, values.get(one.claim.id), marks) for one in told)


def _marks(apart: Iterable[Sequence[Side]]) -> Iterator[tuple[Span, Sequence[Side]]]:
    """What is set off in an account, with the sides of the others."""
    for sides in apart:
        for side in sides:
            others = [other for other in sides if other.article != side.article]
            yield from ((mark, others) for mark in side.marks)


def nearest(matter: Matter, links: Links, accounts: Mapping[str, Indexed]) -> dict[str, Span]:
    """Of each account that does not speak to a matter the sentence that may, or is nearest its best matched claim."""
    told = {claim.article for claim in matter.claims}
    found = {c.article: accounts[c.article].sentence_of(c.spans[0]) for c in matter.near if c.article not in told}
    for claim in _chosen(matter):
        place = links.places[links.numbers[claim.id]]
        for article, sentence in (links.nearest.get(place[0], {}) if place else {}).items():
            if article not in found and article not in told:
                found[article] = accounts[article].annotated.sentences[sentence]
    return {article: found[article] for article in accounts if article in found}


def _chosen(matter: Matter) -> list[Claim]:
    """The claims that are shown: of each account those that match the others best, in one piece of text each."""
    found: list[Claim] = []
    for _, group in groupby(matter.claims, key=lambda c: c.article):
        own = list(group)
        own.sort(key=lambda c: (-fsum(matter.score(c, other) for other in matter.claims if other is not c), c.id))
        found += own[:_MOST]
    return found


def _told(account: Indexed, claim: Claim, number: int, *, possible: bool) -> TellingDraft:
    passage = passage_of(account, claim)
    quoted = in_marks(account, passage)
    spoken = (i for i in account.token_range(passage) if any(c.isalnum() for c in account.word(i)))
    words = tuple(sorted({*spoken, *quoted}))
    keys_of = {i: keys(account, i) for i in words}
    having: dict[str, list[int]] = defaultdict(list)
    for i, own in keys_of.items():
        for key in own:
            having[key].append(i)
    return TellingDraft(
        number=number,
        claim=claim,
        passage=passage,
        words=words,
        keys=keys_of,
        having=dict(having),
        little=frozenset(i for i in words if says_little(account, i)),
        altered={i: alterations(account, i) for i in words},
        quoted=quoted,
        times=account.times_in([passage]),
        possible=possible,
    )


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


def _telling(
    one: TellingDraft,
    told: Sequence[TellingDraft],
    links: Links,
    accounts: Mapping[str, Indexed],
    same: Mapping[tuple[int, int], Mapping[int, int]],
    value: Span | None,
    marks: Iterable[tuple[Span, Sequence[Side]]],
) -> Telling:
    account = accounts[one.claim.article]
    found = {i: _Word() for i in one.words}
    for other in told:
        if other.claim.article != one.claim.article:
            alike = same[one.number, other.number], same[other.number, one.number]
            _held_against(other, one, found, links, accounts, alike)
    for mark, others in marks:
        if mark.article == one.claim.article:
            _set_off(mark, others, one, found, accounts)
    words = tuple(
        ToldWord(
            start=account.tokens[i].start,
            end=account.tokens[i].end,
            status=word.status(i in one.little),
            answers=tuple(sorted(word.otherwise, key=lambda span: (span.article, span.start, span.end))),
        )
        for i, word in found.items()
    )
    return Telling(
        article=one.claim.article,
        passage=one.passage,
        value=value if value and one.passage.start <= value.start and value.end <= one.passage.end else None,
        paragraph=paragraph_of(account.article, one.passage),
        words=words,
        possible=one.possible,
    )


@dataclass(slots=True)
class _Word:
    """What comes of a word beside the other tellings: what answers it, and who has it, too."""

    answers: set[Span] = field(default_factory=set)
    alike: set[str] = field(default_factory=set)
    lacking: bool = False
    """Whether another telling has something else in its place for certain."""

    @property
    def otherwise(self) -> set[Span]:
        """The answers of accounts that do not have the word in another telling of theirs, each as long as it is."""
        found = {span for span in self.answers if span.article not in self.alike}
        return {span for span in found if not any(span != other and lies_in(span, other) for other in found)}

    def status(self, says_little: bool) -> WordStatus:
        otherwise = {span.article for span in self.answers} - self.alike
        if otherwise and len(self.alike) <= len(otherwise):
            return "other"
        return "shared" if (says_little and not self.lacking) or self.alike else "alone"


def _set_off(
    mark: Span,
    others: Iterable[Side],
    one: TellingDraft,
    found: Mapping[int, _Word],
    accounts: Mapping[str, Indexed],
) -> None:
    """Note of the words that a finding sets off, if they are few, what it has of other accounts in their place.

    A word that stands on both sides is none that differs ("million" in "one million" and "two million").
    """
    account = accounts[mark.article]
    words = [i for i in account.token_range(mark) if not says_little(account, i)]
    for side in others if len(words) <= _FEW else ():
        there = accounts[side.article]
        theirs = {key for j in there.tokens_in(side.marks) for key in keys(there, j)}
        for word in (found[i] for i in words if i in found and not one.keys[i] & theirs):
            word.alike.discard(side.article)
            word.answers.update(side.marks)


def _held_against(
    other: TellingDraft,
    one: TellingDraft,
    found: Mapping[int, _Word],
    links: Links,
    accounts: Mapping[str, Indexed],
    alike: tuple[Mapping[int, int], Mapping[int, int]],
) -> None:
    """Note of each word of a telling what another telling has for it.

    ``alike`` has which words of either the other has, too: of the telling, and of the other one.
    """
    account, there = accounts[one.claim.article], accounts[other.claim.article]
    same, back = alike
    otherwise = dict(_otherwise(account, one, there, other, same))
    chances = _answered(links, one, other, account, there)
    answers = _answers(one, other, chances) if chances is not None else {}
    answering = _answers(other, one, chances.T) if chances is not None else {}
    lone = {j for j in other.words if j not in back and j not in other.little and j not in answering}
    for i, word in found.items():
        if i in otherwise:
            word.lacking = True
            word.answers.update(map(there.span_of, otherwise[i]))
        elif i in same and (qualified := back.get(same[i]) == i and _qualified(there, same[i], lone)):
            word.answers.add(qualified)
        elif i in same:
            word.alike.add(other.claim.article)
        elif i in answers:
            word.answers.add(there.span_of(answers[i]))


def _qualified(account: Indexed, index: int, lone: Container[int]) -> Span | None:
    """A word with the words right before it that qualify it and that another telling lacks ("exclusive use").

    So, too, with what is joined to it and lacking there ("Boehner and the ambassador").
    """
    first = index
    while (
        first - 1 in lone and account.tokens[first - 1].dep in _QUALIFYING and account.tokens[first - 1].head == index
    ):
        first -= 1
    last = max((i for i in account.children(index) if account.tokens[i].dep == "conj" and i in lone), default=index)
    if first == last:
        return None
    return account.article.span(account.tokens[first].start, account.tokens[max(index, last)].end)


def _same(account: Indexed, one: TellingDraft, there: Indexed, other: TellingDraft) -> dict[int, int]:
    """The words of a telling that another has, too, or an equivalent, and which word that is."""
    found: dict[int, int] = {}
    for i, own in one.keys.items():
        common: dict[int, int] = {}
        for key in own & other.having.keys():
            for j in other.having[key]:
                common[j] = common.get(j, 0) + 1
        if common:
            most = max(common.values())
            alike = [j for j, n in common.items() if n == most]
            best = min(alike)
            named = all(key.startswith("@") for key in own & other.keys[best])
            if not (named and any(misspelt(account.word(i), there.word(j)) for j in alike)):
                found[i] = best
    return found


def _otherwise(
    account: Indexed, one: TellingDraft, there: Indexed, other: TellingDraft, same: Mapping[int, int]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Words that differ whatever the model says: verbs that one account alters, and what stands in quotation marks.

    Of two quotations of one speech the words that only one has; words that one account has as somebody's exact words
    and the other as its own; and times of which one is more exact.
    """
    own, theirs = set(one.quoted), set(other.quoted)
    for i, j in same.items():
        if (i in own) != (j in theirs) and i not in one.little:
            yield i, (j,)
        if account.tokens[i].pos == "VERB" and one.altered[i] != other.altered[j]:
            group = tuple(n for n in verb_group(there, j) if n in other.keys)
            yield from ((n, group) for n in verb_group(account, i) if n in one.keys)
    if one.quoted and other.quoted:
        yield from quoted_otherwise(account, one.quoted, there, other.quoted)
    for own_time, other_time in product(one.times, other.times):
        if own_time.value and compatible(own_time.value, str(other_time.value)) == "refinement":
            answers = tuple(j for j in there.token_range(other_time.span) if j in other.keys)
            yield from ((i, answers) for i in account.token_range(own_time.span) if i in one.keys)


def _answers(one: TellingDraft, other: TellingDraft, chances: Matrix) -> dict[int, int]:
    """The word of another telling that answers each word, where one does, by what the model says."""
    if not chances.size:
        return {}
    best = [other.words[column] for column in chances.argmax(axis=1).tolist()]
    return {
        i: j
        for i, j, chance in zip(one.words, best, chances.max(axis=1).tolist(), strict=True)
        if chance >= (_SURELY if i in one.little or j in other.little else ANSWERED)
    }


def _answered(links: Links, one: TellingDraft, other: TellingDraft, account: Indexed, there: Indexed) -> Matrix | None:
    """The chances that the words of one telling answer those of another; ``None`` where nothing was read."""
    pair = links.pair(one.number, other.number)
    if pair is None:
        return None
    rows = _places(pair.left, pair.reading.left, account, one.words)
    columns = _places(pair.right, pair.reading.right, there, other.words)
    return _largest(_largest(pair.reading.answers, *rows).T, *columns).T


def _largest(matrix: Matrix, first: Places, last: Places) -> Matrix:
    """For each range of rows the largest value of each column; 0 where it is empty."""
    found = np.zeros((len(first), matrix.shape[1]), dtype=np.float32)
    for longer in range(int((last - first).max(initial=0))):
        inside = first + longer < last
        found[inside] = np.maximum(found[inside], matrix[first[inside] + longer])
    return found


def _places(encoded: Encoded, side: tuple[int, int], account: Indexed, words: Sequence[int]) -> tuple[Places, Places]:
    """The words of the model that each token is made of: the first and the one behind the last, counted from the start
    of the sentence."""
    tokens = [account.tokens[i] for i in words]
    first, last = encoded.text.bounds([t.start for t in tokens], [t.end for t in tokens])
    return np.maximum(first, side[0]) - side[0], np.minimum(last, side[1]) - side[0]


def shared_words(told: Sequence[Telling], accounts: Mapping[str, Indexed]) -> Span | None:
    """What may stand for a matter: the longest run of words, names counting less, that no account has otherwise.

    A single word only where no run has two that say something; ``None`` where there is not even one.
    """
    best: tuple[bool, float, Span] | None = None
    for telling in sorted(told, key=lambda t: (t.article, t.passage.start)):
        account = accounts[telling.article]
        numbers = {w.start: i for w in telling.words for i in account.token_range(_span(account, w))[:1]}
        for shared, run in groupby(_joined(telling, account), key=lambda pair: pair[1]):
            words = [word for word, _ in run]
            while words and account.word(numbers[words[0].start]) in FUNCTION:
                words.pop(0)
            while words and account.word(numbers[words[-1].start]) in FUNCTION:
                words.pop()
            said = [i for i in (numbers[w.start] for w in words) if not says_little(account, i)]
            if shared and said:
                weight = fsum(_NAME if account.tokens[i].pos == "PROPN" else 1.0 for i in said)
                if best is None or (len(said) >= _SAID, weight) > best[:2]:
                    best = len(said) >= _SAID, weight, account.article.span(words[0].start, words[-1].end)
    return best[-1] if best else None


def _span(account: Indexed, word: ToldWord) -> Span:
    return account.article.span(word.start, word.end)


def _joined(telling: Telling, account: Indexed) -> Iterator[tuple[ToldWord, int]]:
    """The words of a telling, each with the number of the run of shared words it is in, 0 outside.

    A run ends where quotation marks, brackets or the end of a sentence stand between two words.
    """
    number, before = 1, telling.passage.start
    for word in telling.words:
        if any(c in _BREAKS for c in account.article.text[before : word.start]):
            number += 1
        before = word.end
        shared = telling.is_common(word)
        number += not shared
        yield word, number if shared else 0
