"""What each statement offers as evidence that another account speaks to the same matter.

A statement is a claim (or, for the evaluation, a sentence). Words and actors are weighed by their rarity within the
story and in news at large, so that the names that run through the whole story do not decide.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.compare.quantities import Quantity, quantities
from rashomon.data.wording import TIME_BOUNDS
from rashomon.rarity import rarity, stem
from rashomon.types import Annotations, Article, Mention, Quote, Span, TimeExpression

T = TypeVar("T")

Matrix = NDArray[np.float32]

CONTENT_POS = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM"})
EVENT_POS = frozenset({"NOUN", "VERB"})
# Verbs and nouns too general to say what matter a statement speaks to.
LIGHT = frozenset(
    "be have do say tell make take get go come give see know think want use find add call ask show try keep let begin"
    " seem help talk turn start put set hold bring happen become mr mrs ms time day year week month people thing way"
    " part one two first last new other more many much such own same good man woman speak want need mean"
    " believe continue include".split()
)


class Statement(msgspec.Struct, frozen=True):
    """The evidence of one statement: stems of content words and of event words, actors, quantities, times, text.

    ``heads`` holds the stems of its main word, ``participants`` who and what takes part (actor ids and stems),
    ``topic`` the subject's noun with each actor in its phrase, ``counts`` what befalls or is done by counted people.
    """

    article: str
    text: str
    words: frozenset[str]
    events: frozenset[str]
    actors: frozenset[str]
    quantities: tuple[Quantity, ...] = ()
    times: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    participants: frozenset[str] = frozenset()
    topic: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()


class Indexed:
    """One article's annotations, with look-ups by offset that stay fast in long articles."""

    def __init__(self, annotated: Annotations) -> None:
        self.annotated = annotated
        self.article = annotated.article
        self.tokens = annotated.tokens
        self._read: dict[tuple[str, tuple[Span, ...]], Any] = {}
        self._starts = [t.start for t in annotated.tokens]
        self._mentions = sorted(annotated.mentions, key=lambda m: (m.span.start, m.span.end))
        self._mention_starts = [m.span.start for m in self._mentions]
        self._sentence_starts = [s.start for s in annotated.sentences]
        self._times = sorted(annotated.times, key=lambda t: t.span.start)
        self._time_starts = [t.span.start for t in self._times]

        self._children: list[list[int]] = [[] for _ in annotated.tokens]
        for index, token in enumerate(annotated.tokens):
            if token.head != index:
                self._children[token.head].append(index)
        self._kinds = {a.id: a.kind for a in annotated.actors}
        self._quotes = {q.id: q for q in annotated.quotes}

    def children(self, index: int) -> list[int]:
        """The tokens that depend on a token, in order."""
        return self._children[index]

    def subtree(self, index: int) -> set[int]:
        """A token and all that depend on it."""
        found, open_ = {index}, [index]
        while open_:
            more = self._children[open_.pop()]
            open_ += more
            found.update(more)
        return found

    def top(self, inside: Sequence[int]) -> int:
        """The token of a run on which the others depend."""
        members = set(inside)
        return next((i for i in inside if self.tokens[i].head not in members or self.tokens[i].head == i), inside[0])

    def verb_above(self, index: int) -> int:
        """The nearest verb that governs a token; the sentence's root where there is none."""
        at = index
        while self.tokens[at].head != at:
            at = self.tokens[at].head
            if self.tokens[at].pos in {"VERB", "AUX"}:
                break
        return at

    def head_of(self, spans: Iterable[Span]) -> int:
        """The topmost word of a statement, a verb if there is one."""
        inside = self.tokens_in(spans)
        members = set(inside)
        tops = [i for i in inside if self.tokens[i].head == i or self.tokens[i].head not in members]
        verbs = [i for i in tops if self.tokens[i].pos in {"VERB", "AUX"}]
        nouns = [i for i in tops if self.tokens[i].pos in CONTENT_POS]
        return (verbs or nouns or tops or [0])[0]

    def word(self, index: int) -> str:
        """A token's text in lower case, with straight apostrophes."""
        token = self.tokens[index]
        return self.article.text[token.start : token.end].lower().replace("’", "'")

    def bounds_of(self, time: Span) -> set[str]:
        """The words that make a time a bound: before it ("since Monday") or in it ("more than a month ago")."""
        words = self.token_range(time)
        before = {self.word(i - 1) for i in words[:1] if i} & TIME_BOUNDS
        return before | {"than"} if any(self.word(i) == "than" for i in words) else before

    def span_of(self, index: int) -> Span:
        """The span of one token."""
        return self.article.span(self.tokens[index].start, self.tokens[index].end)

    def kind(self, actor: str) -> str | None:
        """The kind of an actor that the article names."""
        return self._kinds.get(actor)

    def quote(self, number: str | None) -> Quote | None:
        """A quote by its id."""
        return self._quotes.get(number or "")

    def mentions_at(self, offset: int) -> list[Mention]:
        """The mentions that cover an offset, the shortest first."""
        last = bisect_right(self._mention_starts, offset)
        covering = [m for m in self._mentions[max(0, last - 12) : last] if m.span.end > offset]
        return sorted(covering, key=lambda m: (m.span.end - m.span.start, m.span.start))

    def governor(self, span: Span) -> frozenset[str]:
        """The stems of the verb that governs a span's phrase, and of the noun the phrase belongs to."""
        inside = self.token_range(span)
        if not inside:
            return frozenset()
        at, found = self.top(inside), []
        while self.tokens[at].head != at:
            at = self.tokens[at].head
            if self.tokens[at].pos == "VERB":
                found += [stem(self.tokens[i].lemma) for i in (at, *self.joined(at))]
                break
        return frozenset(found)

    def role(self, span: Span) -> str:
        """How a span's phrase takes part in its clause: ``doer``, ``undergoer``, a preposition, or empty."""
        inside = self.token_range(span)
        at = self.top(inside) if inside else 0
        if not inside:
            return ""
        if self.tokens[at].dep in {"nummod", "amod", "quantmod", "compound"}:
            at = self.tokens[at].head
        dep, head = self.tokens[at].dep, self.tokens[self.tokens[at].head]
        if dep == "pobj" and head.dep in {"prep", "agent"} and self.tokens[head.head].pos == "VERB":
            return "doer" if head.dep == "agent" else head.lemma.lower()
        return {"nsubj": "doer", "nsubjpass": "undergoer", "dobj": "undergoer", "attr": "undergoer"}.get(dep, "")

    def joined(self, verb: int) -> list[int]:
        """The verbs joined to a verb that share its subject and object: "killed or injured", not "killed 2, hurt 9"."""
        if not any(self.tokens[i].dep == "cc" for i in self._children[verb]):
            return []
        return [
            i
            for i in self._children[verb]
            if self.tokens[i].dep == "conj"
            and self.tokens[i].pos == "VERB"
            and not any(self.tokens[j].dep.startswith("nsubj") for j in self._children[i])
            and not (self._has_object(verb) and self._has_object(i))
        ]

    def _has_object(self, verb: int) -> bool:
        return any(self.tokens[i].dep in {"dobj", "obj"} for i in self._children[verb])

    def token_range(self, span: Span) -> range:
        """Indices of the tokens that start within the span; the token that holds it where it is a part of one.

        (The tokeniser leaves some compounds whole, in which a country is named: "US-Norwegian".)
        """
        start, stop = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        if start == stop and start and span.start < min(span.end, self.tokens[start - 1].end):
            start -= 1
        return range(start, stop)

    def tokens_in(self, spans: Iterable[Span]) -> list[int]:
        """Indices of the tokens that start within any of the spans, in order."""
        return sorted({i for s in spans for i in self.token_range(s)})

    def mentions_in(self, spans: Iterable[Span]) -> list[Mention]:
        """The mentions that lie within the spans, in order."""
        return [
            m
            for s in spans
            for m in self._mentions[
                bisect_left(self._mention_starts, s.start) : bisect_left(self._mention_starts, s.end)
            ]
            if m.span.end <= s.end
        ]

    def times_in(self, spans: Iterable[Span]) -> list[TimeExpression]:
        """The time expressions that lie within the spans, in order."""
        return [
            t
            for s in spans
            for t in self._times[bisect_left(self._time_starts, s.start) : bisect_left(self._time_starts, s.end)]
            if t.span.end <= s.end
        ]

    def times_around(self, span: Span) -> list[TimeExpression]:
        """The time expressions that a span lies in."""
        last = bisect_right(self._time_starts, span.start)
        return [t for t in self._times[max(0, last - 4) : last] if t.span.end >= span.end]

    def quantities_in(self, spans: Iterable[Span]) -> tuple[Quantity, ...]:
        """The quantities that lie within the spans, in order."""
        wanted = tuple(spans)
        return self.once(("quantities", wanted), lambda: tuple(q for span in wanted for q in self._quantities(span)))

    def once(self, key: tuple[str, tuple[Span, ...]], read: Callable[[], T]) -> T:
        """What is read off spans, read once: a claim is held against those of all other accounts."""
        if key not in self._read:
            self._read[key] = read()
        found: T = self._read[key]
        return found

    def _quantities(self, span: Span) -> tuple[Quantity, ...]:
        inside = self.token_range(span)
        return quantities(self.article, self.tokens, self._times, inside.start, inside.stop)

    def sentence_of(self, span: Span) -> Span:
        """The sentence that holds the span's first word, to the span's end where that lies beyond."""
        inside = self.token_range(span)
        first = self.tokens[inside.start].start if inside else span.start
        number = bisect_right(self._sentence_starts, first) - 1
        # Sentences as recorded begin and end with a word: blanked furniture behind one is no part of it.
        if number < 0 or first >= self.annotated.sentences[number].end:
            return span
        sentence = self.annotated.sentences[number]
        return self.article.span(min(sentence.start, span.start), max(sentence.end, span.end))


def paragraph_of(article: Article, span: Span) -> int:
    """The number of the paragraph that a span begins in, from 1."""
    return max(1, sum(p.start <= span.start for p in article.paragraphs))


class Weights:
    """How much a shared lemma or actor is worth in one story."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = len(statements)
        self._words = Counter(word for s in statements for word in s.words)
        self._actors = Counter(actor for s in statements for actor in s.actors)

    def word(self, word: str) -> float:
        """Rarity at large times rarity within the story, between 0 and 1."""
        general = 0.15 if word in LIGHT else rarity(word)
        return general * self._within(self._words[word])

    def actor(self, actor: str) -> float:
        """Rarity of the actor within the story, between 0 and 1."""
        return self._within(self._actors[actor])

    def _within(self, count: int) -> float:
        share = count / max(self._statements, 1)
        return max(0.05, 1.0 - math.sqrt(share))
