"""Who is said to have said what, in whose words: direct, indirect and mixed quotation.

Marks (:mod:`._quotemarks`) and syntax (:mod:`._clauses`) are joined in :mod:`._attribution`; here the result becomes
:class:`~rashomon.types.Quote` records: spans, form, speaker and chain, what outside the marks negates or hedges them.
The three forms are those of Pareti (2015) and PolNeAR (Newell, Margolin and Ruths, LREC 2018).

``Quote.confidence`` is the probability that a reader would attribute so, as PolNeAR's annotators do: that there is an
attribution whose content is at least half this one's (Jaccard index 0.5) and whose speaker's words overlap this one's
(``link.f1`` in :mod:`rashomon_evals.quotes`). That every word is right is less sure. It comes from what the parts of a
reading say (the marks, how often the cue attributes, what the model believes, whether a phrase or a proposition is
attributed, whether a speaker is carried on from the paragraph before), by a monotone table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from numpy import interp
from spacy.language import Language
from spacy.tokens import Doc, Token

from rashomon.annotate._attribution import Attributions, Joined
from rashomon.annotate._clauses import Draft, Range
from rashomon.annotate._statements import is_statement
from rashomon.annotate.document import register
from rashomon.annotate.mentions import resolve_speaker
from rashomon.data.cues import is_deed, quotes_words
from rashomon.data.strength import UNCERTAIN
from rashomon.types import Article, Polarity, Quote, QuoteForm, Span

_DENYING = {"deny", "reject", "dispute", "refute", "rebut", "dismiss", "doubt", "contradict"}
_MODALS = {"may", "might", "could", "would", "should", "must", "can", "ought"}
_EMPTY = {"PRON", "ADP", "PART", "PUNCT", "DET", "CCONJ", "SCONJ", "SPACE"}
_PROPOSITIONS = {"ccomp", "xcomp", "acl", "advcl"}
_SURE = 0.7  # how often a cue must attribute to be believed inside quotation marks
_CARRIED_ON = 0.5  # confidence in a speaker who goes on in the next paragraph without being named again
_PHRASE = 0.4  # the most confidence in an attribution of a phrase, which is no proposition
# What the parts of a reading say, and how often such quotes are right: isotonic regression on forty articles of
# PolNeAR's training part, by training/attribution_belief.py. Straight lines between.
_RIGHT = {
    "fast": ((0.37, 0.33), (0.4, 0.5), (0.62, 0.51), (0.82, 0.74), (0.92, 0.87), (0.97, 0.88)),
    "accurate": (
        *((0.42, 0.4), (0.59, 0.56), (0.73, 0.68), (0.82, 0.77), (0.89, 0.87)),
        *((0.93, 0.89), (0.95, 0.89), (0.97, 0.92), (0.98, 0.95)),
    ),
}
_LEAST = {
    "fast": 0.0,
    "accurate": 0.48,
}  # of what is no clause, less belief is dropped: below it three in five are wrong
_SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}
_OWN_VOICE = {"i", "we", "you", "me", "us", "my", "our", "your"}


@dataclass(slots=True)
class _Found:
    """A quote before it has its chain: ``at`` is the token by which an enclosing quote is looked up."""

    quote: Quote
    ranges: list[Range]
    at: int
    reporter: str | None
    size: int = 0
    chain: tuple[str, ...] | None = None
    parent: _Found | None = field(default=None)


@dataclass(slots=True)
class _Shape:
    """What a quote looks like: ``ranges`` are its content in tokens, ``passages`` what is marked within a clause."""

    form: QuoteForm
    content: tuple[Span, ...]
    quoted: tuple[Span, ...]
    ranges: list[Range]
    passages: list[int]
    confidence: float


@Language.component("rashomon_quotes", requires=["token.dep", "doc._.mentions"], assigns=["doc._.quotes"])
def quotes(doc: Doc) -> Doc:
    """Find the quotes of a document and keep them in ``doc._.quotes``, in order of their content."""
    register()
    article: Article = doc._.article
    attributions = Attributions(doc, doc.text, [(p.start, p.end) for p in article.paragraphs], doc._.attributions)
    maker = _Maker(doc, article, attributions)
    found = [f for joined in attributions.joined if (f := maker.make(joined)) is not None]
    found += [f for draft in attributions.nested() if (f := maker.make_nested(draft)) is not None]
    _enclose(doc, found)
    found.sort(key=lambda f: (f.quote.content[0].start, -f.quote.content[-1].end, f.at))
    said, right = zip(*_RIGHT["fast" if doc._.attributions is None else "accurate"], strict=True)
    records = []
    for number, f in enumerate(found, start=1):
        confidence = round(float(interp(f.quote.confidence, said, right)), 2)
        told = is_statement(doc, f.quote)
        records.append(_with(f.quote, id=f"q{number}", chain=_chain(f), confidence=confidence, statement=told))
    doc._.quotes = tuple(records)
    return doc


def _with(quote: Quote, **changes: object) -> Quote:
    return Quote(**({name: getattr(quote, name) for name in quote.__struct_fields__} | changes))


def _enclose(doc: Doc, found: list[_Found]) -> None:
    """Find for every quote the smallest larger one in whose content its cue stands."""
    holder: list[_Found | None] = [None] * len(doc)
    for f in found:
        f.size = sum(b - a for a, b in f.ranges)
    for f in sorted(found, key=lambda f: (-f.size, f.at)):
        f.parent = holder[f.at]
        for a, b in f.ranges:
            holder[a:b] = [f] * (b - a)


def _chain(found: _Found) -> tuple[str, ...]:
    """From the outermost reporter to the speaker; empty when the speaker is not known."""
    if found.quote.speaker is None:
        return ()
    links: list[str] = []
    if found.parent is not None:
        links.extend(_chain(found.parent))
    for link in (found.reporter, found.quote.speaker):
        if link is not None and (not links or links[-1] != link):
            links.append(link)
    return tuple(links)


class _Maker:
    """Turns joined attributions into records."""

    def __init__(self, doc: Doc, article: Article, attributions: Attributions) -> None:
        self.doc = doc
        self.article = article
        self.attributions = attributions
        self.least = _LEAST["fast" if doc._.attributions is None else "accurate"]
        self.spoke: list[tuple[str, int]] = []  # who spoke so far, and in which paragraph
        self.labels = self._labelled()
        self.last: tuple[Range, int] | None = None  # who spoke last, and the paragraph in which that quote ends

    def make(self, joined: Joined) -> _Found | None:
        ranges = self.attributions.ranges_of(joined)
        if not ranges or self.attributions.only_frames(joined, ranges):
            return None
        held = sorted({k for a, b in ranges for k in self.attributions.inside[a:b] if k >= 0})
        held = [k for k in held if not self.attributions.of_another(joined, k)]
        spoken = [k for k in held if k in joined.passages or not self.attributions.is_name(k)]
        marked = [self.attributions.marked[k] for k in spoken]
        bare = any(self.attributions.inside[i] not in spoken for i in self._words(ranges))
        form: QuoteForm = "indirect" if not marked else "mixed" if bare else "direct"
        insides = tuple(s for m in marked if (s := self._tight(m.start, m.end)) is not None)
        if form == "direct":
            content: tuple[Span, ...] = insides
        else:
            content = tuple(self._chars(r) for r in self._without_that(ranges))
        if not content or (form == "indirect" and not self._says_something(ranges)):
            return None
        quoted = () if form == "indirect" else insides
        confidence = joined.confidence
        if form == "indirect" and not self._clausal(joined.draft):
            confidence = min(confidence, _PHRASE)
        if form == "indirect" and self._tells_a_deed(joined.draft, ranges, confidence):
            self._actor(joined.speaker, ranges)  # who acts is in mind when a pronoun follows
            return None
        cue = joined.draft.cue if joined.draft is not None else joined.cue
        shape = _Shape(form, content, quoted, ranges, spoken if form == "mixed" else [], confidence)
        if joined.asked is False:
            return self._answer(cue, shape)
        return self._found(joined.draft, joined.speaker, cue, shape)

    def _labelled(self) -> dict[str, str]:
        """Of the labels of a transcript whose they are, as far as a name is found in one of their lines."""
        found: dict[str, str] = {}
        for line in self.attributions.lines.values():
            words = self.doc.char_span(*line.label, alignment_mode="expand")
            if line.asked is None and words is not None and (actor := self._actor((words.start, words.end))):
                found.setdefault(words.text.casefold(), actor)
        return found

    def _tells_a_deed(self, draft: Draft | None, ranges: list[Range], confidence: float) -> bool:
        """Whether what is no clause is done, aimed at or a mere topic: ``took note``, ``is looking to``."""
        if draft is None or draft.frame == "according":
            return False
        words = [token for whole in ranges for token in self.doc[slice(*whole)]]
        subjects = [token for token in words if token.dep_ in _SUBJECTS]
        head = self.doc[draft.head]
        if head.pos_ == "NOUN" and head.dep_ == "dobj":
            head = head.head  # "published its opinion on the licence"
        if is_deed(head.lemma_.lower()) and not any(token.lower_ == "as" for token in words):
            return all(token.head.dep_ == "relcl" for token in subjects)
        return not subjects and confidence < self.least

    def _answer(self, cue: Range | None, shape: _Shape) -> _Found:
        """What is answered in an interview: by the one person who was named before it began, else by nobody known."""
        first = min(line.start for line in self.attributions.lines.values())
        before = {m.actor for m in self.doc._.mentions if m.form == "name" and m.span.end <= first}
        people = [a.id for a in self.doc._.actors if a.kind == "person" and a.id in before]
        found = self._found(None, None, cue, shape)
        if len(people) == 1:
            found.quote = _with(found.quote, speaker=people[0])
        return found

    def make_nested(self, draft: Draft) -> _Found | None:
        """A quote inside a passage in marks: indirect, unless marks of the second level stand in it."""
        if draft.speaker is None or (
            draft.speaker[1] - draft.speaker[0] == 1 and self.doc[draft.speaker[0]].lower_ in _OWN_VOICE
        ):
            return None
        inner = self.attributions.inner_passage(draft) if quotes_words(self.doc[draft.head].lemma_.lower()) else None
        if inner is not None:
            return self._in_inner_marks(draft, inner)
        if draft.frame != "ccomp" or draft.rate < _SURE:
            return None
        ranges = [
            r for whole in draft.content if (r := self.attributions.within_passage(whole, draft.head)) is not None
        ]
        if not ranges:
            return None
        content = tuple(self._chars(r) for r in self._without_that(ranges))
        if not content:
            return None
        shape = _Shape("indirect", content, (), ranges, [], draft.rate * 0.8)
        return self._found(draft, draft.speaker, draft.cue, shape)

    def _in_inner_marks(self, draft: Draft, inner: int) -> _Found | None:
        passage = self.attributions.marked[inner]
        content = self._tight(passage.start, passage.end)
        words = self.doc.char_span(passage.start, passage.end, alignment_mode="expand")
        if content is None or words is None:
            return None
        shape = _Shape("direct", (content,), (content,), [(words.start, words.end)], [], 0.85)
        return self._found(draft, draft.speaker, draft.cue, shape)

    def _found(self, draft: Draft | None, speaker: Range | None, cue: Range | None, shape: _Shape) -> _Found:
        confidence = shape.confidence
        if draft is None and speaker is None and cue is None and (speaker := self._going_on(shape)) is not None:
            confidence = _CARRIED_ON
        named = draft.named if draft is not None and draft.named is not None else speaker
        actor = self._actor(named, shape.ranges)
        if actor is None and speaker is not None and self.doc[speaker[0] : speaker[1]].text.lower() == "it":
            actor = self._body_before(speaker[0])
            confidence *= 0.8
        if actor is None and speaker is not None:
            actor = self.labels.get(self.doc[speaker[0] : speaker[1]].text.casefold())
        if actor is None and (owner := self._owner(cue)) is not None:
            speaker, actor = owner, self._actor(owner, shape.ranges)
        if actor is not None and speaker is not None:
            self.spoke.append((actor, self.attributions.paragraph[speaker[0]]))
            end = max(words[1] - 1 for words in (speaker, *shape.ranges, *([cue] if cue is not None else [])))
            self.last = (speaker, self.attributions.paragraph[end])
        addressee = draft.addressee if draft is not None else None
        quote = Quote(
            id="",
            form=shape.form,
            content=shape.content,
            quoted=shape.quoted,
            cue=self._chars(cue) if cue is not None else None,
            speaker=actor,
            speaker_span=self._chars(speaker) if speaker is not None else None,
            polarity=self._polarity(draft, shape.passages),
            modality=self._modality(draft, shape.passages),
            addressee=self._actor(addressee),
            addressee_span=self._chars(addressee) if addressee is not None else None,
            confidence=confidence,
        )
        at = cue[0] if cue is not None else shape.ranges[0][0]
        reporter = self._actor(draft.reporter) if draft is not None else None
        return _Found(quote, shape.ranges, at, reporter)

    def _going_on(self, shape: _Shape) -> Range | None:
        """Who is quoted in a paragraph that nobody is named for: who spoke last in the paragraph before."""
        if self.last is None or shape.form == "indirect":
            return None
        speaker, paragraph = self.last
        return speaker if self.attributions.paragraph[shape.ranges[0][0]] - paragraph in (0, 1) else None

    def _body_before(self, at: int) -> str | None:
        """For ``It also said``: the body that spoke last, if that was in this paragraph or the one before."""
        bodies = {a.id for a in self.doc._.actors if a.kind in {"organisation", "country"}}
        for actor, paragraph in reversed(self.spoke):
            if self.attributions.paragraph[at] - paragraph > 1:
                break
            if actor in bodies:
                return actor
        return None

    def _owner(self, cue: Range | None) -> Range | None:
        """Whose the words are where nobody says them ("a view summed up in her post"): the possessive in the cue."""
        owners = [i for i in range(*cue or (0, 0)) if self.doc[i].tag_ == "PRP$" and self.doc[i].lower_ != "its"]
        return (owners[0], owners[0] + 1) if len(owners) == 1 else None

    def _actor(self, words: Range | None, said: Sequence[Range] = ()) -> str | None:
        return resolve_speaker(self.doc, self.doc[words[0] : words[1]], said) if words is not None else None

    def _words(self, ranges: list[Range]) -> list[int]:
        """The tokens that count as content: no punctuation, no space, no opening ``that``."""
        return [
            i
            for a, b in self._without_that(ranges)
            for i in range(a, b)
            if not self.doc[i].is_punct and not self.doc[i].is_space and self.doc[i].text not in {"''", "``", "'", "’"}
        ]

    def _says_something(self, ranges: list[Range]) -> bool:
        """Whether the content holds a word of meaning, not only a pronoun or a stranded preposition."""
        return any(self.doc[i].pos_ not in _EMPTY for i in self._words(ranges))

    def _clausal(self, draft: Draft | None) -> bool:
        """Whether the construction attributes a proposition or an intention, not a mere topic or target."""
        return draft is not None and (
            draft.frame in {"according", "parataxis", ""} or draft.frame.partition(":")[0] in _PROPOSITIONS
        )

    def _without_that(self, ranges: list[Range]) -> list[Range]:
        a, b = ranges[0]
        if self.doc[a].lower_ == "that" and self.doc[a].dep_ == "mark" and b - a > 1:
            a += 1
            while a + 1 < b and self.doc[a].text == ",":
                a += 1
        return [(a, b), *ranges[1:]]

    def _chars(self, words: Range) -> Span:
        last = self.doc[words[1] - 1]
        return self.article.span(self.doc[words[0]].idx, last.idx + len(last))

    def _tight(self, start: int, end: int) -> Span | None:
        """The characters without white space at either end."""
        text = self.article.text[start:end]
        left = start + len(text) - len(text.lstrip())
        return self.article.span(left, left + len(text.strip())) if text.strip() else None

    # What stands outside the marks

    def _polarity(self, draft: Draft | None, passages: list[int]) -> Polarity:
        if draft is not None and (draft.negated or self.doc[draft.head].lemma_.lower() in _DENYING):
            return "negated"
        outside = [c for governor, first in self._governors(passages) for c in governor.children if c.i < first]
        outside += [token for k in passages for token in self._lead(k)]
        return "negated" if any(t.dep_ == "neg" or t.lower_ == "no" for t in outside) else "affirmed"

    def _modality(self, draft: Draft | None, passages: list[int]) -> Span | None:
        """The modal or hedge on the cue, else the one that governs the marked words from outside."""
        governors = [(self.doc[draft.head], draft.cue[1])] if draft is not None else []
        governors += self._governors(passages)
        outside = [c for governor, first in governors for c in governor.children if c.i < first]
        outside += [token for k in passages for token in self._lead(k)]
        for token in outside:
            if (token.tag_ == "MD" and token.lemma_.lower() in _MODALS) or token.lower_ in UNCERTAIN:
                return self._chars((token.i, token.i + 1))
        return None

    def _lead(self, k: int) -> list[Token]:
        """The auxiliaries and adverbs right before a marked passage, whatever the parser hung them on."""
        first = start = self.attributions.tokens[k][0]
        while first > 0 and self.doc[first - 1].pos_ in {"AUX", "PART", "ADV"}:
            first -= 1
        return list(self.doc[first:start])

    def _governors(self, passages: list[int]) -> list[tuple[Token, int]]:
        """The words outside the marks, up to the clause's verb, that govern a marked passage, and where it starts."""
        found = []
        for k in passages:
            start, end = self.attributions.tokens[k]
            root = self.doc[start:end].root
            for ancestor in root.ancestors:
                if not start <= ancestor.i < end:
                    found.append((ancestor, start))
                    if ancestor.pos_ in {"VERB", "AUX"}:
                        break
        return found
