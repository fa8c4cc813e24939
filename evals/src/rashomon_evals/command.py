"""One entry to all scorers: ``rashomon eval TASK DATA``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import msgspec

from rashomon.errors import InvalidRecord, MissingInput, RashomonError
from rashomon_evals import Score

Progress = Callable[[int, int], None]

# What each task measures on: the form that its data are published in.
TASKS = {
    "quotes": "a PolNeAR folder (text/*.txt, attributions/*.ann)",
    "times": "a folder of TimeML (*.tml) or WikiWars (*.key.xml) documents, or one of them",
    "points": "the ECB+ folder (ECB+/TOPIC/*.xml, ECBplus_coreference_sentences.csv)",
    "naming": "a folder of NewsWCL50 events (*.conll), or one of them",
    "copies": "a JSONL file of articles with id, story, outlet and text, or the folder that holds it",
    "stories": "a JSONL file of articles with id, story, text, title and published, or the folder that holds it",
    "events": "a file of PLOVER-coded sentences (*.tsv), or a folder of them",
    "accounts": "a folder of annotated stories (*.json) and the texts of their articles (stories.jsonl)",
}
_PEER = "peer."


def run(task: str, data: Path, progress: Progress | None = None, *, peers: bool = False) -> Score:
    """Score Rashomon on gold data, and simple peers where the task has any; with ``peers`` installed programs too.

    The result names the data as they were given, and rounds scores to 2 decimals. ``progress`` is called with the
    number of units (documents, topics, events) done and their total. Raises
    :class:`~rashomon.errors.RashomonError` for an unknown task, :class:`~rashomon.errors.MissingInput` where the data
    are not there, :class:`~rashomon.errors.InputError` where they are not of the task's form.
    """
    if task not in TASKS:
        raise RashomonError(f"no such task; there are: {', '.join(TASKS)}", input=task)
    if not data.exists():
        raise MissingInput(f"no such file or folder; {task} takes {TASKS[task]}", input=str(data))
    from rashomon_evals.peers import PROGRAMS

    try:
        found = import_module(f"rashomon_evals.{task}").score(data, progress)
        others = PROGRAMS[task](data, progress) if peers and task in PROGRAMS else {}
    except (UnicodeDecodeError, msgspec.DecodeError, ValueError, KeyError) as error:
        raise InvalidRecord(f"cannot be read as {TASKS[task]}: {error}", input=str(data)) from error
    except MissingInput as error:
        raise MissingInput(f"{error.message}; {task} takes {TASKS[task]}", input=error.input) from error
    scores = {name: round(float(value), 2) for name, value in {**found.scores, **others}.items()}
    result: Score = msgspec.structs.replace(found, data=str(data), scores=scores)
    return result


def table(score: Score) -> tuple[list[str], list[list[str]]]:
    """The scores as a table: its header, and a row for each measure with ours and each peer's figure.

    Where there are counts, a last column gives them.
    """
    ours = {name: value for name, value in score.scores.items() if not name.startswith(_PEER)}
    peers: dict[str, dict[str, float]] = {}
    for name, value in score.scores.items():
        if name.startswith(_PEER):
            peer, _, measure = name.removeprefix(_PEER).partition(".")
            peers.setdefault(peer, {})[measure] = value
    columns = [ours, *peers.values()]
    rows = [
        [measure, *(f"{column[measure]:.2f}" if measure in column else "" for column in columns)] for measure in ours
    ]
    if not score.counts:
        return [score.task, "rashomon", *peers], rows
    told = {name: f"{right} of {of}" for name, (right, of) in score.counts.items()}
    return [score.task, "rashomon", *peers, "counts"], [[*row, told.get(row[0], "")] for row in rows]
