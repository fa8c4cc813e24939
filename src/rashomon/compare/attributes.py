"""Ages that accounts give of one and the same person or thing: "a 4-year-old boy", "the 40-year-old bridge".

An age belongs to the noun, whatever the sentence says of it. It is compared where every account that gives it gives one
value and the sentences are on one point: a story may tell of many a driver. Other measures are not compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from rashomon.compare import quantities as numbers
from rashomon.compare.contrasts import CONTRADICTABLE, ClaimReading, Contrast, Scene, finding
from rashomon.compare.evidence import Indexed
from rashomon.compare.points import Matter
from rashomon.spans import lies_in
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


def attribute_findings(matters: Sequence[Matter], scene: Scene) -> list[Finding]:
    """One finding for each thing on whose age the accounts differ."""
    given: dict[str, dict[str, list[Age]]] = defaultdict(lambda: defaultdict(list))
    for account in scene.accounts.values():
        for measure in ages(account):
            given[measure.of][account.article.id].append(measure)
    found = []
    for accounts in given.values():
        single = {a: ms[0] for a, ms in accounts.items() if len({m.value for m in ms}) == 1}
        if len(single) == len(accounts) and len({m.value for m in single.values()}) > 1:
            contrasts = [
                Contrast("number", (_reading(a), _reading(b)), 0.7)
                for a, b in combinations(single.values(), 2)
                if a.value != b.value and any(_are_on(matter, a, b) for matter in matters)
            ]
            if contrasts:
                found.append(finding("number", contrasts, scene))
    return found


def _are_on(matter: Matter, one: Age, other: Age) -> bool:
    """Whether two ages stand in claims that surely speak to one matter."""
    claims = [[c for c in matter.claims if any(lies_in(age.span, s) for s in c.spans)] for age in (one, other)]
    return any(matter.score(a, b) >= CONTRADICTABLE for a in claims[0] for b in claims[1])


def _reading(measure: Age) -> ClaimReading:
    stand_in = Claim(id="", article=measure.span.article, spans=(measure.span,))
    return ClaimReading(stand_in, f"“{measure.span.text}”", (measure.span,))
