"""``compare`` and ``demo``: the reports of one event, from files, addresses or an archive."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rashomon.cli.app import (
    COMPARE,
    AllowPrivate,
    How,
    Jobs,
    Json,
    LanguageOf,
    OutletOf,
    Pipeline,
    PublishedOf,
    app,
    argument,
    opened,
    option,
    shown,
)
from rashomon.cli.streams import check_writable, complain, console, document, note, progress, write
from rashomon.errors import RashomonError
from rashomon.jobs import cores
from rashomon.types import DEFAULT_ANNOTATORS, Annotators

if TYPE_CHECKING:
    from rashomon.errors import AnalysisError
    from rashomon.judge import Judge
    from rashomon.types import Article, Comparison

Inputs = Annotated[
    list[str],
    argument(
        metavar="INPUT",
        help="Files (text, HTML, JSON, JSONL, manifest), folders, http(s) addresses, or - for standard input;"
        " or an archive and a story of it.",
    ),
]
Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a self-contained page to FILE (- for standard output)."),
]
Csv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Write the differences as a table to FILE (- for standard output)."),
]
Full = Annotated[bool, typer.Option("--full", help="Print everything, not only the most telling.")]
Anyway = Annotated[bool, typer.Option("--anyway", help="Compare even articles that report different events.")]
JudgeAddress = Annotated[
    str | None,
    option(
        metavar="URL",
        help="Ask a model of yours how linked passages differ: the address of an OpenAI-compatible server, here or"
        " with https. Its key is taken from RASHOMON_JUDGE_KEY.",
    ),
]
# Fewer articles than this, of fewer characters in all, are done before a bar is read.
_WORTH_A_BAR = 4
_LONG = 50_000
_SQLITE = b"SQLite format 3\0"
_DATABASES = ("postgresql://", "postgresql+psycopg://", "postgres://")


@app.command(rich_help_panel=COMPARE)
def compare(
    inputs: Inputs,
    json: Json = False,
    html: Html = None,
    csv: Csv = None,
    full: Full = False,
    anyway: Anyway = False,
    outlet: OutletOf = None,
    published: PublishedOf = None,
    language: LanguageOf = None,
    allow_private: AllowPrivate = False,
    pipeline: Pipeline = None,
    annotators: How = None,
    jobs: Jobs = None,
    judge: JudgeAddress = None,
    judge_model: Annotated[str | None, option(metavar="NAME", help="Which of that server's models.")] = None,
    judge_seconds: Annotated[
        float, typer.Option(metavar="N", min=0.1, help="How long to wait for an answer of it.")
    ] = 60.0,
) -> None:
    """Compare the reports of one event.

    Shows what they share, where they differ, and what each leaves out.
    """
    check_writable(html)
    check_writable(csv)
    asked = _judge(judge, judge_model, judge_seconds)
    story = _story(inputs)
    if story is not None:
        options: dict[str, object] = {"outlet": outlet, "published": published, "language": language}
        options |= {"anyway": anyway or None, "allow-private": allow_private or None, "judge": judge}
        if given := next((name for name, value in options.items() if value is not None), None):
            raise RashomonError(f"is an archive; --{given} is for files and addresses", input=shown(inputs[0]))
        if pipeline or annotators:
            raise RashomonError(
                "is an archive, which goes on as it began until ingest says otherwise", input=shown(inputs[0])
            )
        compared = _kept(inputs[0], story, jobs)
    else:
        articles = _read(inputs, outlet=outlet, published=published, language=language, allow_private=allow_private)
        compared = _compared(articles, anyway=anyway, pipeline=pipeline, annotators=annotators, jobs=jobs, judge=asked)
    _present(compared, json=json, html=html, csv=csv, full=full)


@app.command(rich_help_panel=COMPARE)
def demo(
    story: Annotated[
        str, typer.Argument(help="The bundled story: harbour (it quarrels) or bridge (it agrees).")
    ] = "harbour",
    json: Json = False,
    html: Html = None,
    csv: Csv = None,
    full: Full = False,
) -> None:
    """Compare a bundled story. It is fiction: event, people and outlets are invented."""
    from importlib.resources import as_file, files

    from rashomon.read import read

    check_writable(html)
    check_writable(csv)
    bundled = files("rashomon.demo")
    names = sorted(entry.name for entry in bundled.iterdir() if (entry / "README.md").is_file())
    if story not in names:
        raise RashomonError(f"no bundled story of this name; there are: {', '.join(names)}", input=story)
    with as_file(bundled / story) as folder:
        articles, problems = read([str(page) for page in sorted(folder.glob("*.html"))])
    for problem in problems:
        complain(problem.error)
    note(f"This story is fiction, made for this demonstration: {len(articles)} invented reports of an invented event.")
    _present(_compared(articles), json=json, html=html, csv=csv, full=full)


def _judge(url: str | None, model: str | None, seconds: float) -> Judge | None:
    """The judge that the options name.

    Raises:
        RashomonError: one of them is missing, or the address is none.
    """
    if url is None and model is None:
        return None
    if url is None:
        raise RashomonError("needs --judge URL, the address of the server that has the model", input="--judge-model")
    if model is None:
        raise RashomonError("needs --judge-model NAME, a model that the server has", input="--judge")
    from rashomon.judge import Judge

    return Judge(url, model, seconds=seconds)


def _read(
    inputs: Sequence[str], *, outlet: str | None, published: str | None, language: str | None, allow_private: bool
) -> list[Article]:
    """The articles of the inputs; what cannot be read is complained of, and ends the program where too few are left.

    Raises:
        RashomonError: standard input is among them twice.
    """
    from rashomon.read import read

    if inputs.count("-") > 1:
        raise RashomonError("standard input can be read only once", input="-")
    stdin = sys.stdin.buffer
    articles, problems = read(
        inputs, outlet=outlet, published=published, language=language, allow_private=allow_private, stdin=stdin
    )
    for problem in problems:
        complain(problem.error)
    if problems and len(articles) < 2:
        raise typer.Exit(max(problem.error.exit_code for problem in problems))
    return articles


def _story(inputs: Sequence[str]) -> str | None:
    """The story that the inputs name, where they are an archive and a story; ``None`` where they name articles.

    Raises:
        RashomonError: an archive is among them, but not with one story of it.
    """
    archives = [name for name in inputs if _is_archive(name)]
    if not archives:
        return None
    lists = f"rashomon stories {shown(archives[0])} lists them"
    if inputs[0] != archives[0] or len(archives) > 1:
        raise RashomonError("is an archive; name it first, and then one of its stories", input=shown(archives[-1]))
    if len(inputs) != 2:
        what = "several stories or files" if inputs[2:] else "no story"
        raise RashomonError(f"is an archive, with {what} named; name one story of it ({lists})", input=shown(inputs[0]))
    return inputs[1]


def _is_archive(name: str) -> bool:
    """Whether this is a database's address, or a file that begins as SQLite files do."""
    if name.startswith(_DATABASES):
        return True
    try:
        with Path(name).open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError):
        return False


def _kept(archive: str, story: str, jobs: int | None) -> Comparison:
    with opened(archive) as kept, progress() as tick:
        return kept.compare(story, progress=tick, jobs=jobs or cores())


def _compared(
    articles: Sequence[Article],
    *,
    anyway: bool = False,
    pipeline: str | None = None,
    annotators: Annotators | None = None,
    jobs: int | None = None,
    judge: Judge | None = None,
) -> Comparison:
    from rashomon.stages import DEFAULT_PIPELINE
    from rashomon.stages import compare as compare_articles

    problems: list[AnalysisError] = []
    worth = len(articles) >= _WORTH_A_BAR or sum(len(article.text) for article in articles) >= _LONG
    try:
        with progress(worth or judge is not None) as tick:
            compared = compare_articles(
                articles,
                anyway=anyway,
                pipeline=pipeline or DEFAULT_PIPELINE,
                annotators=annotators or DEFAULT_ANNOTATORS,
                progress=tick,
                problems=problems,
                jobs=jobs or cores(),
                judge=judge,
            )
    finally:
        for problem in problems:
            complain(problem)
    if judge is not None and compared.judge and compared.judge.unanswered:
        unanswered = f"{compared.judge.unanswered} of {compared.judge.asked} questions"
        told = f"gave no answer to {unanswered} within {judge.seconds:g} seconds each; there the program's own stands"
        note(f"rashomon: {judge.url}: {told}")
    return compared


def _present(comparison: Comparison, *, json: bool, html: Path | None, csv: Path | None, full: bool) -> None:
    """Write the page and the table where they are wanted, and the report unless one of these took standard output."""
    from rashomon.show import page
    from rashomon.tables import spreadsheet

    taken = False
    for file, made in ((html, page), (csv, spreadsheet)):
        if file is not None and str(file) == "-":
            write(made(comparison).encode())
            taken = True
        elif file is not None:
            try:
                file.write_text(made(comparison), encoding="utf-8", newline="")
            except OSError as error:
                raise RashomonError(f"cannot be written: {error.strerror or error}", input=str(file)) from error
            note(f"Wrote {file}")
    if taken:
        return
    if json:
        document(comparison)
        return
    from rashomon.show import report

    report(comparison, console(), full=full)
