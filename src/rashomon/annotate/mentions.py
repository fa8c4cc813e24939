"""Stub of the mentions annotator, to be replaced."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan


@Language.component("rashomon_mentions", assigns=["doc._.actors", "doc._.mentions"])
def mentions(doc: Doc) -> Doc:
    return doc


def resolve_speaker(doc: Doc, speaker: SpacySpan) -> str | None:
    """The id of the actor that a speaker's noun phrase or pronoun names; adds an unnamed actor where there is none."""
    return None
