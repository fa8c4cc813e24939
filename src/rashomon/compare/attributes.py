"""Ages that accounts give of one and the same person or thing: "a 4-year-old boy", "the 40-year-old bridge".

An age belongs to the noun, whatever the sentence says, so it is compared over the whole story: where every account that
gives it gives one value, and the values differ. Other measures are not compared so: a story may tell of many a
30-metre boat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from rashomon.compare import quantities as numbers
from rashomon.compare.contrasts import Contrast, Reading, Scene, finding
from rashomon.compare.evidence import Indexed
from rashomon.types import Claim, Finding, Span

_UNITS = {"year", "month", "week", "day"}


class Age(msgspec.Struct, frozen=True):
    """An age before a noun: the number, the unit with the noun it qualifies, and the words."""

    value: float
    of: str
    span: Span


def ages(account: Indexed) -> Iterator[Age]:
    """The measures of the form number-unit-old before a noun, in order."""
    tokens = account.tokens
    for at, token in enumerate(tokens[:-5]):
        words = [account.word(i) for i in range(at + 1, at + 5)]
        if token.pos != "NUM" or words[0] != "-" or words[1] not in _UNITS or words[2:] != ["-", "old"]:
            continue
        end, value = numbers.number(account.article, tokens, at, at + 1)
        noun = next((i for i in range(at + 5, min(at + 8, len(tokens))) if tokens[i].pos in {"NOUN", "PUNCT"}), at)
        if value is not None and end == at + 1 and tokens[noun].pos == "NOUN":
            span = account.article.span(token.start, tokens[at + 4].end)
            yield Age(value, f"{words[1]} {tokens[noun].lemma.lower()}", span)


def attribute_findings(scene: Scene) -> list[Finding]:
    """One finding for each thing on whose age the accounts differ."""
    given: dict[str, dict[str, list[Age]]] = defaultdict(lambda: defaultdict(list))
    for account in scene.accounts.values():
        for measure in ages(account):
            given[measure.of][account.article.id].append(measure)
    found = []
    for accounts in given.values():
        single = {a: ms[0] for a, ms in accounts.items() if len({m.value for m in ms}) == 1}
        if len(single) == len(accounts) and len({m.value for m in single.values()}) > 1:
            readings = [_reading(scene, m) for m in single.values()]
            contrasts = [Contrast("number", (readings[0], r), 0.7) for r in readings[1:]]
            found.append(finding("number", contrasts, scene))
    return found


def _reading(scene: Scene, measure: Age) -> Reading:
    stand_in = Claim(id="", article=measure.span.article, spans=(measure.span,))
    return Reading(stand_in, f"“{measure.span.text}”", (measure.span,))
