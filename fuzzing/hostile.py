"""What inputs made to be costly cost: ``python -m fuzzing.hostile``.

Each input is read, annotated or compared in a process of its own, with the annotators that are used by default, after
the same was done with an innocent input, so that models are loaded. Told are seconds of the processor, seconds for
each 100 kB, and the peak memory of the process, models included. The exit code is 1 where one costs more than 5
seconds for 100 kB, or 1 GiB.
"""

from __future__ import annotations

import argparse
import gzip
import io
import logging
import random
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from typing import NamedTuple

from fuzzing import targets

_SIZE = 20_000  # characters, where an input is not of a size of its own
_SMALL = 10.0  # kB; of less the seconds themselves are told
_MOST_SECONDS, _MOST_MEMORY = 5.0, 1024.0  # for 100 kB; MiB
_PARAGRAPH = "The lock keeper of Ambley shut the weir on Monday after a barge ran aground, Anna Brandt said.\n\n"
_PAGE = "<html><body><article>" + "<p>The weir of Ambley was shut on Monday, Anna Brandt said to reporters.</p>" * 9


class Costly(NamedTuple):
    """An input, and the target of :mod:`fuzzing.targets` that is given it."""

    target: str
    make: Callable[[], bytes]


def main() -> None:
    """Measure all inputs, or one of them in this process."""
    options = argparse.ArgumentParser(prog="fuzzing.hostile", description=__doc__)
    options.add_argument("--one", choices=sorted(INPUTS), help="this input, in this process")
    one = options.parse_args().one
    if one is not None:
        print(*_cost(INPUTS[one]))
        return
    print(f"{'input':34}{'target':16}{'kB':>7}{'seconds':>9}{'per 100 kB':>12}{'peak MiB':>10}")
    worst = 0
    for name, costly in INPUTS.items():
        command = [sys.executable, "-m", "fuzzing.hostile", "--one", name]
        ran = subprocess.run(command, check=False, capture_output=True, text=True)
        if ran.returncode:
            print(f"{name:34}{costly.target:16} failed: {ran.stderr.strip().splitlines()[-1][:200]}", flush=True)
            worst = 1
            continue
        size, seconds, peak = map(float, ran.stdout.split())
        each = seconds * 100 / size if size >= _SMALL else seconds
        worst |= each > _MOST_SECONDS or peak > _MOST_MEMORY
        print(f"{name:34}{costly.target:16}{size:7.0f}{seconds:9.2f}{each:12.2f}{peak:10.0f}", flush=True)
    sys.exit(worst)


def _cost(costly: Costly) -> tuple[float, float, float]:
    """Size in kB, seconds of the processor, peak memory in MiB."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    data, check = costly.make(), targets.TARGETS[costly.target].check
    targets.ANNOTATORS = "accurate"
    check(_INNOCENT.get(costly.target, _PARAGRAPH.encode()))
    begun = time.process_time()
    check(data)
    seconds = time.process_time() - begun
    return len(data) / 1000, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _full(piece: str) -> bytes:
    return (piece * (_SIZE // len(piece))).encode()


def _ordinary() -> bytes:
    """The same few matters in sentences that all differ."""
    sentence = "{} {} {} {} on {} that {} boats had passed the weir of {}."
    chance = random.Random(2031)
    told: list[str] = []
    while len(told) * len(sentence) < _SIZE:
        words = [
            *(chance.choice(pool) for pool in (("Mayor", "Captain", "Dr"), ("Anna", "Ole", "Greta"))),
            *(chance.choice(pool) for pool in (("Brandt", "Korn", "Holm", "Tamm"), ("said", "wrote", "denied"))),
            *(chance.choice(("Monday", "Friday", "3 March", "Tuesday evening")), chance.randrange(2, 900)),
            chance.choice(("Ambley", "Velm", "Port Sellen", "Marrick")),
        ]
        told.append(sentence.format(*words) + ("\n\n" if len(told) % 3 == 2 else " "))
    return "".join(told).encode()


def _salad() -> bytes:
    words = [piece.decode() for piece in targets.TARGETS["annotation"].pieces]
    return "".join(random.Random(2031).choices(words, k=_SIZE // 6)).encode()


def _both(text: bytes) -> bytes:
    """A comparison of the first of a text with itself, behind another paragraph."""
    first = text[: _SIZE // 2].decode("utf-8", "ignore").encode()
    return first + b"\n===\nThe weir was shut.\n\n" + first


def _symbols() -> bytes:
    return _ordinary()[:10_000].replace(b"\n\n", "\n\n❤❤❤\n\n⯯ ⯯⯯\n\n".encode())


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = io.BytesIO()
    pq.write_table(pa.table({"text": [None] * 700_000, "id": ["x"] * 700_000}), written)
    return written.getvalue()


def _packed() -> bytes:
    """A gigabyte, a mebibyte at a time."""
    written = io.BytesIO()
    with gzip.GzipFile(fileobj=written, mode="wb") as packing:
        for _ in range(1024):
            packing.write(b"a " * 2**19)
    return written.getvalue()


def _entities() -> bytes:
    """A billion laughs."""
    named = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE rss [<!ENTITY a0 "ha">{named}]><rss><channel><title>&a11;</title></channel></rss>'.encode()


def _items(title: str) -> bytes:
    item = f"<item><title>{title}</title><link>https://velm.example/1</link></item>"
    return b"<rss><channel>" + item.encode() * (_SIZE // len(item)) + b"</channel></rss>"


_INNOCENT: Mapping[str, bytes] = {
    "page": _PAGE.encode(),
    "comparison": _PARAGRAPH.encode() + b"\n===\n" + _PARAGRAPH.encode(),
    "feed": _items("Weir shut"),
    "parquet": b"PAR1",
    "warc": b"WARC/1.0\r\n\r\n",
    "lines": b'{"text": "The weir is shut."}\n',
    "packed": gzip.compress(_PARAGRAPH.encode()),
}

INPUTS: Mapping[str, Costly] = {
    "an ordinary text": Costly("annotation", _ordinary),
    "two ordinary texts": Costly("comparison", lambda: _ordinary()[:10_000] + b"\n===\n" + _ordinary()[10_000:20_000]),
    "paragraphs of symbols": Costly("comparison", lambda: _both(_symbols())),
    "quotation marks": Costly("annotation", lambda: _full('"')),
    "curled quotation marks": Costly("annotation", lambda: _full("“a” ")),
    "emoji": Costly("annotation", lambda: _full("😀")),
    "brackets": Costly("annotation", lambda: _full("(")),
    "mathematical letters": Costly("annotation", lambda: _full("𝐀 ")),
    "no full stop": Costly("annotation", lambda: _full("the council and the mayor with a boat and ")),
    "one name": Costly("annotation", lambda: _full("Anna Brandt ")),
    "one word without an end": Costly("annotation", lambda: _full("a")),
    "line breaks": Costly("annotation", lambda: _full("a\n")),
    "dates": Costly("annotation", lambda: _full("on Monday 3 March 2031 at 10:30 ")),
    "digits": Costly("annotation", lambda: _full("1")),
    "salad of words": Costly("annotation", _salad),
    "statements": Costly("annotation", lambda: _full("Anna Brandt said that Ole Korn said that she left. ")),
    "salad, compared": Costly("comparison", lambda: _both(_salad())),
    "one sentence, compared": Costly("comparison", lambda: _both(_full("The weir of Ambley was shut on Monday. "))),
    "surrogates in a feed": Costly("feed", lambda: _items("&#xD83D;&#xDE00; &#55357;&#56832; &#xD800;")),
    "surrogates in a list of feeds": Costly(
        "subscriptions",
        lambda: (
            b"<opml><body>" + b'<outline text="&#xD800;" xmlUrl="http://velm.example/f"/>' * 1600 + b"</body></opml>"
        ),
    ),
    "a billion laughs": Costly("feed", _entities),
    "elements never closed": Costly("page", lambda: _PAGE.encode() + b"<div>" * 20_000),
    "elements nested and closed": Costly("page", lambda: _PAGE.encode() + b"<b><i>" * 9000 + b"</i></b>" * 9000),
    "attributes": Costly(
        "page", lambda: b"<p " + b"".join(b"a%d=1 " % n for n in range(11_000)) + b">" + _PAGE.encode()
    ),
    "line breaks in a page": Costly("page", lambda: _PAGE.encode() + b"a<br>" * 20_000),
    "tables in tables": Costly("page", lambda: _PAGE.encode() + b"<table><tr><td>a" * 6000),
    "comments of a page": Costly("page", lambda: _PAGE.encode() + b"<!--" * 25_000),
    "nested JSON": Costly("lines", lambda: b"[" * 100_000),
    "nested JSON in a page": Costly(
        "page", lambda: _PAGE.encode() + b'<script type="application/ld+json">' + b'{"a":[' * 16_000
    ),
    "a line of plain text": Costly("plain", lambda: _full("the weir of Ambley ")),
    "rows without a text": Costly("parquet", _parquet),
    "a gigabyte, packed": Costly("packed", _packed),
    "records that break off": Costly(
        "warc", lambda: b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\n" * 1200
    ),
}
"""By name: of each kind that an attack found, and of others."""


if __name__ == "__main__":
    main()
