"""A Doc as columns: the few attributes of its tokens that the mention rules read, fetched once."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from rashomon.data.countries import Entry, entry_at

# One character each, so that offsets into the plain copy are offsets into the text.
_PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\u2011": "-", "\n": " "})


class Words:
    """The tokens of a Doc as lists indexed by token number; ``raw`` is its text (a Doc builds it anew at each
    request), ``plain`` the same with straight apostrophes."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        tokens = list(doc)
        self.text = [t.text for t in tokens]
        self.lower = [t.lower() for t in self.text]
        self.tag = [t.tag_ for t in tokens]
        self.pos = [t.pos_ for t in tokens]
        self.dep = [t.dep_ for t in tokens]
        self.lemma = [t.lemma_ for t in tokens]
        self.head = [t.head.i for t in tokens]
        self.label = [t.ent_type_ for t in tokens]
        self.start = [t.idx for t in tokens]
        self.end = [t.idx + len(t) for t in tokens]
        self.raw = doc.text
        self.plain = self.raw.translate(_PLAIN)
        self.sentence = self._sentences()
        self.quoted = self._quoted()

    def _quoted(self) -> list[bool]:
        """For each word, whether it stands within double quotation marks; every line break closes them."""
        inside, flags = False, []
        for text in self.text:
            if text in ("\u201c", "``"):
                inside = True
            elif text in ("\u201d", "''"):
                inside = False
            elif text == '"':
                inside = not inside
            elif "\n" in text:
                inside = False
            flags.append(inside)
        return flags

    def _sentences(self) -> list[int]:
        numbers: list[int] = []
        for number, sentence in enumerate(self.doc.sents):
            numbers.extend([number] * len(sentence))
        return numbers

    def __len__(self) -> int:
        return len(self.text)

    def capital(self, i: int) -> bool:
        """Does word ``i`` begin with a capital letter?"""
        return 0 <= i < len(self.text) and self.text[i][0].isupper()

    def together(self, i: int, j: int) -> bool:
        """Do the words ``i`` < ``j`` stand in one sentence with no line break between them?"""
        return (
            i >= 0
            and j < len(self.text)
            and self.sentence[i] == self.sentence[j]
            and "\n" not in self.raw[self.end[i] : self.start[j]]
        )

    def is_possessive(self, i: int) -> bool:
        """Is word ``i`` the mark of a possessive?"""
        return 0 <= i < len(self.text) and self.tag[i] == "POS"

    def surface(self, first: int, last: int) -> str:
        """The text from word ``first`` to word ``last``, both included, on one line."""
        return " ".join(self.raw[self.start[first] : self.end[last]].split())


@dataclass(frozen=True, slots=True)
class Hit:
    """A form of the gazetteer in the text: words ``first`` to ``last`` (included), characters ``[start, end)``."""

    first: int
    last: int
    start: int
    end: int
    entry: Entry


def gazetteer_hits(words: Words) -> list[Hit]:
    """Every longest gazetteer form that starts at a capitalised word, or within a word behind a hyphen."""
    hits: list[Hit] = []
    covered = 0
    for i, text in enumerate(words.text):
        if not (text[0].isupper() or (text[0] == "a" and text[:3] == "al-")) or words.end[i] <= covered:
            continue
        for start in _starts(words, i):
            if start < covered:
                continue
            entry = entry_at(words.plain, start)
            if entry is None:
                continue
            covered = start + len(entry.form)
            last = i
            while words.end[last] < covered:
                last += 1
            hits.append(Hit(i, last, start, covered, entry))
    return hits


def _starts(words: Words, i: int) -> list[int]:
    """Where a name may begin in word ``i``: spaCy keeps "U.S.-Russian" as one word, with two names in it."""
    starts = [words.start[i]]
    if "-" in words.text[i]:
        starts += [words.start[i] + k + 1 for k, c in enumerate(words.text[i][:-1]) if c == "-"]
    return starts
