"""Attribution against PolNeAR (Newell, Margolin and Ruths, LREC 2018): speaker, cue and content spans, and their links.

Measures, each on a scale of 0 to 100, over the distinct spans of all documents (a span that serves several
attributions counts once; a discontinuous one is the set of its tokens, a token being a word or a mark):

``speaker|cue|content.exact.f1``
    A predicted span is right if a gold span has the same tokens.
``speaker|cue|content.begin.f1``
    A predicted span is right if a gold span begins with the same token.
``speaker|cue|content.overlap.f1``
    Precision is the mean, over predicted spans, of the highest Jaccard index (shared tokens by all tokens) with a gold
    span of the document; recall the same over gold spans; F1 their harmonic mean. This is how we read the "Jaccard"
    of CofeNet (Wang et al., COLING 2022).
``link.f1``
    A predicted attribution is right if a gold one has a content of Jaccard index at least 0.5 with its own and the
    speakers share a token (or neither has one); each gold attribution serves once.
``content.direct|mixed|indirect.exact.f1`` and ``…overlap.f1``
    Contents of one form: wholly in quotation marks, partly, not at all.
``peer.regex.*``
    The same on what a regular expression finds (:mod:`rashomon_evals.patterns`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from rashomon.annotate.pipeline import annotate
from rashomon.errors import MissingInput
from rashomon.spans import marked
from rashomon.types import Annotations, Article, Quote
from rashomon_evals import Score, digest_of, patterns

_SPAN_LINE = re.compile(r"(T\d+)\t(\S+) ([\d ;]+)\t?")
_LINK_LINE = re.compile(r"E\d+\t(.*)")
_TOKEN = re.compile(r"''|``|\w+|[^\w\s]")
_MARKED = re.compile(r"[\"“”‘]|''|``|(?<!\w)'(?=\w)")
_ROLES = {"Source": "speaker", "Cue": "cue", "Content": "content"}

Tokens = frozenset[int]


class Attribution(msgspec.Struct, frozen=True):
    """One attribution as sets of tokens (by the offset of their first character); empty where it has none."""

    speaker: Tokens
    cue: Tokens
    content: Tokens


class Gold(msgspec.Struct, frozen=True):
    """One gold article: its text and attributions, and the files they come from."""

    name: str
    text: str
    attributions: tuple[Attribution, ...]
    files: tuple[Path, Path]


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """Score the annotators on a folder in PolNeAR's published form (``text/*.txt``, ``attributions/*.ann``).

    The ``accurate`` annotators are scored, the ``fast`` ones beside them as a peer.
    Where an article has several annotators, the first by name is the gold one. ``progress`` is called with the number
    of articles done and their total. Raises :class:`~rashomon.errors.MissingInput` if the folder holds no pair.
    """
    gold = read_gold(path)
    articles = [Article(id=g.name, text=g.text) for g in gold]
    predicted: list[tuple[Attribution, ...]] = []
    for done, annotated in enumerate(annotate(articles, annotators="accurate"), start=1):
        predicted.append(predicted_attributions(annotated))
        if progress is not None:
            progress(done, len(gold))
    others = {
        "fast": [predicted_attributions(one) for one in annotate(articles, annotators="fast")],
        "regex": [on_tokens(g.text, patterns.attributions(g.text)) for g in gold],
    }
    return Score(
        task="quotes",
        data=path.name,
        digest=digest_of(file for g in gold for file in g.files),
        documents=len(gold),
        scores=compare(gold, predicted)
        | {f"peer.{peer}.{name}": f1 for peer, found in others.items() for name, f1 in compare(gold, found).items()},
    )


def read_gold(path: Path) -> list[Gold]:
    """The articles of a folder in PolNeAR's form, in order of their names."""
    found: dict[str, Gold] = {}
    for annotation in sorted((path / "attributions").glob("*.ann")):
        names = (annotation.stem, annotation.stem.rpartition("_")[0])
        name = next((n for n in names if n and (path / "text" / f"{n}.txt").is_file()), None)
        if name is not None and name not in found:
            file = path / "text" / f"{name}.txt"
            text = _verbatim(file)
            found[name] = Gold(name, text, tuple(_attributions(_verbatim(annotation), text)), (file, annotation))
    if not found:
        raise MissingInput("holds no text/NAME.txt with an attributions/NAME.ann", input=str(path))
    return [found[name] for name in sorted(found)]


def _verbatim(file: Path) -> str:
    """The file's text with its line ends as they are, so that offsets hold."""
    with file.open(encoding="utf-8", newline="") as opened:
        return opened.read()


def _attributions(annotation: str, text: str) -> Iterable[Attribution]:
    spans: dict[str, list[tuple[int, int]]] = {}
    links: list[str] = []
    for line in annotation.split("\n"):
        if (span := _SPAN_LINE.match(line)) is not None:
            pieces = (piece.split() for piece in span[3].split(";"))
            spans[span[1]] = [(int(start), int(end)) for start, end in pieces]
        elif (link := _LINK_LINE.match(line)) is not None:
            links.append(link[1])
    tokens = _Tokens(text)
    for roles in links:
        parts: dict[str, list[tuple[int, int]]] = {"speaker": [], "cue": [], "content": []}
        for role, _, name in (item.partition(":") for item in roles.split()):
            kind = _ROLES.get(role.rstrip("0123456789"))
            if kind is not None:
                parts[kind].extend(spans.get(name, []))
        if parts["content"]:
            yield Attribution(**{kind: tokens.of(ranges) for kind, ranges in parts.items()})


def predicted_attributions(annotations: Annotations) -> tuple[Attribution, ...]:
    """The quotes of an article as PolNeAR would mark them; it marks none inside quotation marks."""
    article = annotations.article
    return on_tokens(article.text, [attribution_spans(quote, article) for quote in outside_marks(annotations)])


def attribution_spans(quote: Quote, article: Article) -> dict[str, list[tuple[int, int]]]:
    """The quote as PolNeAR would mark it: ``{"speaker" | "cue" | "content": [[start, end), ...]}`` in characters.

    PolNeAR's content holds the quotation marks and the opening *that*, which :class:`~rashomon.types.Quote` leaves out.
    """
    text = article.text
    content = []
    for number, span in enumerate(quote.content):
        start, end = span.start, span.end
        if quote.form == "direct":
            start, end = _with_marks(text, start, end)
        if number == 0 and text[max(start - 5, 0) : start].lower() == "that ":
            start -= 5
        content.append((start, end))
    return {"speaker": _speaker_range(quote, text), "cue": _cue_range(quote, text), "content": content}


def _speaker_range(quote: Quote, text: str) -> list[tuple[int, int]]:
    """With the comma that closes an apposition."""
    speaker = quote.speaker_span
    if speaker is None:
        return []
    comma = "," in speaker.text and text[speaker.end : speaker.end + 1] == ","
    return [(speaker.start, speaker.end + comma)]


def _cue_range(quote: Quote, text: str) -> list[tuple[int, int]]:
    """With the colon that follows it."""
    if quote.cue is None:
        return []
    return [(quote.cue.start, quote.cue.end + (text[quote.cue.end : quote.cue.end + 1] == ":"))]


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    for mark in ("''", "``", '"', "“", "‘", "'", "«", "„"):
        if text.endswith(mark, 0, start):
            start -= len(mark)
            break
    for mark in ("''", '"', "”", "’", "'", "»"):
        if text.startswith(mark, end):
            end += len(mark)
            break
    return start, end


def outside_marks(annotations: Annotations) -> list[Quote]:
    """The quotes whose cue does not itself stand in quotation marks."""
    inside = {at for quote in annotations.quotes for span in marked(quote) for at in range(span.start, span.end)}
    return [quote for quote in annotations.quotes if quote.cue is None or quote.cue.start not in inside]


def on_tokens(text: str, found: Iterable[Mapping[str, Iterable[tuple[int, int]]]]) -> tuple[Attribution, ...]:
    """Attributions given as character ranges ``[start, end)`` of ``speaker``, ``cue`` and ``content``, as tokens."""
    tokens = _Tokens(text)
    return tuple(Attribution(**{kind: tokens.of(ranges) for kind, ranges in one.items()}) for one in found)


def compare(gold: Iterable[Gold], predicted: Iterable[Iterable[Attribution]]) -> dict[str, float]:
    """All measures of what was predicted for every gold article, in the same order."""
    return measure((g.text, g.attributions, p) for g, p in zip(gold, predicted, strict=True))


class _Tokens:
    """The tokens of a text, found by their offsets."""

    def __init__(self, text: str) -> None:
        self._at: list[int | None] = [None] * (len(text) + 1)
        for match in _TOKEN.finditer(text):
            self._at[match.start() : match.end()] = [match.start()] * (match.end() - match.start())

    def of(self, ranges: Iterable[tuple[int, int]]) -> Tokens:
        return frozenset(t for start, end in ranges for t in self._at[start:end] if t is not None)


def measure(
    documents: Iterable[tuple[str, Iterable[Attribution], Iterable[Attribution]]],
) -> dict[str, float]:
    """All measures over ``(text, gold attributions, predicted attributions)`` of every document."""
    tallies: dict[str, _Tally] = {}
    for text, gold, predicted in documents:
        golds, guesses = list(gold), list(predicted)
        for kind in ("speaker", "cue", "content"):
            _tally_spans(tallies, kind, _distinct(golds, kind), _distinct(guesses, kind))
        for form in ("direct", "mixed", "indirect"):
            of_form = [
                {s for s in _distinct(attributions, "content") if form_of(text, s) == form}
                for attributions in (golds, guesses)
            ]
            _tally_spans(tallies, f"content.{form}", of_form[0], of_form[1])
        tallies.setdefault("link", _Tally()).add(_linked(golds, guesses), len(guesses), len(golds))
    return {f"{name}.f1": round(tally.f1(), 2) for name, tally in sorted(tallies.items())}


def form_of(text: str, content: Tokens) -> str:
    """``direct``, ``mixed`` or ``indirect``, by the marks in a content that holds its marks."""
    ordered = sorted(content)
    inside = direct = False
    bare = 0
    for at in ordered:
        match = _TOKEN.match(text, at)
        token = match.group() if match is not None else ""
        if token in {"“", "``"} or (token in {'"', "''"} and not inside):
            inside = direct = True
        elif token in {"”", '"', "''"}:
            inside = False
        elif not inside and token.isalnum() and not (at == ordered[0] and token.lower() == "that"):
            bare += 1
    if not direct:
        return "indirect"
    return "mixed" if bare else "direct"


class _Tally:
    """Right answers (or their degree) among the predicted and among the gold."""

    def __init__(self) -> None:
        self.right_predicted = self.right_gold = 0.0
        self.predicted = self.gold = 0

    def add(self, right: float, predicted: int, gold: int, right_gold: float | None = None) -> None:
        self.right_predicted += right
        self.right_gold += right if right_gold is None else right_gold
        self.predicted += predicted
        self.gold += gold

    def f1(self) -> float:
        precision = self.right_predicted / self.predicted if self.predicted else 0.0
        recall = self.right_gold / self.gold if self.gold else 0.0
        return 200 * precision * recall / (precision + recall) if precision + recall else 0.0


def _distinct(attributions: list[Attribution], kind: str) -> set[Tokens]:
    return {span for a in attributions if (span := getattr(a, kind))}


def _tally_spans(tallies: dict[str, _Tally], name: str, gold: set[Tokens], predicted: set[Tokens]) -> None:
    tallies.setdefault(f"{name}.exact", _Tally()).add(len(gold & predicted), len(predicted), len(gold))
    begins, guesses = {min(s) for s in gold}, {min(s) for s in predicted}
    tallies.setdefault(f"{name}.begin", _Tally()).add(len(begins & guesses), len(guesses), len(begins))
    ordered = sorted(gold, key=sorted), sorted(predicted, key=sorted)
    precise = sum(_best(s, ordered[0]) for s in ordered[1])
    recalled = sum(_best(s, ordered[1]) for s in ordered[0])
    tallies.setdefault(f"{name}.overlap", _Tally()).add(precise, len(predicted), len(gold), recalled)


def _best(span: Tokens, others: list[Tokens]) -> float:
    return max((_jaccard(span, other) for other in others), default=0.0)


def _jaccard(one: Tokens, other: Tokens) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def _linked(gold: list[Attribution], predicted: list[Attribution]) -> int:
    """How many predicted attributions find a gold one of their own with the same speaker and nearly the content."""
    taken: set[int] = set()
    for guess in predicted:
        fits = [
            (_jaccard(guess.content, g.content), -number)
            for number, g in enumerate(gold)
            if number not in taken and (guess.speaker & g.speaker or not (guess.speaker or g.speaker))
        ]
        best, number = max(fits, default=(0.0, 0))
        if best >= 0.5:
            taken.add(-number)
    return len(taken)
