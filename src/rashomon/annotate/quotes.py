"""Stub of the quotes annotator, to be replaced."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc


@Language.component("rashomon_quotes", requires=["doc._.mentions"], assigns=["doc._.quotes"])
def quotes(doc: Doc) -> Doc:
    return doc
