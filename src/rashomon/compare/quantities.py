"""Quantities as accounts word them: a number, what it counts, and how exactly it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from rashomon.data.wording import ONES, TENS
from rashomon.types import Article, Span, TimeExpression, Token

Bound = Literal["exact", "about", "least", "most"]

_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
           "m": 1e6, "bn": 1e9, "k": 1e3, "tn": 1e12}  # fmt: skip
_APPROXIMATE = {
    "about",
    "around",
    "roughly",
    "some",
    "nearly",
    "almost",
    "approximately",
    "estimated",
    "circa",
    "close",
}
_LEAST = {"least", "over", "above", "exceeding"}
_MOST = {"most", "under", "below", "fewer", "less"}
_DIGITS = re.compile(r"[$£€¥]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:-?(m|bn|k|tn|million|billion|trillion))?(%)?$", re.I)
_JOINS_RANGE = {"to", "or", "-", "–"}
_CURRENCY = {"$", "£", "€", "¥"}
SIGNS = _CURRENCY | {"%"}
"""What stands for what is counted, where that is no noun."""
_SAME_COUNT = {"people": "person", "men": "man", "women": "woman", "individual": "person"}
_DEGREES = {"magnitude", "category", "level"}  # before their number, where other nouns have a name behind them
_COUNTED_POS = {"NOUN", "PROPN"}


class Quantity(msgspec.Struct, frozen=True):
    """A number with the lemma of what it counts (``%`` and currency signs count as such) and the span that words it.

    ``counted`` is the word for what it counts, where that is one of the sentence.
    """

    value: float
    unit: str
    bound: Bound
    span: Span
    counted: Span | None = None


def quantities(
    article: Article, tokens: Sequence[Token], times: Sequence[TimeExpression], first: int, last: int
) -> tuple[Quantity, ...]:
    """The quantities among ``tokens[first:last]``, without those that are part of a date, a name or an enumeration."""
    dated = [(t.span.start, t.span.end) for t in times if t.type in {"DATE", "TIME"}]
    found: list[Quantity] = []
    at = first
    while at < last:
        end, value = number(article, tokens, at, last)
        if value is None:
            at += 1
            continue
        inside_date = any(start < tokens[end - 1].end and tokens[at].start < stop for start, stop in dated)
        unit = None if inside_date or _is_in_range(article, tokens, at, end) else _unit(article, tokens, at, end, last)
        if unit is not None:
            bound = _bound(article, tokens, at, end, last)
            head = tokens[tokens[end - 1].head]
            counted = article.span(head.start, head.end) if unit and _counted(head) == unit else None
            found.append(Quantity(value, unit, bound, article.span(tokens[at].start, tokens[end - 1].end), counted))
        at = end
    return tuple(found)


def _is_in_range(article: Article, tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether a number is one end of a range or a share ("two or three", "5-7", "one-in-three"): no count by itself."""
    if "in" in {_joint(article, tokens[end : end + 4]), _joint(article, tokens[max(0, at - 4) : at][::-1])}:
        return True
    before = [_word(article, t) for t in tokens[max(0, at - 2) : at]]
    near = {_word(article, t) for t in tokens[max(0, at - 5) : at]}
    joins = _JOINS_RANGE | ({"and"} if "between" in near else set())
    follows = len(before) > 1 and before[1] in joins and tokens[at - 2].pos == "NUM"
    behind = tokens[end : end + 2]
    return follows or (len(behind) > 1 and _word(article, behind[0]) in joins and behind[1].pos == "NUM")


def _joint(article: Article, beside: Sequence[Token]) -> str:
    """The word, hyphens aside, between a number and another number beside it; empty if there is none."""
    words = [t for t in beside if _word(article, t) != "-"]
    return _word(article, words[0]) if len(words) > 1 and words[1].pos == "NUM" else ""


def _word(article: Article, token: Token) -> str:
    return article.text[token.start : token.end].lower()


def number(article: Article, tokens: Sequence[Token], at: int, last: int) -> tuple[int, float | None]:
    """The end (a token index) and value of the number that starts at token ``at``; ``None`` where none does."""
    total = 0.0
    part: float | None = None
    end = at
    while end < last:
        word = _word(article, tokens[end])
        digits = _DIGITS.match(word)
        pieces = word.split("-")
        if digits and part is None:
            part = float(digits[1].replace(",", "") + (digits[2] or ""))
            part *= {"million": 1e6, "billion": 1e9, "trillion": 1e12}.get(
                scale := (digits[3] or "").lower(), _SCALES.get(scale, 1.0)
            )
        elif word == "-" and part is not None and part % 100 in TENS.values() and end + 1 < last:
            if _word(article, tokens[end + 1]) not in ONES:
                break
        elif all(p in ONES or p in TENS for p in pieces):
            part = (part or 0.0) + sum(ONES.get(p, 0) + TENS.get(p, 0) for p in pieces)
        elif word in _SCALES and (part is not None or (word == "dozen" and tokens[end - 1 if end else 0].pos == "DET")):
            part = (part if part is not None else 1.0) * _SCALES[word]
            if part >= 1e3 and word != "dozen":
                total, part = total + part, 0.0
        elif not (
            word == "and" and part is not None and end + 1 < last and _word(article, tokens[end + 1]) in ONES | TENS
        ):
            break
        end += 1
    if part is None or tokens[at].pos not in {"NUM", "NOUN", "SYM", "PROPN", "ADJ", "X"}:
        return at, None
    return end, total + part


def _unit(article: Article, tokens: Sequence[Token], at: int, end: int, last: int) -> str | None:
    """What is counted: a sign, else the noun that the number modifies, else the next noun of the phrase."""
    text = _word(article, tokens[at])
    before = _word(article, tokens[at - 1]) if at else ""
    for sign in _CURRENCY:
        if text.startswith(sign) or before == sign:
            return sign
    after = _word(article, tokens[end]) if end < last else ""
    if text.endswith("%") or after in {"%", "percent", "per"} or (after == "percentage"):
        return "%"
    if tokens[at].ent in {"PERSON", "ORG", "GPE", "FAC", "LAW", "PRODUCT", "WORK_OF_ART", "EVENT"}:
        return None
    head = tokens[end - 1].head
    if tokens[end - 1].dep in {"nummod", "quantmod", "compound"} and end <= head < last:
        return _counted(tokens[head])
    if end - at == 1 and tokens[end - 1].dep == "nummod" and head == at - 1 and before in _DEGREES:
        return before
    if after == "of":
        return None
    if tokens[end - 1].dep in {"nsubj", "nsubjpass", "dobj", "obj", "pobj", "attr"} and text not in {"one", "two"}:
        return ""
    return None


def _counted(token: Token) -> str | None:
    lemma = token.lemma.lower()
    return _SAME_COUNT.get(lemma, lemma) if token.pos in _COUNTED_POS else None


def _bound(article: Article, tokens: Sequence[Token], at: int, end: int, last: int) -> Bound:
    near = {_word(article, t) for t in tokens[max(0, at - 3) : at]}
    if "than" in near:
        return "least" if "more" in near else "most"
    if end + 1 < last and (_word(article, tokens[end]), _word(article, tokens[end + 1])) == ("or", "more"):
        return "least"
    for words, bound in ((_LEAST, "least"), (_MOST, "most"), (_APPROXIMATE, "about")):
        if near & words:
            return bound  # type: ignore[return-value]
    return "exact"


def relation(a: Quantity, b: Quantity) -> Literal["same", "rounding", "refinement", "different"]:
    """How two counts of the same thing stand to each other.

    ``refinement``: one is a bound ("at least", "fewer than") that the other, an exact count, satisfies. ``rounding``:
    one is an approximation of the other, or the other rounded to its own precision (two significant digits or fewer).
    """
    if a.value == b.value:
        return "same"
    low, high = sorted((a, b), key=lambda q: q.value)
    if (low.bound, high.bound) in {("least", "exact"), ("exact", "most")}:
        return "refinement" if low.value >= 0.5 * high.value else "different"
    if "about" in {a.bound, b.bound} and high.value <= 1.1 * low.value:
        return "rounding"
    if _rounds_to(low.value, high.value) or _rounds_to(high.value, low.value):
        return "rounding"
    return "different"


def are_part_and_whole(a: Quantity, own: Iterable[Quantity], b: Quantity, theirs: Iterable[Quantity]) -> bool:
    """Whether either number comes to the other with one told beside it ("114 politicians and 96 others", "210")."""
    return _makes_up(a, own, b) or _makes_up(b, theirs, a)


def _makes_up(part: Quantity, others: Iterable[Quantity], whole: Quantity) -> bool:
    sums = (msgspec.structs.replace(part, value=part.value + q.value) for q in others if _is_beside(part, q))
    return any(relation(both, whole) != "different" for both in sums)


def _is_beside(part: Quantity, other: Quantity) -> bool:
    return part.span != other.span and other.unit not in SIGNS


def _rounds_to(exact: float, round_value: float) -> bool:
    if round_value < 100 or exact == 0:
        return False
    trailing = len(str(int(round_value))) - len(str(int(round_value)).rstrip("0"))
    return trailing >= 2 and abs(exact - round_value) <= 0.5 * 10**trailing and abs(exact - round_value) < 0.1 * exact
