"""What is done with one chunk of a stage: by the library's own functions, in a process apart, and written once."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from rashomon import stages
from rashomon.archive.analysis import described, one_word, packed, record_of, records, told_of, unpacked
from rashomon.archive.batches import digest
from rashomon.archive.events import told as events_told
from rashomon.archive.tables import (
    COLUMNS,
    article_of,
    article_row,
    event_row,
    features_from,
    features_row,
    kept_from,
    story_row,
    window_row,
)
from rashomon.archive.worked import UNKNOWN, Done, Folder, Trouble, beside, parted, partition, rows
from rashomon.errors import AnalysisError, RashomonError
from rashomon.group import Features, Grouper, features_of, lineage
from rashomon.group.features import day_of
from rashomon.group.stories import place, taken
from rashomon.jobs import Workers, batches
from rashomon.read import Problem, stream
from rashomon.store import Blob, Said, Stored, StoryEntry
from rashomon.tables import Row, quote_row, write_parquet
from rashomon.types import Annotations, Annotators, Article, Comparison, Lineage

# Rows of a file of articles, and of a row group of it: so few that a single article can be had cheaply.
FILE, _GROUP = 256, 16
# Articles that a worker is given at a time, and stories.
_BATCH, _STORIES = 16, 8


class Task(msgspec.Struct, frozen=True):
    """A chunk to be done: where its inputs lie, where its results go to, and how."""

    stage: str
    number: int
    source: str
    target: str
    inputs: tuple[str, ...]
    settings: dict[str, str]


def mark(stage: str, number: int) -> str:
    """The file that says that a chunk is done."""
    return f"stages/{stage}/done/{number:06}.json"


def do(task: Task, workers: Workers) -> Done:
    """Do a chunk, unless it was done before. What was written for it before its end is written anew, the same."""
    target = Folder(task.target)
    name = mark(task.stage, task.number)
    if target.has(name):
        return msgspec.json.decode(target.read(name), type=Done)
    done = _STAGES[task.stage](task, workers)
    target.write(name, msgspec.json.encode(done))
    return done


def _write(target: Folder, table: str, name: str, found: Sequence[Row]) -> tuple[str, int]:
    out = io.BytesIO()
    write_parquet(COLUMNS[table], found, out, _GROUP)
    target.write(name, out.getvalue())
    return name, len(found)


def _trouble(error: Exception, about: str) -> Trouble:
    message = error.message if isinstance(error, RashomonError) else f"{type(error).__name__}: {error}"
    named = error.input if isinstance(error, RashomonError) else None
    return Trouble(named or about, type(error).__name__, message)


# --- read


def _read(task: Task, workers: Workers) -> Done:
    """One input, file or folder: its articles by the day of their publication."""
    done = workers.do(_read_here, [task], _unread)[0]
    if any(trouble.kind == "Died" for trouble in done.troubles):
        target = Folder(task.target)
        for name in target.files("articles"):  # what was written before it died
            if f"/{task.number:06}-" in name:
                target.remove(name)
    return done


def _unread(task: Task) -> Done:
    message = "ended the process that read it; nothing of it was taken"
    return Done(task.number, troubles=tuple(Trouble(name, "Died", message) for name in task.inputs))


def _read_here(tasks: Sequence[Task]) -> list[Done]:
    return [_read_one(task) for task in tasks]


def _read_one(task: Task) -> Done:
    target = Folder(task.target)
    files: list[tuple[str, int]] = []
    troubles: list[Trouble] = []
    held: dict[str, list[Row]] = {}
    written: dict[str, int] = {}

    def write(day: str) -> None:
        part = written[day] = written.get(day, -1) + 1
        name = f"articles/{day}/{task.number:06}-{part:04}.parquet"
        files.append(_write(target, "articles", name, held.pop(day)))

    for one in _streamed(task):
        if not isinstance(one, Article):
            troubles.append(_trouble(one.error, one.input))
            continue
        try:
            one.text.encode()
        except UnicodeEncodeError as error:
            troubles.append(Trouble(one.id, type(error).__name__, "holds characters that cannot be written"))
            continue
        day = partition(day_of(one))
        held.setdefault(day, []).append(article_row(one))
        if len(held[day]) == FILE:
            write(day)
    for day in sorted(held):
        write(day)
    return Done(task.number, tuple(sorted(files)), tuple(troubles))


def _streamed(task: Task) -> Iterator[Article | Problem]:
    """The articles of the inputs; those of an object store are fetched first."""
    told = task.settings.get
    read = partial(stream, outlet=told("outlet"), published=told("published"), language=told("language"))
    for name in task.inputs:
        if "://" not in name or name.startswith(("http://", "https://")):
            yield from read([name])
            continue
        folder, file = parted(name)
        with tempfile.TemporaryDirectory() as here:
            copy = Path(here) / file
            with Folder(folder).open(file) as source, copy.open("wb") as out:
                while data := source.read(1 << 22):
                    out.write(data)
            yield from read([str(copy)])


# --- annotate and features: a file beside each file of articles


def _annotate(task: Task, workers: Workers) -> Done:
    work, lost = partial(_annotated, settings=task.settings), partial(_fatal, settings=task.settings)
    return _beside(task, workers, work, lost)


class _Worked(NamedTuple):
    """What came of an article: rows by their tables, or what went wrong."""

    rows: dict[str, list[Row]]
    trouble: Trouble | None = None


def _fatal(article: Article, *, settings: dict[str, str]) -> _Worked:
    from rashomon.annotate.pipeline import fatal

    return _rows_of(article, fatal(article), one_word(stages.versions(settings["pipeline"], _how(settings))))


def _annotated(articles: Sequence[Article], *, settings: dict[str, str]) -> list[_Worked]:
    from rashomon.annotate.pipeline import annotate_batch

    pipeline, annotators = settings["pipeline"], _how(settings)
    made = annotate_batch(articles, pipeline=pipeline, annotators=annotators)
    version = one_word(stages.versions(pipeline, annotators))
    return [_rows_of(article, one, version) for article, one in zip(articles, made, strict=True)]


def _how(settings: dict[str, str]) -> Annotators:
    how: Annotators = msgspec.convert(settings["annotators"], Annotators)
    return how


def _rows_of(article: Article, made: Annotations | AnalysisError, version: str) -> _Worked:
    row: Row = {"id": article.id, "version": version, "actors": [], "places": [], "data": None}
    if isinstance(made, AnalysisError):
        return _Worked({"annotations": [row]}, _trouble(made, article.id))
    kept = list(records(stored(article), made, version))
    quotes = []
    published = article.published.value if article.published else None
    for one in kept:
        match one:
            case Stored():
                row |= {"actors": list(one.actors), "places": list(one.places)}
            case Blob():
                row["data"] = one.data
            case Said():
                known = {"outlet": article.outlet, "published": published}
                quotes.append(quote_row(one.id, article.id, one.quote, one.speaker) | known)
    return _Worked({"annotations": [row], "quotes": quotes})


def stored(article: Article) -> Stored:
    """An article as an archive would have it."""
    return Stored(id=article.id, article=article, digest=digest(article), gathered="", day=day_of(article) or 0.0)


def _features(task: Task, workers: Workers) -> Done:
    return _beside(task, workers, _featured, _featureless)


def _featured(articles: Sequence[Article]) -> list[_Worked]:
    return [_Worked({"features": [features_row(one)]}) for one in features_of(articles)]


def _featureless(article: Article) -> _Worked:
    """It stands alone in its story."""
    message = "its features cannot be worked out (they ended the process that did); it is grouped with nothing"
    row = features_row(Features(id=article.id, day=day_of(article)))
    return _Worked({"features": [row]}, Trouble(article.id, "Died", message))


def _beside(
    task: Task,
    workers: Workers,
    work: Callable[[Sequence[Article]], list[_Worked]],
    lost: Callable[[Article], _Worked],
) -> Done:
    """Work on the articles of each file, and write what comes of it beside it."""
    source, target = Folder(task.source), Folder(task.target)
    tables = {"annotate": ("annotations", "quotes"), "features": ("features",)}[task.stage]
    files: list[tuple[str, int]] = []
    troubles: list[Trouble] = []
    for name in task.inputs:
        articles = map(article_of, rows(source, "articles", name))
        found = [one for some in batches(articles, _BATCH) for one in workers.do(work, some, lost)]
        troubles += [one.trouble for one in found if one.trouble is not None]
        for table in tables:
            own = [row for one in found for row in one.rows.get(table, ())]
            files.append(_write(target, table, beside(table, name), own))
    return Done(task.number, tuple(files), tuple(troubles))


# --- group: a day after the other


def _group(task: Task, workers: Workers) -> Done:
    return workers.do(_group_here, [task], _ungrouped)[0]


def _ungrouped(task: Task) -> Done:
    raise RashomonError("the process that groups was ended twice (no memory?); run it again", input=task.target)


def _group_here(tasks: Sequence[Task]) -> list[Done]:
    return [_group_day(task) for task in tasks]


def _group_day(task: Task) -> Done:
    """The articles of one day, after those of all days before it: what the window held is where they left it."""
    source, target = Folder(task.source), Folder(task.target)
    day = task.inputs[0].split("/")[1]
    window = int(task.settings["window"])
    before = f"window/{task.number - 1:06}.parquet"
    kept = list(map(kept_from, rows(target, "window", before))) if task.number else []
    grouper = Grouper.resume(kept, window) if kept else Grouper(window)
    known = {row["article"] for name in _days_before(target, task.number) for row in rows(target, "groups", name)}
    came: dict[str, tuple[Features, str, int]] = {}
    for name in task.inputs:
        for number, row in enumerate(rows(source, "features", beside("features", name))):
            came.setdefault(row["id"], (features_from(row), name, number))
    order = sorted((one[0] for id, one in came.items() if id not in known), key=place)
    found, merged = taken(grouper, order)
    own = []
    for id, story in found.items():
        new = came.get(id) if id not in known else None
        at = (None, None, None) if new is None else (new[0].day, new[1], new[2])
        own.append({"article": id, "story": story, "day": at[0], "file": at[1], "row": at[2]})
    files = [_write(target, "groups", f"groups/{day}.parquet", own)]
    left = [window_row(one) for one in grouper.kept()]
    files.append(_write(target, "window", f"window/{task.number:06}.parquet", left))
    return Done(task.number, tuple(files), merged=merged)


def _days_before(target: Folder, number: int) -> Iterator[str]:
    """The files of the groups of all days before."""
    for earlier in range(number):
        done = msgspec.json.decode(target.read(mark("group", earlier)), type=Done)
        yield from (name for name, _ in done.files if name.startswith("groups/"))


# --- compare: some stories


class _Member(msgspec.Struct, frozen=True):
    """An article of a story: the file that it stands in, and its row there."""

    file: str
    row: int


class _Told(NamedTuple):
    """A story to be compared."""

    id: str
    members: tuple[_Member, ...]


def members(told: str) -> _Told:
    """A story as an input of a chunk names it."""
    id, found = msgspec.json.decode(told, type=tuple[str, tuple[tuple[str, int], ...]])
    return _Told(id, tuple(_Member(*one) for one in found))


def _compare(task: Task, workers: Workers) -> Done:
    work = partial(_compared, source=task.source, settings=task.settings)
    told = map(members, task.inputs)
    lost = partial(_incomparable, source=task.source)
    found = [one for some in batches(told, _STORIES) for one in workers.do(work, some, lost)]
    return _by_day(task, found, ((one.rows["stories"][0]["start"], one.rows) for one in found))


def _by_day(task: Task, found: Iterable[_Worked], rows: Iterable[tuple[str | None, dict[str, list[Row]]]]) -> Done:
    """Write rows, each with the day they belong to, into files by day."""
    by_day: dict[str, dict[str, list[Row]]] = {}
    for day, tables in rows:
        for table, own in tables.items():
            by_day.setdefault(f"day={day or UNKNOWN}", {}).setdefault(table, []).extend(own)
    files = [
        _write(Folder(task.target), table, f"{table}/{day}/{task.number:06}.parquet", own)
        for day, tables in sorted(by_day.items())
        for table, own in sorted(tables.items())
    ]
    return Done(task.number, tuple(files), tuple(one.trouble for one in found if one.trouble is not None))


def _compared(told: Sequence[_Told], *, source: str, settings: dict[str, str]) -> list[_Worked]:
    return [_compared_one(one, Folder(source), settings) for one in told]


def _incomparable(told: _Told, *, source: str) -> _Worked:
    message = "cannot be compared (it ended the process that did); please report it"
    kept = [_stored_at(Folder(source), member)[0] for member in told.members]
    entry, traced = described(StoryEntry(id=told.id), kept)
    row = {"story": told.id, "version": "", "lineage": packed(traced), "comparison": None}
    return _Worked({"stories": [story_row(entry)], "comparisons": [row]}, Trouble(told.id, "Died", message))


def _compared_one(told: _Told, source: Folder, settings: dict[str, str]) -> _Worked:
    versions = stages.versions(settings["pipeline"], _how(settings))
    version = one_word(versions)
    both = [_stored_at(source, member, version) for member in told.members]
    entry, traced = described(StoryEntry(id=told.id), [kept for kept, _ in both])
    row: Row = {"story": told.id, "version": version, "lineage": packed(traced), "comparison": None}
    annotated = [annotations for _, annotations in both if annotations is not None]
    trouble = None
    if len(annotated) > 1:
        try:
            comparison = stages.compare_annotated(annotated, versions=versions, anyway=True)
            entry, row["comparison"] = told_of(comparison, entry), packed(comparison)
        except Exception as error:  # a fault of the program: it costs this comparison
            trouble = Trouble(told.id, "AnalysisError", f"cannot be compared ({type(error).__name__}: {error})")
    return _Worked({"stories": [story_row(entry)], "comparisons": [row]}, trouble)


# --- events: of each story, as its comparison has them, or the one article that tells it


def _events(task: Task, workers: Workers) -> Done:
    work = partial(_happened, source=task.source, number=task.number, settings=task.settings)
    found = [
        one for some in batches(map(members, task.inputs), _STORIES) for one in workers.do(work, some, _unhappened)
    ]
    rows = ((row["Event Date"], {"plover": [row]}) for one in found for row in one.rows.get("plover", ()))
    return _by_day(task, found, rows)


def _unhappened(told: _Told) -> _Worked:
    message = "its events cannot be worked out (it ended the process that did); please report it"
    return _Worked({}, Trouble(told.id, "Died", message))


def _happened(told: Sequence[_Told], *, source: str, number: int, settings: dict[str, str]) -> list[_Worked]:
    version = one_word(stages.versions(settings["pipeline"], _how(settings)))
    compared = _comparisons_in(source, number)
    return [_happened_in(one, Folder(source), version, compared[one.id]) for one in told]


def _happened_in(told: _Told, source: Folder, version: str, compared: Row) -> _Worked:
    both = [_stored_at(source, member, version) for member in told.members]
    comparison = record_of(compared["comparison"] or b"", Comparison) if compared["version"] == version else None
    articles = {kept.id: kept.article for kept, _ in both}
    traced = record_of(compared["lineage"], Lineage) or lineage(list(articles.values()))
    read = [annotations for _, annotations in both if annotations is not None]
    events = events_told(told.id, [kept for kept, _ in both], traced, comparison, read)
    return _Worked({"plover": [event_row(event, articles[event.accounts[0].article]) for event in events]})


@lru_cache(maxsize=4)
def _comparisons_in(url: str, number: int) -> dict[str, Row]:
    """What the chunk of a number came to when its stories were compared, by story."""
    source = Folder(url)
    done = msgspec.json.decode(source.read(mark("compare", number)), type=Done)
    files = [name for name, _ in done.files if name.startswith("comparisons/")]
    return {row["story"]: row for name in files for row in rows(source, "comparisons", name)}


def _stored_at(source: Folder, member: _Member, version: str = "") -> tuple[Stored, Annotations | None]:
    """An article and its annotations of a version, if it has any."""
    article = article_of(row_at(source.url, member.file, member.row))
    kept = stored(article)
    if not version:
        return kept, None
    name = beside("annotations", member.file)
    row = row_at(source.url, name, member.row) if _has(source.url, name) else None
    if row is None or row["version"] != version or row["data"] is None:
        return kept, None
    named = msgspec.structs.replace(kept, actors=tuple(row["actors"]), places=tuple(row["places"]))
    return named, unpacked(row["data"], article)


@lru_cache(maxsize=64)
def _rows_in(url: str, name: str, group: int) -> list[Row]:
    """A row group of a file."""
    from pyarrow import parquet

    with Folder(url).open(name) as file:
        found: list[Row] = parquet.ParquetFile(file).read_row_group(group).to_pylist()
    return found


def row_at(url: str, name: str, row: int) -> Row:
    """A row of a file that has a row for each article."""
    return _rows_in(url, name, row // _GROUP)[row % _GROUP]


@lru_cache(maxsize=4096)
def _has(url: str, name: str) -> bool:
    return Folder(url).has(name)


_STAGES: dict[str, Callable[[Task, Workers], Done]] = {
    "read": _read,
    "annotate": _annotate,
    "features": _features,
    "group": _group,
    "compare": _compare,
    "events": _events,
}
