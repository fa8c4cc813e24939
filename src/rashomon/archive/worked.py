"""A folder with what ``rashomon scale`` works out: on a disk or in an object store, always Parquet.

``articles``, ``features``, ``annotations`` and ``quotes`` lie in folders by day of publication (``day=2031-04-01``,
UTC). The first three have a file each for the same articles, with a row for each in the same order. ``groups`` says
day by day which article is in which story; a later file overrules an earlier one. ``stories`` and ``comparisons`` lie
by the day on which a story begins. ``stages`` holds for each stage what is to be done (``manifest.json``) and what of
it is done.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import msgspec

from rashomon.archive.tables import COLUMNS
from rashomon.errors import MissingInput, MissingPart, RashomonError, StoreError
from rashomon.group.stories import last_name
from rashomon.tables import Row, read_parquet

UNKNOWN = "unknown"
MARK = "stages/read/manifest.json"


class Trouble(msgspec.Struct, frozen=True):
    """What could not be done, and why."""

    input: str
    kind: str
    message: str


class Manifest(msgspec.Struct, frozen=True):
    """What a stage has to do: the inputs of each chunk, all under the same settings."""

    stage: str
    settings: dict[str, str]
    chunks: tuple[tuple[str, ...], ...]


class Done(msgspec.Struct, frozen=True):
    """What a chunk came to: its files with the number of their rows, and what could not be done."""

    number: int
    files: tuple[tuple[str, int], ...] = ()
    troubles: tuple[Trouble, ...] = ()
    merged: dict[str, str] = {}


class Place(NamedTuple):
    """Where an article stands: its story, when it was published (days since 1970), its file, and its row there."""

    story: str
    day: float | None
    file: str
    row: int


def partition(day: float | None) -> str:
    """The folder of a day."""
    if day is None or not -700_000 < day < 2_900_000:
        return f"day={UNKNOWN}"
    return f"day={(date(1970, 1, 1) + timedelta(days=day // 1)).isoformat()}"


def within(folder: str, name: str) -> str:
    """The path or address of a file in a folder; the options of an address stay at its end."""
    before, mark, options = folder.partition("?") if "://" in folder else (folder, "", "")
    return f"{before.rstrip('/')}/{name}{mark}{options}"


def parted(file: str) -> tuple[str, str]:
    """The folder that a file lies in, and its name there."""
    before, mark, options = file.partition("?") if "://" in file else (file, "", "")
    folder, _, name = before.rstrip("/").rpartition("/")
    return f"{folder}{mark}{options}", name


class Folder:
    """A folder by its path or address (``s3://bucket/folder``, and what arrow says there)."""

    def __init__(self, url: str) -> None:
        """Nothing is read yet.

        Raises:
            MissingPart: pyarrow is not installed.
            RashomonError: it is no such address.
        """
        try:
            from pyarrow import fs
        except ModuleNotFoundError as error:
            raise MissingPart('Parquet needs pyarrow: pip install "rashomon[parquet]"') from error
        self.url = url
        self._fs: Any
        if "://" in url:
            try:
                self._fs, self._root = fs.FileSystem.from_uri(url)
            except Exception as error:
                raise RashomonError(f"is no folder that can be reached ({error})", input=url) from error
        else:
            self._fs, self._root = fs.LocalFileSystem(), str(Path(url).absolute())
        self._local = isinstance(self._fs, fs.LocalFileSystem)

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        from pyarrow import fs

        return bool(self._fs.get_file_info(self._path(name)).type == fs.FileType.File)

    def files(self, under: str) -> list[str]:
        """The names of all files under a folder, sorted."""
        from pyarrow import fs

        selector = fs.FileSelector(self._path(under), recursive=True, allow_not_found=True)
        found = (info for info in self._fs.get_file_info(selector) if info.type == fs.FileType.File)
        names = (info.path.removeprefix(self._root).lstrip("/") for info in found)
        return sorted(name for name in names if not name.rpartition("/")[2].startswith("."))

    def open(self, name: str) -> IO[bytes]:
        """A file to be read.

        Raises:
            MissingInput: there is none.
        """
        try:
            return cast(IO[bytes], self._fs.open_input_file(self._path(name)))
        except FileNotFoundError:
            raise MissingInput("there is no such file", input=within(self.url, name)) from None

    def read(self, name: str) -> bytes:
        """What a file holds."""
        with self.open(name) as file:
            return file.read()

    def write(self, name: str, data: bytes) -> None:
        """Put a file in its place, whole or not at all.

        Raises:
            StoreError: it cannot be written.
        """
        path = self._path(name)
        try:
            if not self._local:
                with self._fs.open_output_stream(path) as out:
                    out.write(data)
                return
            target = Path(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, target)  # noqa: PTH105
        except OSError as error:
            raise StoreError(f"cannot be written: {error.strerror or error}", input=within(self.url, name)) from error

    def remove(self, name: str) -> None:
        """Remove a file."""
        self._fs.delete_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


def is_worked_out(url: str) -> bool:
    """Whether this is a folder that ``rashomon scale`` wrote."""
    if url.startswith("s3://"):
        return Folder(url).has(MARK)
    return (Path(url) / MARK).is_file()


def done(folder: Folder, stage: str) -> list[Done]:
    """What a stage came to, chunk by chunk, in their order.

    Raises:
        RashomonError: it was not done, or not to its end.
    """
    if not folder.has(f"stages/{stage}/manifest.json"):
        raise RashomonError(f"holds nothing of the stage {stage!r}; do it first", input=folder.url)
    manifest = msgspec.json.decode(folder.read(f"stages/{stage}/manifest.json"), type=Manifest)
    marks = [name for name in folder.files(f"stages/{stage}/done") if name.endswith(".json")]
    if len(marks) < len(manifest.chunks):
        told = f"{len(marks)} of {len(manifest.chunks)} parts of the stage {stage!r} are done; run it again"
        raise RashomonError(told, input=folder.url)
    return [msgspec.json.decode(folder.read(name), type=Done) for name in marks]


def is_done(folder: Folder, stage: str) -> bool:
    """Whether a stage was done to its end."""
    try:
        done(folder, stage)
    except RashomonError:
        return False
    return True


def article_files(folder: Folder) -> list[tuple[str, int]]:
    """The files of articles with the numbers of their rows, by day, the unknown day last, then by name."""
    found = [file for one in done(folder, "read") for file in one.files]
    return sorted(found, key=lambda file: file[0].replace(f"day={UNKNOWN}", "day=~"))


def beside(table: str, articles: str) -> str:
    """The file of another table that has the same articles as a file of ``articles``."""
    return f"{table}/{articles.removeprefix('articles/')}"


def rows(folder: Folder, table: str, name: str) -> Iterator[Row]:
    """The rows of a file of a table."""
    with folder.open(name) as file:
        yield from read_parquet(file, list(COLUMNS[table]))


def places(folder: Folder) -> dict[str, Place]:
    """Where each article stands, in the order of the stream. Of articles with one id there is the first.

    Raises:
        RashomonError: the articles are not grouped.
    """
    found: dict[str, Place] = {}
    merged: dict[str, str] = {}
    for one in done(folder, "group"):
        merged |= one.merged
        for name, _ in one.files:
            if not name.startswith("groups/"):
                continue
            for row in rows(folder, "groups", name):
                known = found.get(row["article"])
                if known is None:
                    found[row["article"]] = Place(row["story"], row["day"], row["file"], row["row"])
                else:
                    found[row["article"]] = known._replace(story=row["story"])
    return {id: place._replace(story=last_name(place.story, merged)) for id, place in found.items()}


def by_story(found: dict[str, Place]) -> dict[str, list[str]]:
    """The articles of each story in the order of their days, of those alike by id; those of no known day last."""
    stories: dict[str, list[str]] = {}
    for id in sorted(found, key=lambda id: (_late(found[id].day), id)):
        stories.setdefault(found[id].story, []).append(id)
    return stories


def _late(day: float | None) -> float:
    return float("inf") if day is None else day


def parts(names: Sequence[tuple[str, int]], most: int) -> Iterator[list[str]]:
    """Files in lists of so many rows at the most, but of one file at the least."""
    some: list[str] = []
    held = 0
    for name, count in names:
        if some and held + count > most:
            yield some
            some, held = [], 0
        some.append(name)
        held += count
    if some:
        yield some
