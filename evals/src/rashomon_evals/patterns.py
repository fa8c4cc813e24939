"""Who said what by regular expressions alone: what a simple script finds, as a peer to measure against."""

from __future__ import annotations

import re
from collections.abc import Iterator

Ranges = dict[str, list[tuple[int, int]]]

_SAID = (
    r"(?:said|says|told|tells|added|adds|wrote|writes|asked|argued|argues|claimed|claims|declared|insisted|explained"
    r"|noted|warned|tweeted|replied|continued|stated|announced|acknowledged|admitted|concluded|recalled|responded)"
)
_WORD = r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|[A-Z])\.|[A-Z][\w.’'-]*\w)"
_NAME = rf"(?:{_WORD}(?: {_WORD})*|[Hh]e|[Ss]he|[Tt]hey)"
_QUOTED = re.compile(r"“[^“”\n]+”|\"[^\"\n]+\"|``(?:(?!'').)+''")
_AFTER = re.compile(rf",?\s+(?:(?P<cue>{_SAID}) (?P<speaker>{_NAME})|(?P<speaker2>{_NAME}) (?P<cue2>{_SAID}))\b")
_BEFORE = re.compile(rf"\b(?P<speaker>{_NAME}) (?P<cue>{_SAID})(?: [\w’' ]{{1,30}})?[,:]?\s*$")
_NEAR = 80  # characters looked at before a quotation


def attributions(text: str) -> Iterator[Ranges]:
    """Every quotation in marks with a capitalised name (or a pronoun) and a verb of speech right after or before it.

    Yields the character ranges of ``speaker``, ``cue`` and ``content``; the content holds its marks, as PolNeAR's does.
    A quotation that has neither on either side is not reported.
    """
    for quoted in _QUOTED.finditer(text):
        line = text.rfind("\n", 0, quoted.start()) + 1
        before = max(line, quoted.start() - _NEAR)
        found = _AFTER.match(text, quoted.end()) or _BEFORE.search(text, before, quoted.start())
        if found is not None:
            cue, speaker = ("cue", "speaker") if found["cue"] else ("cue2", "speaker2")
            yield {"speaker": [found.span(speaker)], "cue": [found.span(cue)], "content": [quoted.span()]}
