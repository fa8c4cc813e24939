"""What is to be done of a stage, chunk by chunk, until all of it is done."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from rashomon import stages
from rashomon.archive.analysis import one_word
from rashomon.archive.worked import Done, Folder, Manifest, article_files, by_story, parted, parts, places, within
from rashomon.archive.worked import done as finished
from rashomon.errors import MissingInput, RashomonError
from rashomon.group.stories import WINDOW
from rashomon.jobs import Progress, Workers, cores
from rashomon.scale.chunks import FILE, Task, do, mark
from rashomon.types import DEFAULT_ANNOTATORS, Annotators, Runner, Stage

# How often in a row an engine may fail without a single chunk having been done.
_PATIENCE = 5
# Articles of stories that are compared in one chunk.
_COMPARED = 256


class Engine(Protocol):
    """Whatever has tasks done somewhere."""

    def __call__(self, tasks: Sequence[Task]) -> Iterable[Done]:
        """Have all tasks done, in any order, each as :func:`rashomon.scale.chunks.do` does it.

        Whatever goes wrong, it may raise anything: what was done is known by its mark.
        """


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How the stages work. Only what a stage is told of is kept with what it did."""

    outlet: str | None = None
    published: str | None = None
    language: str | None = None
    pipeline: str = stages.DEFAULT_PIPELINE
    annotators: Annotators = DEFAULT_ANNOTATORS
    window: int = WINDOW

    def of(self, stage: Stage) -> dict[str, str]:
        """The settings and versions that the results of a stage hang on."""
        made = stages.versions(self.pipeline, self.annotators)
        told: dict[str, str | None] = {"rashomon": made.rashomon}
        if stage == "read":
            told |= {"outlet": self.outlet, "published": self.published, "language": self.language}
        if stage in ("annotate", "compare", "events"):
            told |= {"pipeline": self.pipeline, "annotators": self.annotators, "version": one_word(made)}
        if stage == "group":
            told |= {"window": str(self.window)}
        return {name: value for name, value in told.items() if value is not None}


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a stage came to. ``rows`` are those of its tables; ``troubles`` is the file that lists them, if any."""

    stage: str
    chunks: int
    rows: dict[str, int]
    troubles: int
    listed: str | None = None


def run(
    stage: Stage,
    inputs: Sequence[str],
    target: str,
    *,
    settings: Settings | None = None,
    runner: Runner = "native",
    address: str | None = None,
    jobs: int | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Do a stage to its end; what of it was done before is not done again.

    ``inputs`` of ``read`` are files and folders of any kind that can be read, or files in an object store; of the other
    stages, one folder that the stages before it wrote. The results go into the folder ``target``, which may be the
    same. ``jobs`` is how many processes work (default: all processors of this machine, or of the cluster), ``address``
    a Ray cluster's. ``engine`` has the chunks done in another way.

    Raises:
        MissingPart: Daft, Ray or pyarrow is not installed.
        MissingInput: there is no such input.
        RashomonError: a stage before this one is not done; the folder has the stage of other inputs, settings or
            versions; or the work cannot go on, as where all workers die at once.
    """
    source, out = inputs[0] if stage != "read" else "", Folder(target)
    if stage != "read" and len(inputs) != 1:
        raise RashomonError("takes one folder, which the stages before wrote", input=stage)
    options = settings or Settings()
    manifest = _begun(out, _planned(stage, inputs, options))
    tasks = [
        Task(stage, number, source, target, chunk, manifest.settings) for number, chunk in enumerate(manifest.chunks)
    ]
    if engine is None:
        engine = _engine(stage, runner, address, jobs)
    _through(tasks, out, engine, progress)
    return _summary(stage, out)


def _planned(stage: Stage, inputs: Sequence[str], settings: Settings) -> Manifest:
    """What there is to do."""
    chunks: Iterable[Sequence[str]]
    if stage == "read":
        chunks = [[name] for given in inputs for name in _named(given)]
    else:
        source = Folder(inputs[0])
        files = article_files(source)
        if stage == "group":
            finished(source, "features")
            days: dict[str, list[str]] = {}
            for name, _ in files:
                days.setdefault(name.split("/")[1], []).append(name)
            chunks = days.values()
        elif stage in ("compare", "events"):
            if stage == "events":
                finished(source, "compare")
            chunks = _stories(source)
        else:
            chunks = parts(files, FILE)
    return Manifest(stage, settings.of(stage), tuple(tuple(chunk) for chunk in chunks))


def _named(given: str) -> Iterator[str]:
    """The files that an input names, in their order: a folder's, one by one."""
    if "://" in given and not given.startswith(("http://", "https://")):
        folder, name = parted(given)
        if Folder(folder).has(name):
            yield given
            return
        found = [within(given, one) for one in Folder(given).files("")]
        if not found:
            raise MissingInput("there is no such file or folder", input=given)
        yield from found
        return
    path = Path(given)
    if not path.is_dir():
        if not path.exists() and "://" not in given:
            raise MissingInput("there is no such file", input=given)
        yield given
        return
    for parent, folders, files in os.walk(path):
        folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
        yield from (str(Path(parent) / name) for name in sorted(files) if not name.startswith("."))


def _stories(source: Folder) -> Iterator[list[str]]:
    """Stories with their articles, by the first day of each, some together."""
    found = places(source)
    some: list[str] = []
    held = 0
    for story, ids in by_story(found).items():
        if some and held + len(ids) > _COMPARED:
            yield some
            some, held = [], 0
        told = (story, [(found[id].file, found[id].row) for id in ids])
        some.append(msgspec.json.encode(told).decode())
        held += len(ids)
    if some:
        yield some


def _begun(out: Folder, manifest: Manifest) -> Manifest:
    """Keep what is to be done, or see that it is what was begun before.

    Raises:
        RashomonError: something else was begun there.
    """
    name = f"stages/{manifest.stage}/manifest.json"
    if not out.has(name):
        out.write(name, msgspec.json.encode(manifest))
    elif msgspec.json.decode(out.read(name), type=Manifest) != manifest:
        raise RashomonError(
            f"has the stage {manifest.stage!r} of other inputs, settings or versions; name another folder",
            input=out.url,
        )
    return manifest


def _through(tasks: Sequence[Task], out: Folder, engine: Engine, progress: Progress | None) -> None:
    """Have all tasks done, however often an engine fails.

    Raises:
        RashomonError: it fails again and again, and nothing gets done.
    """
    left, failures = _left(tasks, out), 0
    while left:
        before = len(left)
        try:
            for number, _ in enumerate(engine(left), start=len(tasks) - before + 1):
                if progress is not None:
                    progress(tasks[0].stage, number, len(tasks))
            error: Exception | None = None
        except RashomonError:
            raise
        except Exception as failure:  # an engine raises whatever its workers die of
            error = failure
        left = _left(tasks, out)
        failures = failures + 1 if len(left) == before else 0
        if failures == _PATIENCE:
            told = " ".join(f"{type(error).__name__}: {error}".split())[:300] if error else "no chunk gets done"
            raise RashomonError(f"cannot go on ({told}); run it again when that is mended", input=tasks[0].stage)


def _left(tasks: Sequence[Task], out: Folder) -> list[Task]:
    if not tasks:
        return []
    there = set(out.files(f"stages/{tasks[0].stage}/done"))
    return [task for task in tasks if mark(task.stage, task.number) not in there]


def _summary(stage: Stage, out: Folder) -> Summary:
    done = finished(out, stage)
    rows: dict[str, int] = {}
    for name, count in (file for one in done for file in one.files):
        table = name.split("/")[0]
        rows[table] = rows.get(table, 0) + count
    troubles = [trouble for one in done for trouble in one.troubles]
    listed = f"stages/{stage}/troubles.jsonl"
    if troubles:
        out.write(listed, b"".join(msgspec.json.encode(trouble) + b"\n" for trouble in troubles))
    return Summary(
        stage=stage,
        chunks=len(done),
        rows=rows,
        troubles=len(troubles),
        listed=within(out.url, listed) if troubles else None,
    )


def _engine(stage: Stage, runner: Runner, address: str | None, jobs: int | None) -> Engine:
    if stage == "group":
        return here  # one ordered stream
    from rashomon.scale.daft import Daft

    return Daft(runner, address, jobs)


def here(tasks: Sequence[Task]) -> Iterator[Done]:
    """One chunk after the other, on this machine: each in its turn, in one process apart."""
    with Workers(1, apart=True, each=cores()) as workers:
        for task in tasks:
            yield do(task, workers)
