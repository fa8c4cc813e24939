"""Words that attribute what is said, thought, asked or promised to somebody, and in which construction they do."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def cue_frames() -> dict[tuple[str, str], dict[str, float]]:
    """``{(lemma, Universal POS): {construction: rate}}``; ``cues.tsv`` says what the columns mean."""
    table: dict[tuple[str, str], dict[str, float]] = {}
    for line in (files(__package__) / "cues.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            lemma, pos, frame, rate = line.split("\t")
            table.setdefault((lemma, pos), {})[frame] = float(rate)
    return table


def quotes_words(lemma: str) -> bool:
    """Whether a verb of this lemma can stand beside words in quotation marks: ``“…,” she added``."""
    return cue_frames().get((lemma, "VERB"), {}).get("ccomp", 0.0) >= 0.4
