"""How quickly pages come from an archive that is large and being written to.

    python -m benchmarks.serve [--articles N] [--seconds S] [--rate R] [--folder FOLDER]

Made-up articles are put into an archive (kept in FOLDER for the next time), and the bundled harbour story beside them.
A server shows the archive; another process adds articles to it, a batch every half second; a client asks in turn for
the list of stories and for the page of the story, so many a second whether or not earlier answers have come. An answer
is late from the moment when it should have been asked for, so that a server that stalls cannot hide it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec

import rashomon
from rashomon.archive import open_archive
from rashomon.store import Articles, Record, Stored, Stories, StoryEntry, open_store
from rashomon.types import Article, Published

GOAL_MS = 200.0
_REPORTS = 4  # of each story, in the mean
_BATCH = 2_000
_WRITTEN_AT_ONCE = 50
_PAUSE = 0.5
_EPOCH = datetime(2030, 1, 1, tzinfo=UTC)
_FIRST = ("ba", "dor", "fi", "gen", "lu", "me", "nor", "pe", "ra", "su", "ten", "vo")
_LAST = ("ken", "mar", "ting", "lo", "ser", "vin", "dal", "beck", "ro", "nia", "stad", "wick")
_WORDS = [a + b + c for a in _FIRST for b in _FIRST for c in _LAST]
_KINDS = ("Post", "Courier", "Radio")
_BROWSER = {"accept": "text/html"}


class Figures(msgspec.Struct, frozen=True):
    """What a client saw: answers a second, milliseconds until half and until 99 of 100 had come, and failures."""

    asked: str
    answers: int
    rate: float
    p50: float
    p99: float
    worst: float
    errors: int


def records(start: int, count: int) -> Iterator[Record]:
    """Articles and the stories that they make, the same for the same numbers."""
    number = start
    while number < start + count:
        chance = random.Random(number)
        reports = min(1 + int(chance.expovariate(1 / (_REPORTS - 1))), start + count - number)
        yield from _story(chance, number, reports)
        number += reports


def _story(chance: random.Random, first: int, reports: int) -> Iterator[Record]:
    moment = _EPOCH + timedelta(minutes=5 * first)
    day, stamp = moment.date().isoformat(), moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    own = chance.sample(_WORDS, 8)
    title = " ".join(own[:6]).capitalize()
    outlets = [f"{chance.choice(_WORDS[:60]).capitalize()} {chance.choice(_KINDS)}" for _ in range(reports)]
    for number, outlet in enumerate(outlets, first):
        text = " ".join(chance.choices(_WORDS, k=90) + own)
        id = f"s{number:09d}"
        bare = Article(id=id, text=text)
        article = msgspec.structs.replace(
            bare, outlet=outlet, title=title, published=Published(value=day), paragraphs=(bare.span(0, len(text)),)
        )
        days = moment.timestamp() / 86400
        yield Stored(id=id, article=article, digest=id, gathered=stamp, day=days, story=f"s{first:09d}")
    yield StoryEntry(
        id=f"s{first:09d}",
        title=title,
        start=day,
        end=day,
        changed=stamp,
        articles=reports,
        independent=max(reports - 1, 1),
        outlets=tuple(sorted(set(outlets))),
        actors=tuple(word.capitalize() for word in own[:3]),
        places=(own[3].capitalize(),),
    )


def build(path: Path, articles: int) -> None:
    """The archive, unless it is there."""
    if path.exists():
        return
    harbour = Path(rashomon.__file__).parent / "demo" / "harbour"
    with open_archive(str(path), create=True) as archive:
        archive.ingest([str(harbour)])
        archive.compare(archive.stories().items[0].id)
    store = open_store(str(path))
    for start in range(0, articles, _BATCH):
        with store.writing():
            store.put(records(start, min(_BATCH, articles - start)))
        print(f"\r{start + _BATCH:,} articles", end="", file=sys.stderr)
    print(file=sys.stderr)
    store.close()


def write(path: Path, start: int) -> None:
    """Add articles until killed."""
    store = open_store(str(path))
    while True:
        with store.writing():
            store.put(records(start, _WRITTEN_AT_ONCE))
        start += _WRITTEN_AT_ONCE
        time.sleep(_PAUSE)


@contextmanager
def served(path: Path) -> Iterator[str]:
    """A server in a process of its own; gives its address."""
    script = f"from rashomon.web import serve; serve({str(path)!r}, port=0)"
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            told = re.search(r"http://\S+?:\d+", server.stderr.readline())
            if told is None:
                raise SystemExit(server.stderr.read())
            yield told.group()
        finally:
            server.terminate()


@contextmanager
def written(path: Path, start: int) -> Iterator[subprocess.Popen[bytes]]:
    """A writer in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.serve", "--write", str(path), str(start)]
    with subprocess.Popen(command) as writer:
        try:
            yield writer
        finally:
            writer.kill()


async def ask(base: str, addresses: list[str], rate: float, seconds: float) -> dict[str, list[tuple[float, bool]]]:
    """Ask for the addresses in turn; for each, how late every answer was (seconds) and whether it was right."""
    found: dict[str, list[tuple[float, bool]]] = {address: [] for address in addresses}
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=30, headers=_BROWSER) as client:
        loop = asyncio.get_running_loop()
        begun = loop.time()

        async def one(address: str, due: float) -> None:
            try:
                right = (await client.get(address)).status_code == 200
            except httpx.HTTPError:
                right = False
            found[address].append((loop.time() - due, right))

        async with asyncio.TaskGroup() as group:
            for number in range(int(rate * seconds)):
                due = begun + number / rate
                await asyncio.sleep(max(0.0, due - loop.time()))
                group.create_task(one(addresses[number % len(addresses)], due))
    return found


def figures(asked: str, took: list[tuple[float, bool]], seconds: float) -> Figures:
    """What the answers come to."""
    late = sorted(1000 * one for one, _ in took)
    return Figures(
        asked=asked,
        answers=len(late),
        rate=len(late) / seconds,
        p50=late[len(late) // 2],
        p99=late[min(int(len(late) * 0.99), len(late) - 1)],
        worst=late[-1],
        errors=sum(not right for _, right in took),
    )


def measured(path: Path, *, rate: float, seconds: float) -> list[Figures]:
    """Serve, write and ask; figures for each address and for both together."""
    store = open_store(str(path))
    stories, articles = store.count(Stories()), store.count(Articles())
    store.close()
    with open_archive(str(path)) as archive:
        story = archive.stories(words="harbour picket").items[0].id
    addresses = ["/stories", f"/stories/{story}"]
    with served(path) as base, written(path, articles) as writer:
        for address in addresses:  # a reader's first look; from then on the page is at hand
            while httpx.get(base + address, headers=_BROWSER, timeout=120).status_code != 200:
                time.sleep(0.5)
        begun = time.monotonic()
        took = asyncio.run(ask(base, addresses, rate, seconds))
        lasted = time.monotonic() - begun
        if writer.poll() is not None:
            raise SystemExit("the writer stopped: nothing was measured")
    print(f"{articles:,} articles, {stories:,} stories; load {os.getloadavg()[0]:.1f}")
    everything = [one for some in took.values() for one in some]
    return [figures(a, some, lasted) for a, some in (*took.items(), ("both", everything))]


def main() -> None:
    """The benchmark, or the writer that it starts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "rashomon-serve")
    parser.add_argument("--write", nargs=2, metavar=("ARCHIVE", "START"), help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.write:
        write(Path(told.write[0]), int(told.write[1]))
        return
    told.folder.mkdir(exist_ok=True)
    path = told.folder / f"news-{told.articles}.db"
    build(path, told.articles)
    for one in measured(path, rate=told.rate, seconds=told.seconds):
        print(
            f"{one.asked:<28} {one.answers:>6} answers {one.rate:6.1f}/s  p50 {one.p50:6.1f} ms"
            f"  p99 {one.p99:6.1f} ms  worst {one.worst:6.1f} ms  {one.errors} errors"
        )


if __name__ == "__main__":
    main()
