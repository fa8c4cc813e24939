"""Who said what as the trained model reads it, for the quotes to be made of: the ``accurate`` annotators."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files

from spacy.language import Language
from spacy.tokens import Doc

from rashomon.annotate._attribution_model import Networks, load
from rashomon.annotate._attribution_model import attributions as read
from rashomon.annotate.document import register
from rashomon.types import Article

_FLOOR = 0.1


@lru_cache(maxsize=1)
def _networks() -> Networks:
    with as_file(files("rashomon.data") / "attribution") as model:
        return load(model)


@Language.component("rashomon_attributions", assigns=["doc._.attributions"])
def attributions(doc: Doc) -> Doc:
    """Read the attributions of a document's paragraphs into ``doc._.attributions``, in order of their cues.

    Unlikely ones too: syntax may speak for them.
    """
    register()
    article: Article = doc._.article
    paragraphs = [(p.start, p.end) for p in article.paragraphs]
    doc._.attributions = tuple(read(doc.text, paragraphs, _networks(), _FLOOR))
    return doc
