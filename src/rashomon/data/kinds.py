"""The kinds of finding in the groups that a reader meets them in.

Every kind but ``not-a-conflict`` stands here; its name is in ``rashomon.show.words``.
"""

from __future__ import annotations

from collections.abc import Mapping

from rashomon.types import FindingGroup, FindingKind

_GROUPS: Mapping[FindingGroup, str] = {
    "facts": "number date place name polarity cause",
    "certainty": "strength attribution addressee",
    "wording": "quote-wording quoted-paraphrased term event-name omission-within",
}
_GROUP_OF = {kind: group for group, kinds in _GROUPS.items() for kind in kinds.split()}


def group_of(kind: FindingKind) -> FindingGroup | None:
    """The group of a kind; ``None`` for what is no conflict."""
    return _GROUP_OF.get(kind)
