"""Indirect speech linked to the quotation that it renders, with what it drops and what it adds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import fsum

from rashomon.compare._collation import Bag, Lexicon, Word, fold
from rashomon.data import wording
from rashomon.rarity import rarity, stem
from rashomon.spans import lies_in, overlap
from rashomon.types import Actor, Annotations, Paraphrase, Quote, Span, Token, Utterance

# A rendering shares at least two content words with a sentence of the quotation, worth this much together. They are
# this share of the content of the one of the two that says less, and the fewer they are, the more of the other one.
_SHARED = 1.4
_SHARE = 0.34
_SHARE_OF_OTHER = {2: 0.4, 3: 0.25, 4: 0.15}
# How a clause begins that asks and does not say.
_ASKING = frozenset({"whether", "if"})
# A word that stands for a dropped phrase is no story name and no common word.
_TELLING = 0.5
# Or it has this many words in a row with it, so many of them content words, and they are most of the clause.
_RUN = 5
_RUN_CONTENT = 3
# A phrase is said to be dropped if its words have this much rarity together: "the people" has less.
_WORTH = 0.35
# How a phrase hangs on the word that it belongs to if it can be left out and the rest still be rendered.
_FREE = frozenset({"conj", "prep", "advcl", "relcl", "acl", "amod", "appos", "agent", "dative"})
# Phrases of one family take each other's place ("when they disagree" for "where we do not see eye to eye").
_FAMILIES = (
    frozenset({"amod", "compound", "nmod", "poss"}),
    frozenset({"advcl", "relcl", "acl", "prep", "advmod", "npadvmod"}),
)
_OPENED = re.compile(r"[“\"]\s?$")
_CLOSED = re.compile(r"[,.;:!?…]*[”\"]")
_FLANKS = 3  # words around another word that must be the same for it to stand at the same place


@dataclass(frozen=True, slots=True)
class Omission:
    """A part of the quotation that alters what is said and that a rendering leaves out.

    ``at`` is its range in the base's text, ``what`` a phrase of ours for it ("the condition").
    """

    at: tuple[int, int]
    what: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """One clause of indirect speech: its words, those of its words that are not inside quotation marks, its quote."""

    quote: Quote
    words: list[Word]
    own: list[Word]
    span: Span


# An utterance with the sentences of its base.
_Candidate = tuple[Utterance, list[tuple[list[Word], Bag]]]


def paraphrases(
    utterances: Sequence[Utterance], annotated: Sequence[Annotations], lexicon: Lexicon
) -> dict[str, tuple[Paraphrase, ...]]:
    """Every clause of indirect speech that renders an utterance, by the utterance's id, in order of place."""
    by_id = {a.article.id: a for a in annotated}
    actors = {actor.id: actor for one in annotated for actor in one.actors}
    by_speaker: dict[str, list[_Candidate]] = defaultdict(list)
    for utterance in utterances:
        if utterance.speaker is not None and is_named(utterance.speaker, actors):
            texts = [(s, Bag(s)) for s in _sentences(utterance.base, by_id, lexicon)]
            by_speaker[utterance.speaker].append((utterance, texts))
    found: dict[str, list[Paraphrase]] = defaultdict(list)
    for one in annotated:
        for unit in _units(one, actors, lexicon):
            best = _rendered(unit, by_speaker.get(unit.quote.speaker or "", ()))
            if best is not None:
                utterance, sentences = best
                said = Bag(_account(one, unit.quote, unit.span, lexicon))
                quoting = Bag(_account_of_base(utterance, by_id, lexicon))
                drops = _drops(utterance, sentences, unit, said, by_id)
                adds = _adds(unit, quoting, one)
                found[utterance.id].append(Paraphrase(span=unit.span, drops=tuple(drops), adds=tuple(adds)))
    return {id: tuple(_innermost(links)) for id, links in found.items()}


def _innermost(links: Sequence[Paraphrase]) -> list[Paraphrase]:
    """Of renderings inside each other (he said that she said), the inner ones, in the order of the articles."""
    kept = [p for p in links if not any(q.span != p.span and lies_in(q.span, p.span) for q in links)]
    distinct = {(p.span.article, p.span.start, p.span.end): p for p in kept}
    return [distinct[key] for key in sorted(distinct)]


def is_named(actor: str | None, actors: Mapping[str, Actor]) -> bool:
    """Whether an actor has a name of its own: "a witness" and "the statement" may be others in another account."""
    found = actors.get(actor or "")
    return found is not None and found.name != found.name.lower()


def _sentences(span: Span, by_id: Mapping[str, Annotations], lexicon: Lexicon) -> list[list[Word]]:
    """The words of a span, sentence by sentence."""
    tokens = by_id[span.article].tokens
    found: dict[int, list[Word]] = defaultdict(list)
    for word in lexicon.words(span.article, span.start, span.end):
        found[tokens[word.token].sentence if word.token >= 0 else 0].append(word)
    return list(found.values())


def _speaks_for(quote: Quote, actors: Mapping[str, Actor]) -> bool:
    """Whether a person tells what another thinks ("the aide told reporters that the minister feels"): his own words."""
    return len(quote.chain) > 1 and any(a in actors and actors[a].kind == "person" for a in quote.chain[:-1])


def _units(one: Annotations, actors: Mapping[str, Actor], lexicon: Lexicon) -> Iterator[_Unit]:
    """The clauses of all indirect and mixed quotes of an article that have a speaker."""
    for quote in one.quotes:
        if quote.form == "direct" or quote.speaker is None or _speaks_for(quote, actors):
            continue
        for content in quote.content:
            words = lexicon.words(content.article, content.start, content.end)
            if not words or _stands_in_marks(one.article.text, words, quote):
                continue
            for clause in _clauses(words, one.tokens):
                own = [w for w in clause if not any(q.start <= w.start and w.end <= q.end for q in quote.quoted)]
                if any(w.content for w in own) and clause[0].key not in _ASKING:
                    yield _Unit(quote, clause, own, one.article.span(clause[0].start, clause[-1].end))


def _stands_in_marks(text: str, words: Sequence[Word], quote: Quote) -> bool:
    """Whether a mark opens or closes at words that are no quoted part: they are a quotation that was not read whole."""
    start, end = words[0].start, words[-1].end
    opened = _OPENED.search(text, max(0, start - 3), start) is not None
    closed = _CLOSED.match(text, end) is not None
    starts = any(s.start <= start < s.end for s in quote.quoted)
    ends = any(s.start < end <= s.end for s in quote.quoted)
    return (opened and not starts) or (closed and not ends)


def _clauses(words: Sequence[Word], tokens: Sequence[Token]) -> Iterator[list[Word]]:
    """Cut a stretch of words where a second finite clause is joined to the first ("would work … but stand up …")."""
    start = 0
    for n, word in enumerate(words):
        token = tokens[word.token] if word.token >= 0 else None
        if token is None or token.dep != "cc" or n - start < 3 or len(words) - n < 4:
            continue
        head = tokens[token.head]
        joined = any(
            t.dep == "conj" and t.head == token.head and t.pos in ("VERB", "AUX") and t.start > token.start
            for t in tokens[word.token : word.token + 12]
        )
        if head.pos in ("VERB", "AUX") and joined:
            yield list(words[start:n])
            start = n
    if words:
        yield list(words[start:])


def _shared(words: Sequence[Word], others: Bag) -> dict[str, float]:
    """The content words (lemmas) that have a counterpart among others, with the lesser weight of the two."""
    weights = ((w, others.weight(w)) for w in words if w.content)
    return {w.lemma: min(w.weight, weight) for w, weight in weights if weight is not None}


def _rendered(unit: _Unit, candidates: Sequence[_Candidate]) -> tuple[Utterance, list[list[Word]]] | None:
    """The utterance that a clause renders, with those of its sentences that it renders; ``None`` if there is none."""
    best: tuple[float, Utterance, list[list[Word]]] | None = None
    for utterance, sentences in candidates:
        if overlap(utterance.base, unit.span):
            continue
        scores = [_score(unit.own, words, bag) for words, bag in sentences]
        top = max(scores, default=0.0)
        if top > 0 and (best is None or top > best[0]):
            best = (top, utterance, [s for (s, _), score in zip(sentences, scores, strict=True) if score > 0])
    return best[1:] if best else None


def _score(own: Sequence[Word], sentence: Sequence[Word], bag: Bag) -> float:
    """How well a clause renders a sentence: the weight of what they share, or 0 if it is too little."""
    shared = _shared(own, bag)
    weight = fsum(shared.values())
    # Names run through the whole story: they add weight, but are no link by themselves.
    count = len(shared.keys() - {w.lemma for w in own if w.name})
    if _in_a_row(own, sentence):
        return max(weight, _SHARED)
    if count < 2 or max(shared.values()) < _TELLING or weight < _SHARED:
        return 0.0
    shares = sorted(weight / (fsum(w.weight for w in side) or 1.0) for side in (own, sentence))
    return weight if shares[1] >= _SHARE and shares[0] >= _SHARE_OF_OTHER.get(count, 0.0) else 0.0


def _in_a_row(own: Sequence[Word], sentence: Sequence[Word]) -> bool:
    """Whether most of a clause stands in a sentence word for word ("would go back to work on Monday")."""
    told = [fold(w.key) for w in own]
    match = SequenceMatcher(None, [fold(w.key) for w in sentence], told, autojunk=False).find_longest_match()
    run = own[match.b : match.b + match.size]
    content = sum(w.content for w in run)
    return match.size >= _RUN and content >= _RUN_CONTENT and 2 * match.size >= len(told)


def _account(one: Annotations, quote: Quote, span: Span, lexicon: Lexicon) -> list[Word]:
    """All that an article says in the sentence of a clause, and elsewhere in the same speaker's name."""
    spans = [s for s in one.sentences if s.start < span.end and span.start < s.end]
    spans += [s for q in one.quotes if q.speaker == quote.speaker for s in q.content]
    return [w for s in spans for w in lexicon.words(s.article, s.start, s.end)]


def _account_of_base(utterance: Utterance, by_id: Mapping[str, Annotations], lexicon: Lexicon) -> list[Word]:
    base = utterance.base
    one = by_id[base.article]
    spans = [s for s in one.sentences if s.start < base.end and base.start < s.end]
    return [w for s in (base, *spans) for w in lexicon.words(s.article, s.start, s.end)]


def worth(words: Sequence[Word]) -> float:
    """How much the words of a phrase say: the rarity in news at large of its content words, summed."""
    return fsum(rarity(stem(w.lemma)) for w in words if w.content)


def _drops(
    utterance: Utterance, sentences: Sequence[Sequence[Word]], unit: _Unit, said: Bag, by_id: Mapping[str, Annotations]
) -> Iterator[tuple[int, int]]:
    """The phrases of the rendered sentences of which an account says nothing, as ranges of the base's text.

    Only whole phrases that hang on a word which is rendered: a subject or a verb without counterpart was put in other
    words, but what is free to come and go and has no counterpart was left out.
    """
    tokens = by_id[utterance.base.article].tokens
    for sentence in sentences:
        end = -1
        for word in sentence:
            phrase = _free_phrase(word, sentence, tokens)
            if not phrase or phrase[0].start < end or any(w in said for w in phrase if w.content):
                continue
            head = _governor(word, sentence, tokens)
            # "Of those pictures", "of the preceding": what completes a noun is put in other words more than left out.
            completes = word.key == "of" and sum(w.content for w in phrase) < 2
            at = phrase[0].start - utterance.base.start
            # An editor's words in brackets were never said.
            added = utterance.base.text[max(0, at - 1) : at] in ("(", "[")
            if worth(phrase) < _WORTH or head is None or completes or added:
                continue
            kind = tokens[word.token].dep
            if _is_left_bare(head, kind, unit, Bag(sentence), by_id[unit.span.article].tokens):
                end = phrase[-1].end
                yield (at, end - utterance.base.start)


def _is_left_bare(head: Word, kind: str, unit: _Unit, quoted: Bag, tokens: Sequence[Token]) -> bool:
    """Whether a clause has a counterpart of a word, and nothing new hangs on it in the place of a phrase of a kind."""
    counterparts = {w.token for w in unit.own if w.token >= 0 and w.content and head in Bag([w])}
    family = next((f for f in _FAMILIES if kind in f), frozenset({kind}))
    hanging = [
        t for w in unit.own if (t := w.token) >= 0 and tokens[t].dep in family and tokens[t].head in counterparts
    ]
    new = any(w.content and w not in quoted for t in hanging for w in _subtree(t, unit.own, tokens))
    return bool(counterparts) and not new


def _free_phrase(word: Word, sentence: Sequence[Word], tokens: Sequence[Token]) -> list[Word]:
    """The phrase of which a word is the head, without what is joined to it; nothing if it is not free or not whole."""
    if word.token < 0 or tokens[word.token].dep not in _FREE:
        return []
    joined = {w.token for w in sentence if w.token >= 0 and tokens[w.token].dep in ("conj", "cc")}
    phrase = [
        w for w in _subtree(word.token, sentence, tokens) if not _hangs_on(w.token, joined - {word.token}, word, tokens)
    ]
    first, last = sentence.index(phrase[0]), sentence.index(phrase[-1])
    return phrase if last - first + 1 == len(phrase) else []


def _hangs_on(token: int, others: set[int], top: Word, tokens: Sequence[Token]) -> bool:
    """Whether a token hangs on one that is joined directly to the head of a phrase, or is it."""
    while token != top.token:
        if token in others and tokens[token].head == top.token:
            return True
        token = tokens[token].head
    return False


def _governor(word: Word, sentence: Sequence[Word], tokens: Sequence[Token]) -> Word | None:
    """The content word of the same sentence on which a phrase hangs, through prepositions and auxiliaries."""
    head = _head(word, sentence, tokens)
    for _ in range(3):
        if head is None or head.content:
            break
        head = _head(head, sentence, tokens)
    return head


def _adds(unit: _Unit, said: Bag, one: Annotations) -> Iterator[Span]:
    """The phrases of a clause of which the quoting account's sentence says nothing."""
    for first, last in _unmatched(unit.own, said, one.tokens):
        yield one.article.span(unit.own[first].start, unit.own[last].end)


def _unmatched(words: Sequence[Word], others: Bag, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Phrases of words without counterpart: runs between counterparts and points, from telling word to telling word."""
    run: list[int] = []
    for n, word in enumerate(words):
        matched = word.content and word in others
        # More than a space or a hyphen stands between: a comma, a full stop, words of another voice.
        pointed = n > 0 and word.start - words[n - 1].end > 1
        if matched or pointed:
            yield from _phrases(run, words, tokens)
            run = []
        if not matched:
            run.append(n)
    yield from _phrases(run, words, tokens)


def _phrases(run: Sequence[int], words: Sequence[Word], tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """A run cut down to its telling words; an adjective whose noun has a counterpart stands for itself."""
    telling = [n for n in run if words[n].weight >= _TELLING or words[n].number]
    if not telling:
        return
    last = words[telling[-1]].token
    inside = {words[n].token for n in run}
    if len(telling) > 1 and last >= 0 and tokens[last].pos == "ADJ" and tokens[last].head not in inside:
        yield telling[0], telling[-2]
        yield telling[-1], telling[-1]
    else:
        yield telling[0], telling[-1]


class Rendered:
    """A rendering of an utterance, looked at more closely: its words beside those sentences of the base it renders."""

    def __init__(
        self, utterance: Utterance, rendering: Paraphrase, by_id: Mapping[str, Annotations], lexicon: Lexicon
    ) -> None:
        span = rendering.span
        one = by_id[span.article]
        self.utterance = utterance
        self.rendering = rendering
        self.article = one.article
        self.own = lexicon.words(span.article, span.start, span.end)
        self.own_tokens = one.tokens
        self.tokens = by_id[utterance.base.article].tokens
        self.quote = next((q for q in one.quotes if any(lies_in(span, c) for c in q.content)), None)
        self.account = _account(one, self.quote, span, lexicon) if self.quote else self.own
        sentences = _sentences(utterance.base, by_id, lexicon)
        self.sentences = [s for s in sentences if _score(self.own, s, Bag(s)) > 0]

    def replaced(self) -> Iterator[tuple[tuple[int, int], Span]]:
        """Where the rendering has another word at the same place: the range in the base's text, and the other word.

        Both are the one telling word, of one part of speech, between words that are the same.
        """
        said = Bag(self.account)
        start = self.utterance.base.start
        for sentence in self.sentences:
            bag = Bag(sentence)
            for was, now in self._other_words(sentence):
                if was not in said and now not in bag and not self._is_quoted(now) and self._are_alike(was, now):
                    yield (was.start - start, was.end - start), self.article.span(now.start, now.end)

    def _other_words(self, sentence: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
        """The pairs of single content words that stand at one place of a sentence and of the rendering."""
        one, two = ([fold(w.lemma) for w in words] for words in (sentence, self.own))
        blocks = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
        for before, here, after in zip(blocks, blocks[1:], blocks[2:], strict=False):
            flanks = [*sentence[before[1] : before[2]], *sentence[after[1] : after[2]]]
            if here[0] == "replace" and len(flanks) >= _FLANKS and any(w.content for w in flanks):
                was = [w for w in sentence[here[1] : here[2]] if w.content]
                now = [w for w in self.own[here[3] : here[4]] if w.content]
                if len(was) == len(now) == 1:
                    yield was[0], now[0]

    def _is_quoted(self, word: Word) -> bool:
        return self.quote is not None and any(s.start <= word.start < s.end for s in self.quote.quoted)

    def _are_alike(self, was: Word, now: Word) -> bool:
        """Whether two words can stand for each other: one part of speech, and no names, of which others speak."""
        if was.token < 0 or now.token < 0 or was.name or now.name or min(was.weight, now.weight) < _TELLING:
            return False
        return self.tokens[was.token].pos == self.own_tokens[now.token].pos


def omission(rendered: Rendered) -> Omission | None:
    """A condition, negation, hedge, number or named party of the quotation that a rendering leaves out, if any.

    What it belongs to must be rendered: a paraphrase that speaks of something else leaves nothing out.
    """
    if rendered.quote is None:
        return None
    told = _Told(rendered.quote, Bag(rendered.own), rendered.account)
    for sentence in rendered.sentences:
        for check in (_condition, _negation, _number, _hedge, _party):
            found = check(sentence, told, rendered.tokens)
            if found is not None:
                words, what = found
                start = rendered.utterance.base.start
                return Omission((words[0].start - start, words[-1].end - start), what)
    return None


class _Told:
    """What an account tells of an utterance: the rendering's own words, and all that it says in the speaker's name."""

    def __init__(self, quote: Quote, own: Bag, said: Sequence[Word]) -> None:
        self.quote = quote
        self.own = own
        self.said = Bag(said)
        self.words = {w.lemma for w in said} | {w.key for w in said}
        self.numbers = any(w.number for w in said)
        self.negated = quote.polarity == "negated" or any(w.key.endswith("n't") for w in said)

    def renders(self, word: Word | None) -> bool:
        """Whether the rendering has a counterpart of a content word of the quotation."""
        return word is not None and word.content and word in self.own


_Found = tuple[Sequence[Word], str] | None


def _subtree(head: int, sentence: Sequence[Word], tokens: Sequence[Token]) -> list[Word]:
    """The words of a sentence that hang on a token, itself included."""
    kept = []
    for word in sentence:
        at = word.token
        for _ in range(40):
            if at == head or at < 0 or tokens[at].head == at:
                break
            at = tokens[at].head
        if at == head:
            kept.append(word)
    return kept


def _condition(sentence: Sequence[Word], told: _Told, tokens: Sequence[Token]) -> _Found:
    if told.words & wording.CONDITIONAL:
        return None
    for word in sentence:
        if word.key in wording.CONDITIONS and word.token >= 0 and tokens[word.token].dep in ("mark", "advmod"):
            clause = _subtree(tokens[word.token].head, sentence, tokens)
            rest = [w for w in sentence if w not in clause and w.content]
            content = [w for w in clause if w.content]
            is_clause = 3 <= len(clause) < len(sentence) and word in clause and len(content) >= 2
            if is_clause and not any(w in told.said for w in content) and _mostly(rest, told.own):
                return clause, "the condition"
    return None


def _mostly(words: Sequence[Word], others: Bag) -> bool:
    weight = fsum(w.weight for w in words)
    return weight > 0 and fsum(_shared(words, others).values()) >= 0.5 * weight


def _head(word: Word, sentence: Sequence[Word], tokens: Sequence[Token]) -> Word | None:
    """The word of the same sentence that a word hangs on."""
    if word.token < 0:
        return None
    head = tokens[word.token].head
    return next((w for w in sentence if w.token == head and w is not word), None)


def _negation(sentence: Sequence[Word], told: _Told, tokens: Sequence[Token]) -> _Found:
    if told.negated or told.words & wording.NEGATING:
        return None
    for n, word in enumerate(sentence):
        after = sentence[n + 1].key if n + 1 < len(sentence) else ""
        if (word.key in ("not", "never") or word.key.endswith("n't")) and after not in ("only", "just", "merely"):
            head = _head(word, sentence, tokens)
            if head is not None and head.weight >= _TELLING and told.renders(head):
                return [word], "the negation"
    return None


def _number(sentence: Sequence[Word], told: _Told, tokens: Sequence[Token]) -> _Found:
    for word in sentence:
        dated = word.token >= 0 and tokens[word.token].ent in ("DATE", "TIME")
        if word.number and not dated and not told.numbers and told.renders(_head(word, sentence, tokens)):
            return [word], "the number"
    return None


def _hedge(sentence: Sequence[Word], told: _Told, tokens: Sequence[Token]) -> _Found:
    if told.words & wording.HEDGING or told.quote.modality is not None:
        return None
    for word in sentence:
        head = _head(word, sentence, tokens)
        if word.key in wording.HEDGES and head is not None and head.weight >= _TELLING and told.renders(head):
            return [word], "the hedge"
    return None


def _party(sentence: Sequence[Word], told: _Told, tokens: Sequence[Token]) -> _Found:
    for word in sentence:
        if word.name and word.token >= 0 and tokens[word.token].dep == "conj" and word not in told.said:
            head = _head(word, sentence, tokens)
            if head is not None and head.name and told.renders(head):
                return [word], "a party"
    return None
