"""Archives for the tests of the server: the bundled stories, a report alone, one that was revised, and hostile ones.

All people, places and outlets are invented.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from archived import written
from demo_archive import BEFORE, TITLES

import rashomon
from rashomon.archive import Archive
from rashomon.store import open_store
from rashomon.web import application

if TYPE_CHECKING:
    from litestar.testing import TestClient

    from rashomon.web.access import Access

NOW = datetime(2031, 4, 1, 12, tzinfo=UTC)
ALONE = {
    "id": "alone",
    "outlet": "The Marrick Packet",
    "title": "Clockmaker of Marrick retires at ninety",
    "published": "2031-03-20",
    "text": "The last clockmaker of Marrick, Osric Venn, closed his shop.\n\n“Time has caught up with me,” Venn said.",
}
_FACTS = BEFORE.split("\n\n")
REVISED = [
    {
        "id": "flood",
        "outlet": "Tarn Herald",
        "title": title,
        "published": "2031-03-24",
        "url": "https://tarn-herald.example/flood",
        "text": "\n\n".join(text),
    }
    for title, text in zip(
        TITLES, (_FACTS, [*_FACTS[:2], "Two anglers were hurt at the mill.", _FACTS[2]]), strict=True
    )
]
SCRIPT = "<script>window.stolen=1</script><img src=x onerror=window.stolen=1><svg/onload=window.stolen=1>"
ODD = "\u202egnorw yaw eht\u202c \u2066isolate\u2069 \u200f\u061c z\u0337a\u0337l\u0337g\u0337o \U0001f6a2\ufe0f \ufdfa"
HOSTILE = [
    {
        "id": f"evil-{number}",
        "outlet": outlet,
        "title": f'Ferry "Hilda" rams pier at Velm {extra}',
        "published": "2031-03-03",
        "url": "javascript:window.stolen=1",
        "author": SCRIPT,
        "text": f"The ferry Hilda rammed the wooden pier at Velm in thick fog on Monday. {SCRIPT}\n\n"
        f"“We heard a bang and then {word} pier moved {ODD},” harbour master Ida Korn said. --> ]]> </script>\n\n"
        f"Twelve passengers were taken to the Velm infirmary with broken bones. {{{{ 7 * 7 }}}} {ODD}",
    }
    for number, outlet, extra, word in (
        (1, "صحيفة الميناء", SCRIPT, "the whole"),
        (2, "Velm </title><script>window.stolen=1</script> Courier", ODD, "the entire"),
    )
]
HUGE = {
    "id": "huge",
    "outlet": "W" * 300,
    "title": "Very long " * 40,
    "published": "2031-03-05",
    "text": "A dredger hauled up a bell. " + "The bell of Marrick weighs half a tonne and rings. " * 20_000,
}


def fill(path: Path, *batches: list[dict[str, str]], inputs: tuple[str, ...] = (), annotate: bool = True) -> Path:
    """An archive of these records, one batch gathered after the other."""
    with opened(path) as archive:
        if inputs:
            archive.ingest(inputs)
        for number, records in enumerate(batches):
            archive.ingest([written(path.with_suffix(f".{number}.jsonl"), records)], annotate=annotate)
    return path


def opened(path: Path, *, patience: float = 30.0) -> Archive:
    """The archive with quick annotators and a clock that stands."""
    return Archive(open_store(str(path), patience=patience), annotators="fast", clock=lambda: NOW)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two bundled stories, a report alone and a revised one: an archive that nobody opens, to be copied."""
    demo = Path(rashomon.__file__).parent / "demo"
    folder = tmp_path_factory.mktemp("filled")
    inputs = (str(demo / "harbour"), str(demo / "bridge"))
    return fill(folder / "filled.db", [ALONE, REVISED[0]], REVISED[1:], inputs=inputs)


@pytest.fixture(scope="session")
def town(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that all tests read; it keeps the comparisons that they ask for."""
    return Path(shutil.copy(filled, tmp_path_factory.mktemp("town") / "town.db"))


@pytest.fixture
def own_town(filled: Path, tmp_path: Path) -> Path:
    """A copy that may be written to, in which nothing was compared."""
    return Path(shutil.copy(filled, tmp_path / "own.db"))


@contextmanager
def client(archive: Archive, access: Access | None = None, base: str = "http://127.0.0.1") -> Iterator[TestClient[Any]]:
    """Asks the pages and the API over an archive, in this process."""
    from litestar.testing import TestClient  # every test imports this file, and few need that

    with TestClient(cast(Any, application(archive, access)), base_url=base) as asking:
        yield asking
