"""Measures that accounts attach to one and the same thing: "a 4-year-old boy", "the 400-pound bear".

Such a measure belongs to the noun, whatever the sentence says, so it is compared over the whole story: where every
account that gives it gives one value, and the values differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from rashomon.compare import quantities as numbers
from rashomon.compare.differences import Contrast, Reading, Scene, finding
from rashomon.compare.evidence import Indexed
from rashomon.types import Claim, Finding, Span

_UNITS = frozenset(
    "year month week day hour minute second mile kilometre kilometer metre meter foot inch yard acre hectare pound kilo"
    " kilogram ton tonne page seat room storey story floor bed lane member man woman person point".split()
)


class Measure(msgspec.Struct, frozen=True):
    """A measure before a noun: the number, the unit with the noun it qualifies, and the words."""

    value: float
    of: str
    span: Span


def measures(account: Indexed) -> Iterator[Measure]:
    """The measures of the form number-unit(-old) before a noun, in order."""
    tokens = account.tokens
    for at, token in enumerate(tokens):
        if (
            token.pos != "NUM"
            or at + 2 >= len(tokens)
            or account.word(at + 1) != "-"
            or account.word(at + 2) not in _UNITS
        ):
            continue
        end, value = numbers.number(account.article, tokens, at, at + 1)
        last = at + 2
        if last + 2 < len(tokens) and account.word(last + 1) == "-" and account.word(last + 2) in {"old", "long"}:
            last += 2
        noun = next(
            (i for i in range(last + 1, min(last + 5, len(tokens))) if tokens[i].pos in {"NOUN", "PUNCT"}), last
        )
        if value is not None and end == at + 1 and tokens[noun].pos == "NOUN":
            what = f"{account.word(at + 2)}{'-old' if account.word(last) == 'old' else ''} {tokens[noun].lemma.lower()}"
            yield Measure(value, what, account.article.span(token.start, tokens[last].end))


def attribute_findings(scene: Scene) -> list[Finding]:
    """One finding for each measured thing on whose measure the accounts differ."""
    given: dict[str, dict[str, list[Measure]]] = defaultdict(lambda: defaultdict(list))
    for account in scene.accounts.values():
        for measure in measures(account):
            given[measure.of][account.article.id].append(measure)
    found = []
    for accounts in given.values():
        single = {a: ms[0] for a, ms in accounts.items() if len({m.value for m in ms}) == 1}
        if len(single) == len(accounts) and len({m.value for m in single.values()}) > 1:
            readings = [_reading(scene, m) for m in single.values()]
            contrasts = [Contrast("number", (readings[0], r), 0.7) for r in readings[1:]]
            found.append(finding("number", contrasts, scene))
    return found


def _reading(scene: Scene, measure: Measure) -> Reading:
    stand_in = Claim(id="", article=measure.span.article, spans=(measure.span,))
    return Reading(stand_in, f"“{measure.span.text}”", (measure.span,))
