"""Floors under the accuracy figures, each tied to the digest of the data that it was measured on.

``evals/floors.json`` is a list of them. A floor that was set on other data says nothing, so a digest that differs is a
breach of its own.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from rashomon.errors import RashomonError
from rashomon_evals import Score
from rashomon_evals.annotations import STORIES, read_annotations
from rashomon_evals.command import Progress, run
from rashomon_evals.points import TRAIN

# Folders that with_accounts makes, whatever the gold data have under their names.
_MADE = frozenset({"accounts", "streams"})


class Floor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the scores of one task may not fall below, and what some (``ceilings``) may not rise above.

    ``data`` is relative to the folder of gold data. ``first`` limits the run to so many articles, documents or topics,
    in the order of their names: the subset that is fast enough for every test run.
    """

    task: str
    data: str
    digest: str
    floors: dict[str, float]
    ceilings: dict[str, float] = {}
    first: int | None = None


def read(path: Path) -> list[Floor]:
    """The floors in a JSON file."""
    return msgspec.json.decode(path.read_bytes(), type=list[Floor])


def write(path: Path, floors: Sequence[Floor]) -> None:
    """Write floors so that a change shows as a line."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(floors), indent=2) + b"\n")


def measure(floor: Floor, gold: Path, progress: Progress | None = None, *, peers: bool = False) -> Score:
    """Score what a floor belongs to, under the folder ``gold``; with ``peers``, installed programs too."""
    with ExitStack() as stack:
        data = gold / floor.data
        if floor.first is not None:
            data = _first(floor.task, data, floor.first, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        return msgspec.structs.replace(run(floor.task, data, progress, peers=peers), data=floor.data)


@contextmanager
def with_accounts(gold: Path, annotations: Path) -> Iterator[Path]:
    """The folder ``gold`` (its ``stories/stories.jsonl`` too) with ``accounts/PART`` and ``streams/SET.jsonl`` added.

    The streams are the articles of each set in ``stories.jsonl``. The others are folders of links, in the form that the
    task ``accounts`` takes, to the annotated stories of each part in the folder ``annotations`` (there need not be any)
    and to their texts. All are gone afterwards.
    """
    with tempfile.TemporaryDirectory() as name:
        for path in gold.iterdir():
            if path.name not in _MADE:
                (Path(name) / path.name).symlink_to(path.resolve())
        stories = gold / "stories" / STORIES
        if stories.is_file():
            _part(stories, Path(name) / "streams")
        found = read_annotations(annotations) if any(annotations.glob("*.json")) else {}
        for file, annotation in found.items():
            part = Path(name) / "accounts" / annotation.part
            if not part.exists():
                part.mkdir(parents=True)
                (part / STORIES).symlink_to((gold / "stories" / STORIES).resolve())
            (part / file.name).symlink_to(file.resolve())
        yield Path(name)


def _part(stories: Path, into: Path) -> None:
    """A file for each set that the articles of a JSONL file are from."""
    parts: dict[str, list[bytes]] = {}
    for line in stories.read_bytes().splitlines(keepends=True):
        parts.setdefault(msgspec.json.decode(line, type=_FromSet).set, []).append(line)
    into.mkdir()
    for name, lines in parts.items():
        (into / f"{name}.jsonl").write_bytes(b"".join(lines))


class _FromSet(msgspec.Struct):
    set: str = "other"


def breaches(floor: Floor, score: Score) -> list[str]:
    """What is wrong, one line each; empty if every score stands on its floor and under its ceiling."""
    if score.digest != floor.digest:
        return [f"{floor.task} {floor.data}: the floors belong to other data (digest {floor.digest[:12]})"]
    found = [
        f"{floor.task} {floor.data}: {name} is {score.scores.get(name, 0.0):.2f}, its floor is {least:.2f}"
        for name, least in floor.floors.items()
        if score.scores.get(name, 0.0) < least
    ]
    return found + [
        f"{floor.task} {floor.data}: {name} is {score.scores.get(name, 100.0):.2f}, its ceiling is {most:.2f}"
        for name, most in floor.ceilings.items()
        if score.scores.get(name, 100.0) > most
    ]


def _first(task: str, data: Path, count: int, into: Path) -> Path:
    """A folder with links to the first documents of gold data, in the same form."""
    for path in _chosen(task, data, count):
        link = into / path.relative_to(data)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path.resolve())
    return into


def _chosen(task: str, data: Path, count: int) -> list[Path]:
    if task == "quotes":
        texts = sorted((data / "text").glob("*.txt"))[:count]
        marks = {text: re.compile(rf"{re.escape(text.stem)}(_[^_]+)?\.ann") for text in texts}
        found = sorted((data / "attributions").glob("*.ann"))
        return [*texts, *(path for path in found if any(m.fullmatch(path.name) for m in marks.values()))]
    if task == "times":
        return [path for path in sorted(data.iterdir()) if path.name.endswith((".tml", ".key.xml"))][:count]
    if task == "points":
        topics = sorted(int(p.name) for p in (data / "ECB+").iterdir() if p.name.isdigit() and int(p.name) not in TRAIN)
        files = [path for n in topics[:count] for path in sorted((data / "ECB+" / str(n)).glob("*.xml"))]
        return [*data.glob("*.csv"), *files]
    if task == "naming":
        return sorted(data.glob("*.conll"))[:count]
    if task == "accounts":
        return [data / STORIES, *sorted(data.glob("*.json"))[:count]]
    raise RashomonError("has no subset that can be scored alone", input=task)
