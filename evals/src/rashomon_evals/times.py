"""Time expressions against gold data, measured as in TempEval-3 (UzZaman et al. 2013).

Reads TimeML (``*.tml``, TIMEX3) and WikiWars (``*.key.xml``, TIMEX2). Recognition is scored with strict spans and
relaxed ones (any overlap, one to one). ``type.f1`` and ``value.f1`` ask of a relaxed match that its type or value is
the gold one, letter for letter; the creation time itself is not counted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from rashomon.annotate.document import make_doc
from rashomon.annotate.pipeline import load, own_pipes
from rashomon.errors import InvalidRecord, MissingInput
from rashomon.types import Article, Published, TimeExpression
from rashomon_evals import Score, digest_of

_TAG = re.compile(r"<(/?)(\w+)([^<>]*?)(/?)>|<[!?][^>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*\"([^\"]*)\"")
_TIMEX = frozenset(("TIMEX2", "TIMEX3"))
# A line that ends so ends its paragraph; any other line break inside a block is a wrapped line.
_PARAGRAPH_END = re.compile(r"(?<=[.!?:\"'”’)])[ \t]*\n|\n[ \t]*\n")
_NOT_NEEDED = ("lemmatizer", "attribute_ruler")


class Gold(NamedTuple):
    """One gold annotation: its span in the text, its type and its value (empty if it has none)."""

    start: int
    end: int
    type: str
    value: str


class _Tally:
    """Counts over documents."""

    def __init__(self) -> None:
        self.gold = self.found = self.strict = self.relaxed = self.type = self.value = 0

    def add(self, gold: list[Gold], found: tuple[TimeExpression, ...]) -> None:
        """Count one document."""
        self.gold += len(gold)
        self.found += len(found)
        for wanted, got in _pairs(gold, found):
            self.relaxed += 1
            self.strict += (wanted.start, wanted.end) == (got.span.start, got.span.end)
            self.type += wanted.type == got.type
            self.value += wanted.value == (got.value or "")

    def scores(self) -> dict[str, float]:
        """Precision, recall and F1 of each measure, 0 to 100."""
        result = {}
        for name in ("strict", "relaxed", "type", "value"):
            right = getattr(self, name)
            result[f"{name}.f1"] = _percent(2 * right, self.gold + self.found)
            result[f"{name}.precision"] = _percent(right, self.found)
            result[f"{name}.recall"] = _percent(right, self.gold)
        return result


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """Annotate the gold documents in a folder (or one of them) and score the result.

    ``progress`` is called after each document with the number done and the number in all. Raises ``MissingInput`` if
    the folder holds no gold document and ``InvalidRecord`` if one cannot be read.
    """
    files = _gold_files(path)
    if not files:
        raise MissingInput("no *.tml or *.key.xml files here", input=str(path))
    nlp = load()
    results: list[tuple[list[Gold], tuple[TimeExpression, ...]]] = []
    unneeded = [n for n in (*own_pipes(nlp), *_NOT_NEEDED) if n != "rashomon_times" and n in nlp.pipe_names]
    with nlp.select_pipes(disable=unneeded):
        for number, file in enumerate(files, 1):
            article, gold = _read(file)
            doc = nlp(make_doc(nlp, article))
            results.append((gold, doc._.times))
            if progress is not None:
                progress(number, len(files))
    return Score(task="times", data=path.name, digest=digest_of(files), documents=len(files), scores=measure(results))


def read_gold(path: Path) -> list[tuple[Article, list[Gold]]]:
    """The gold documents of a folder (or one of them), in order of their names, with their time expressions."""
    return [_read(file) for file in _gold_files(path)]


def measure(documents: Iterable[tuple[list[Gold], tuple[TimeExpression, ...]]]) -> dict[str, float]:
    """All measures over the gold and the found expressions of every document."""
    tally = _Tally()
    for gold, found in documents:
        tally.add(gold, found)
    return tally.scores()


def _gold_files(path: Path) -> list[Path]:
    """The gold documents of a folder; where one is there in both forms, the original one with TIMEX2 tags."""
    if path.is_file():
        return [path]
    originals = sorted(path.glob("*.key.xml"))
    names = {file.name.removesuffix(".key.xml") for file in originals}
    return sorted([*originals, *(file for file in path.glob("*.tml") if file.stem not in names)])


def _read(file: Path) -> tuple[Article, list[Gold]]:
    raw = file.read_text(encoding="utf-8", errors="replace")
    start, end = raw.find("<TEXT>"), raw.rfind("</TEXT>")
    if not 0 <= start < end:
        raise InvalidRecord("there is no <TEXT> element", input=str(file))
    text, gold = _inline(raw[start + len("<TEXT>") : end])
    created = _creation_time(raw[:start])
    article = Article(id=file.name, text=text, published=Published(value=created) if created else None)
    spans = tuple(article.span(*ends) for ends in _paragraphs(text))
    fields = {name: getattr(article, name) for name in article.__struct_fields__}
    return Article(**fields | {"paragraphs": spans}), gold


def _creation_time(head: str) -> str | None:
    """The value of the creation time, which stands before the text; the first time there is if none is marked."""
    found = [dict(_ATTRIBUTE.findall(m[3])) for m in _TAG.finditer(head) if m[2] in _TIMEX and not m[1]]
    marked = [a for a in found if a.get("functionInDocument") == "CREATION_TIME"]
    return next((a.get("value") or a.get("val") for a in [*marked, *found]), None)


def _inline(body: str) -> tuple[str, list[Gold]]:
    """The bare text of a marked-up one, and its outermost time expressions with their offsets into that text."""
    pieces: list[str] = []
    length = at = 0
    opened: list[tuple[int, dict[str, str]]] = []
    gold: list[Gold] = []
    for tag in _TAG.finditer(body):
        pieces.append(html.unescape(body[at : tag.start()]))
        length += len(pieces[-1])
        at = tag.end()
        if tag[2] not in _TIMEX or tag[4]:
            continue
        if not tag[1]:
            opened.append((length, {k: html.unescape(v) for k, v in _ATTRIBUTE.findall(tag[3])}))
        elif opened:
            begun, attributes = opened.pop()
            if not opened and begun < length:
                gold.append(_gold(begun, length, attributes))
    pieces.append(html.unescape(body[at:]))
    return "".join(pieces), gold


def _gold(start: int, end: int, attributes: dict[str, str]) -> Gold:
    """One annotation. TIMEX2 has no types: they follow from the form of the value."""
    value = attributes.get("value", attributes.get("val", attributes.get("VAL", "")))
    value = "" if value == "null" else value
    kind = attributes.get("type")
    if kind is None:
        repeated = attributes.get("set", attributes.get("SET", "")).upper() == "YES"
        length = re.match(r"P(?!AST|RESENT)", value)
        kind = "SET" if repeated else "DURATION" if length else "TIME" if re.search(r"\dT|XT", value) else "DATE"
    return Gold(start, end, kind, value)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in [*(m.end() for m in _PARAGRAPH_END.finditer(text)), len(text)]:
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            yield left, left + len(piece.strip())
        start = end


def _pairs(gold: list[Gold], found: tuple[TimeExpression, ...]) -> list[tuple[Gold, TimeExpression]]:
    """Gold and found expressions that overlap, one to one: those with the same span first."""
    free = list(found)
    pairs: list[tuple[Gold, TimeExpression]] = []
    left: list[Gold] = []
    for wanted in gold:
        same = next((t for t in free if (t.span.start, t.span.end) == (wanted.start, wanted.end)), None)
        if same is None:
            left.append(wanted)
        else:
            free.remove(same)
            pairs.append((wanted, same))
    for wanted in left:
        near = next((t for t in free if t.span.start < wanted.end and wanted.start < t.span.end), None)
        if near is not None:
            free.remove(near)
            pairs.append((wanted, near))
    return pairs


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
