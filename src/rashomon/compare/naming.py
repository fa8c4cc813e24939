"""Findings about names: what accounts call the same thing, the same event, the same person, the same power.

Noun phrases of different accounts are held to mean the same when they share the things that anchor them (actors, dates
and rare modifiers), as *Russia's ... of Crimea in 2014* shares three anchors with another phrase whatever its head is.
Method: after the cross-document naming analysis of Hamborg, Zhukova and Gipp (2019), with anchors in place of their
six merge steps.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import fsum

import msgspec

from rashomon.compare.evidence import LIGHT, Indexed
from rashomon.data.event_nouns import kinds_of
from rashomon.data.names import transliteration_key
from rashomon.data.strength import HEDGING, LOADED
from rashomon.data.wording import ENGLISH_SPEAKING
from rashomon.rarity import rarity, stem
from rashomon.spans import marked
from rashomon.types import Actor, Finding, FindingKind, Mention, Side, Span
from rashomon.unseen import seen

_MODIFIERS = {"amod", "compound", "nmod", "poss", "nummod"}
_NOT_HEADS = {"compound", "npadvmod"}
_ARGUMENT_PREPOSITIONS = {"of", "with", "for", "in", "on", "against", "between", "by", "to", "over", "from", "at"}
_MOST_WORDS = 12
# Kinds of event that have names. For a gathering, a shared name before the noun ("the G8 ...") suffices.
_NAMED_KINDS = frozenset({"gathering", "protest", "attack", "mishap"})
# What stands before the name of a town where the town is meant: a preposition of place, or nothing but a line's start.
_LOCATING = re.compile(r"(?:\b(?:in|at|from|near|outside|inside)\s|^|\n)\Z", re.IGNORECASE)
# Signs within a name that are the typesetter's, not its spelling: soft hyphens and other invisible ones, apostrophes,
# and accents, which many newsrooms leave out.
_SIGNS = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff'’‘`´]")
# Nouns (as lemmas) whose plural may tell of one gathering.
_USUAL_PLURALS = {"talk", "talks", "negotiation", "consultation", "discussion"}
# Prepositions behind which a power takes part in what is told.
_PARTNERING = {"by", "with", "between", "against"}
# Given names that newsrooms transliterate each in their own way.
_OFTEN_TRANSLITERATED = frozenset(
    transliteration_key(name)
    for name in "mohammed ahmed hussein abdullah osama moammar bashar yousef sergei dmitri alexei yuri yulia".split()
)
# Shared anchors, weighed by rarity, that two phrases with different heads need in common.
_ENOUGH = 0.8


class Reference(msgspec.Struct, frozen=True):
    """A noun phrase: its head's lemma, its modifiers' lemmas and what anchors it (actor ids, dates, rare stems).

    ``several`` tells that it is a plural that counts ("meetings", but not "talks"), ``spoken`` that it stands inside
    quotation marks.
    """

    article: str
    head: str
    modifiers: frozenset[str]
    anchors: frozenset[str]
    span: Span
    marked: Span
    several: bool
    spoken: bool = False


def naming(accounts: Sequence[Indexed], actors: Mapping[str, Actor], names: Mapping[str, str]) -> list[Finding]:
    """All findings about names; ids are set by the caller."""
    return [
        *_terms(accounts, names),
        *_spellings(accounts, actors, names),
        *_metonyms(accounts, actors, names),
    ]


def references(account: Indexed) -> list[Reference]:
    """The noun phrases of an account that have anchors, in order."""
    found = []
    spoken = sorted((s.start, s.end) for s in _spoken(account))
    for index, token in enumerate(account.tokens):
        named_event = token.pos == "PROPN" and bool(kinds_of(token.lemma.lower()))
        if (token.pos == "NOUN" or named_event) and token.lemma.lower() not in LIGHT and token.dep not in _NOT_HEADS:
            reference = _reference(account, index)
            if reference is not None:
                inside = any(start <= token.start < end for start, end in spoken)
                found.append(msgspec.structs.replace(reference, spoken=inside))
    return found


def _spoken(account: Indexed) -> list[Span]:
    """The passages of an account inside quotation marks."""
    return [s for q in account.annotated.quotes for s in marked(q)]


def _reference(account: Indexed, index: int) -> Reference | None:
    tokens = account.tokens
    left = [i for i in account.children(index) if tokens[i].dep in _MODIFIERS and i < index]
    outer = index
    while tokens[outer].dep == "conj" and tokens[outer].head < outer and tokens[tokens[outer].head].pos == "NOUN":
        outer = tokens[outer].head
    inherited = (
        [i for i in account.children(outer) if tokens[i].dep == "poss"]
        if not any(tokens[i].dep in {"poss", "det"} for i in account.children(index))
        else []
    )
    right = _arguments(account, index)
    members = {index, *(j for i in left for j in account.subtree(i)), *right}
    start, end = _with_name(account, min(members)), max(members) + 1
    own = [i for i in range(start, end) if i in members]
    span = account.article.span(tokens[start].start, tokens[end - 1].end)
    spread = [account.span_of(i) for i in [*own, *(j for i in inherited for j in account.subtree(i))]]
    anchors = {m.actor for s in spread for m in account.mentions_at(s.start) if m.form != "nominal"}
    anchors |= {
        t.value[:10] for t in account.times_in([span]) if t.value and t.type == "DATE" and t.value[:4].isdigit()
    }
    dated = {i for t in account.times_in([span]) for i in account.token_range(t.span)}
    titles = [i for i in range(start, end) if i != index and i not in dated and _is_title(account, i)]
    anchors |= {f"={tokens[i].lemma.lower()}" for i in titles}
    # "Suspected", "continued" judge or hedge as they stand, not as the verbs they are made from.
    modifiers = {
        account.word(i) if tokens[i].pos == "VERB" else tokens[i].lemma.lower()
        for i in left
        if tokens[i].pos in {"ADJ", "NOUN", "VERB", "ADV"} and len(tokens[i].lemma) > 2 and not tokens[i].ent
    }
    anchors |= {
        f"~{stem(m)}" for m in [*modifiers, tokens[index].lemma] if rarity(stem(m)) > 0.5 and m not in LOADED | HEDGING
    }
    if all(a[0] == "~" for a in anchors):
        return None
    before = [i for i in left if tokens[i].dep != "poss"]
    first = _with_name(account, min([j for i in before for j in account.subtree(i) if j < index] + [index]))
    marked = account.article.span(tokens[first].start, tokens[index].end)
    head = tokens[index].lemma.lower()
    several = tokens[index].tag in {"NNS", "NNPS"} and head not in _USUAL_PLURALS
    return Reference(account.article.id, head, frozenset(modifiers), frozenset(anchors), span, marked, several)


def _with_name(account: Indexed, start: int) -> int:
    """Where a phrase begins: with the whole name, where the parser cut a "Group of Seven" at its number."""
    behind = start > 1 and account.tokens[start].pos == "NUM" and account.word(start - 1) == "of"
    return start - 2 if behind and account.span_of(start - 2).text[:1].isupper() else start


def _is_title(account: Indexed, index: int) -> bool:
    """Whether a word belongs to a proper name that is not a person's, country's or place's: a body's or an event's."""
    token = account.tokens[index]
    kinds = {account.kind(m.actor) for m in account.mentions_at(token.start)}
    return token.pos == "PROPN" and not kinds & {"person", "country", "place"}


def _arguments(account: Indexed, index: int) -> set[int]:
    """The prepositional phrases right behind a noun that say of what, with whom or where it is, two deep."""
    members: set[int] = set()
    open_ = [(index, 0)]
    while open_:
        noun, depth = open_.pop()
        for i in account.children(noun):
            token = account.tokens[i]
            if i < noun or token.dep not in {"prep", "agent"} or token.lemma.lower() not in _ARGUMENT_PREPOSITIONS:
                continue
            for j in account.children(i):
                if account.tokens[j].dep == "pobj" and len(members) < _MOST_WORDS:
                    members |= {i, j, *(x for k in account.children(j) if k < j for x in account.subtree(k))}
                    if depth == 0:
                        open_.append((j, 1))
    return members


class _Contrast(msgspec.Struct, frozen=True):
    """Two phrases for one thing, and how much a reader would want to know of it."""

    weight: float
    kind: FindingKind
    phrases: tuple[Reference, Reference]


def _terms(accounts: Sequence[Indexed], names: Mapping[str, str]) -> Iterator[Finding]:
    """One finding for each pair of wordings, with every account that uses either."""
    everything = [r for account in accounts for r in references(account)]
    told: dict[tuple[str, frozenset[str]], list[_Contrast]] = defaultdict(list)
    heads: set[tuple[str, str, str, str]] = set()
    for contrast in sorted(_contrasts(everything), key=_rank):
        a, b = contrast.phrases
        key = (a.article, b.article, a.head, b.head)
        if key not in heads:
            # The best pair of phrases stands for all of these two accounts with these two nouns.
            heads |= {key, (b.article, a.article, b.head, a.head)}
            told[contrast.kind, frozenset(r.marked.text.lower() for r in contrast.phrases)].append(contrast)
    indexed = {account.article.id: account for account in accounts}
    for contrasts in told.values():
        phrases = {(r.article, r.marked.text.lower()): r for c in reversed(contrasts) for r in c.phrases}
        order = [r for id in indexed for (article, _), r in sorted(phrases.items()) if article == id]
        yield _term_finding(indexed, names, order, contrasts[0].kind, max(c.weight for c in contrasts))


def _rank(contrast: _Contrast) -> tuple[float, list[tuple[str, int]]]:
    return -contrast.weight, [(r.article, r.span.start) for r in contrast.phrases]


def _contrasts(everything: Sequence[Reference]) -> Iterator[_Contrast]:
    """The pairs of phrases of different accounts that name one thing differently."""
    common = Counter(anchor for r in everything for anchor in r.anchors)
    heads = defaultdict(set)
    having: dict[str, list[int]] = defaultdict(list)
    for n, r in enumerate(everything):
        for anchor in r.anchors:
            heads[r.article, anchor].add(r.head)
            if not anchor.startswith("~"):
                having[anchor].append(n)
    for n, a in enumerate(everything):
        for m in sorted({m for anchor in a.anchors for m in having.get(anchor, ()) if m > n}):
            b = everything[m]
            if a.article != b.article:
                yield from _contrast(a, b, common, len(everything), heads)


def _contrast(
    a: Reference, b: Reference, common: Counter[str], size: int, heads: Mapping[tuple[str, str], set[str]]
) -> Iterator[_Contrast]:
    overlap = fsum(_weight(s, common, size) for s in a.anchors & b.anchors)
    if a.head == b.head:
        yield from _same_head(a, b, overlap)
    elif _mean_the_same(a, b, common, size, heads) and not _are_two(a, b):
        kind: FindingKind = "event-name" if _event(a, b) in _NAMED_KINDS else "term"
        loaded = bool((a.modifiers | b.modifiers) & LOADED)
        yield _Contrast(round(min(0.9, 0.45 + 0.1 * overlap + 0.15 * loaded), 3), kind, (a, b))


def _weight(anchor: str, common: Counter[str], size: int) -> float:
    return max(0.1, 1.0 - 4.0 * common[anchor] / max(size, 1)) * {"~": 0.5, "=": 0.3}.get(anchor[0], 1.0)


def _same_head(a: Reference, b: Reference, overlap: float) -> Iterator[_Contrast]:
    """One account keeps at a distance, or judges by a modifier, what the other names with the bare word."""
    firm = [s for s in a.anchors & b.anchors if s[0] not in "~="]
    if overlap < 0.5 and len(firm) < 2:
        return
    if bool(a.modifiers & HEDGING) != bool(b.modifiers & HEDGING) and not (a.spoken or b.spoken):
        yield _Contrast(0.75, "strength", (a, b))
    elif (a.modifiers & LOADED) != (b.modifiers & LOADED) and kinds_of(a.head) and len(firm) > 1:
        yield _Contrast(0.6, "term", (a, b))


def _are_two(a: Reference, b: Reference) -> bool:
    """Whether two phrases name two things: several and one, a body and its meeting, or two bodies' own events."""
    titles = [{s for s in r.anchors if s[0] == "="} for r in (a, b)]
    own = len(titles[0] & titles[1]) < 2 and not (titles[0] <= titles[1] or titles[1] <= titles[0])
    body = a.head in b.modifiers or b.head in a.modifiers
    several = a.several != b.several and _event(a, b) == "gathering"
    return several or body or own


def _event(a: Reference, b: Reference) -> str | None:
    return min(kinds_of(a.head) & kinds_of(b.head), default=None)


def _mean_the_same(
    a: Reference, b: Reference, common: Counter[str], size: int, heads: Mapping[tuple[str, str], set[str]]
) -> bool:
    """Whether two phrases with different heads name one thing: enough shared anchors, and words for one sort of thing.

    An account that uses the other's word for the same anchors too merely varies its words.
    """
    shared = a.anchors & b.anchors
    if _event(a, b) is None:
        return False
    firm = [s for s in shared if s[0] not in "~="]
    rare = fsum(_weight(s, common, size) for s in firm)
    named_alike = _event(a, b) == "gathering" and _share_a_name(shared)
    if not named_alike and (len(firm) < 2 or rare < _ENOUGH):
        return False
    return not any(a.head in heads[b.article, s] or b.head in heads[a.article, s] for s in firm)


def _share_a_name(anchors: frozenset[str]) -> bool:
    """Whether two events share a name: two of its words, or one with a number ("G8"); any event may be of "Freedom"."""
    titles = [a[1:] for a in anchors if a[0] == "="]
    return len(titles) > 1 or any(c.isdigit() for title in titles for c in title)


def _term_finding(
    accounts: Mapping[str, Indexed],
    names: Mapping[str, str],
    phrases: Sequence[Reference],
    kind: FindingKind,
    weight: float,
) -> Finding:
    # What kind of gathering it was often stands behind the noun ("a meeting of ministers").
    marks = tuple(r.span if kind == "event-name" else r.marked for r in phrases)
    sides = tuple(
        Side(article=m.article, passage=accounts[m.article].sentence_of(m), marks=(m,), reading=m.text) for m in marks
    )
    return Finding(id="", kind=kind, spans=marks, sides=sides, reason=_who_says(marks, names), weight=weight)


def _who_says(spans: Sequence[Span], names: Mapping[str, str]) -> str:
    """Which outlets use which words."""
    users: dict[str, list[str]] = defaultdict(list)
    for span in spans:
        users[seen(span.text)].append(names[span.article])
    return "; ".join(f"“{text}”: {', '.join(outlets)}" for text, outlets in users.items())


def _spellings(accounts: Sequence[Indexed], actors: Mapping[str, Actor], names: Mapping[str, str]) -> Iterator[Finding]:
    """One name spelled in different ways by different accounts."""
    for actor in actors.values():
        if actor.kind not in {"person", "place"}:
            continue
        fullest = [(account, _fullest(account, actor.id)) for account in accounts]
        told = [(account, m) for account, m in fullest if m is not None]
        forms = [seen(m.span.text) for _, m in told]
        odd = {one for one in forms if any(_is_misspelt(actor, one, other) for other in forms)}
        set_off = [pair for pair, form in zip(told, forms, strict=True) if form in odd]
        if set_off:
            marks = tuple(m.span for _, m in set_off)
            sides = tuple(_side(account, m) for account, m in set_off)
            reason = _who_says(marks, names)
            yield Finding(id="", kind="name", actor=actor.id, spans=marks, sides=sides, reason=reason, weight=0.45)


def _fullest(account: Indexed, actor: str) -> Mention | None:
    named = [m for m in account.annotated.mentions if m.actor == actor and m.form == "name"]
    return max(named, key=lambda m: (len(m.span.text.split()), -m.span.start), default=None)


def spelt_differently(one: str, other: str) -> bool:
    """Whether two names differ in the spelling of a word or two: as many words, each nearly alike, not an initial."""
    plain = (unicodedata.normalize("NFKD", _SIGNS.sub("", name)) for name in (one, other))
    one, other = ("".join(c for c in name if not unicodedata.combining(c)).lower() for name in plain)
    a, b = one.split(), other.split()
    if len(a) != len(b) or one == other:
        return False
    if any(x != y and (x.startswith(y) or y.startswith(x)) for x, y in zip(a, b, strict=True)):
        # A short form ("Steve", "Steven") or an initial is no other spelling.
        return False
    alike = [
        x.lower() == y.lower() or (min(len(x), len(y)) > 3 and _ratio(x, y) >= 0.7) for x, y in zip(a, b, strict=True)
    ]
    return all(alike)


def _is_misspelt(actor: Actor, one: str, other: str) -> bool:
    return spelt_differently(one, other) and not _transliterated(actor, one, other)


def _transliterated(actor: Actor, one: str, other: str) -> bool:
    """Whether two spellings are two newsrooms' ways with another alphabet ("Mohamed", "Mohammed")."""
    pairs = list(zip(one.split(), other.split(), strict=False))
    foreign = actor.country is not None and actor.country not in ENGLISH_SPEAKING
    common = any(x != y and transliteration_key(x) in _OFTEN_TRANSLITERATED for x, y in pairs)
    return (foreign or common) and all(transliteration_key(x) == transliteration_key(y) for x, y in pairs)


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio()


def _side(account: Indexed, mention: Mention) -> Side:
    passage, words = account.sentence_of(mention.span), mention.span
    return Side(article=account.article.id, passage=passage, marks=(words,), reading=words.text)


def _metonyms(accounts: Sequence[Indexed], actors: Mapping[str, Actor], names: Mapping[str, str]) -> Iterator[Finding]:
    """A power that one account names by its capital or seat, and another does not name so."""
    for actor in actors.values():
        if actor.kind not in {"country", "organisation"}:
            continue
        used = [(account, _forms(account, actor.id)) for account in accounts]
        used = [(account, forms) for account, forms in used if forms]
        metonyms = {form for _, forms in used for form, m in forms.items() if m.form == "metonym"}
        heard = {a.article.id: forms for a, forms in used}
        metonyms = {
            form
            for form in metonyms
            if not any(_leaves_open(a, form, actor.id) for a in accounts if form not in heard.get(a.article.id, ()))
        }
        own = [
            (account, [m for f, m in forms.items() if f in metonyms and not all(f in g for _, g in used)])
            for account, forms in used
        ]
        if len(used) < 2 or not any(ms for _, ms in own):
            continue
        sides = []
        for account, named in own:
            shown = named or _acting(account, actor.id)
            sides += [_side(account, m) for m in sorted(shown, key=lambda m: m.span.start)]
        if len({s.article for s in sides}) < 2:
            continue
        users = [names[account.article.id] for account, ms in own if ms]
        words = sorted({seen(m.span.text) for _, ms in own for m in ms})
        says = "says" if len(users) == 1 else "say"
        reason = f"Only {' and '.join(users)} {says} {' and '.join(f'“{w}”' for w in words)} for {actor.name}"
        spans = tuple(mark for side in sides for mark in side.marks)
        yield Finding(id="", kind="term", actor=actor.id, spans=spans, sides=tuple(sides), reason=reason, weight=0.05)


def _acting(account: Indexed, actor: str) -> list[Mention]:
    """The first mention by which an account names a power that does something or has something done to it."""
    roles = {"nsubj", "nsubjpass", "poss", "agent", "dobj"}
    for mention in account.annotated.mentions:
        inside = account.token_range(mention.span)
        if mention.actor == actor and mention.form == "name" and inside:
            top = account.tokens[account.top(inside)]
            if top.dep in roles or (top.dep == "pobj" and account.word(top.head) in _PARTNERING):
                return [mention]
    return []


def _leaves_open(account: Indexed, form: str, actor: str) -> bool:
    """Whether an account has the word, too, and neither plainly for the town nor as a part of a longer name."""
    text, mentions = account.article.text, account.annotated.mentions
    words = re.compile(rf"(?<!\w){re.escape(form)}(?!\w)", re.IGNORECASE)
    inside = [m.span for m in mentions if m.actor == actor or len(m.span.text) > len(form) + 4]
    return any(
        not _LOCATING.search(text, max(0, m.start() - 12), m.start())
        and not any(s.start <= m.start() and m.end() <= s.end for s in inside)
        for p in account.article.paragraphs
        for m in words.finditer(text, p.start, p.end)
    )


def _forms(account: Indexed, actor: str) -> dict[str, Mention]:
    """The first mention of each form by which an account names an actor, by its text without an article.

    A metonym inside quotation marks is the speaker's word, not the account's.
    """
    forms: dict[str, Mention] = {}
    spoken = _spoken(account)
    for mention in account.annotated.mentions:
        if mention.form == "metonym" and any(s.start <= mention.span.start < s.end for s in spoken):
            continue
        if mention.actor == actor and mention.form in {"name", "metonym"}:
            forms.setdefault(seen(mention.span.text).lower().removeprefix("the "), mention)
    return forms
