"""When two speakers are plainly two people, and not one under two names."""

from __future__ import annotations

from rashomon.types import Actor


def are_two_people(one: Actor, other: Actor) -> bool:
    """Whether both are persons called by a full name, and the names have no word in common.

    A bare surname, an office, a body or a description ("a voice-over") may be the other under another name.
    """
    words = [[w for w in actor.name.split() if w[:1].isupper()] for actor in (one, other)]
    named = all(
        actor.kind == "person" and len(capitals) > 1 and len(capitals) == len(actor.name.split())
        for actor, capitals in zip((one, other), words, strict=True)
    )
    return named and not {w.lower() for w in words[0]} & {w.lower() for w in words[1]}
