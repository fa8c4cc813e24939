"""The command line: one command per verb. Standard output holds the result only; the rest goes to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rashomon.errors import RashomonError
from rashomon.types import DEFAULT_ANNOTATORS, Annotators

if TYPE_CHECKING:
    from rashomon.errors import AnalysisError
    from rashomon.types import Article, Comparison

app = typer.Typer(
    name="rashomon",
    help="One event, every telling: see where reports of the same event agree, differ and are silent.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print the comparison document as JSON.")]
Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a self-contained page to FILE (- for standard output)."),
]
# Fewer articles than this, of fewer characters in all, are done before a bar is read.
_WORTH_A_BAR = 4
_LONG = 50_000

Full = Annotated[bool, typer.Option("--full", help="Print everything, not only the most telling.")]


# Whatever click Typer stands on (its own or the package), this is that click's error for a wrong command line.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]
_INTERNAL = 70  # sysexits.h: EX_SOFTWARE


def main() -> None:
    """Run the command line; every error is one line and an exit code, also one of the program's own."""
    try:
        status = app(prog_name="rashomon", standalone_mode=False)
    except RashomonError as error:
        _complain(error)
        status = error.exit_code
    except _UsageError as error:
        _note(_usage(error))
        status = 2
    except Exception as error:
        if os.environ.get("RASHOMON_DEBUG"):
            raise
        told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        _note(f"rashomon: internal error ({told}); please report it, with the traceback that RASHOMON_DEBUG=1 shows")
        status = _INTERNAL
    sys.exit(status)


def _usage(error: Any) -> str:
    """A usage error in one line; the help itself where the command line says nothing at all."""
    message: str = error.format_message()
    if "\n" in message:
        return message
    command = error.ctx.command_path if error.ctx is not None else "rashomon"
    return f"{command}: {message.rstrip('.')} (see {command} --help)"


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """One event, every telling: see where reports of the same event agree, differ and are silent."""
    if version:
        from importlib.metadata import version as installed

        print(f"rashomon {installed('rashomon')}")
        raise typer.Exit


@app.command()
def compare(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Files (text, HTML, JSON, JSONL, manifest), folders, http(s) addresses, or - for standard input.",
            show_default=False,
        ),
    ],
    json: Json = False,
    html: Html = None,
    full: Full = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Compare even articles that report different events.")
    ] = False,
    outlet: Annotated[str | None, typer.Option(help="Outlet of all inputs.", show_default=False)] = None,
    published: Annotated[
        str | None, typer.Option(help="Publication date of all inputs (ISO 8601).", show_default=False)
    ] = None,
    language: Annotated[str | None, typer.Option(help="Language of all inputs (en).", show_default=False)] = None,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Fetch from private addresses too.")] = False,
    pipeline: Annotated[
        str | None, typer.Option(help="An installed spaCy pipeline to use.", show_default=False)
    ] = None,
    annotators: Annotated[
        Annotators,
        typer.Option(help="Who said what: by rules alone, or as a trained model reads it."),
    ] = DEFAULT_ANNOTATORS,
) -> None:
    """Compare the reports of one event: what they share, where they differ, what each leaves out."""
    from rashomon.read import read

    _check_writable(html)
    if list(inputs).count("-") > 1:
        raise RashomonError("standard input can be read only once", input="-")
    articles, problems = read(
        inputs,
        outlet=outlet,
        published=published,
        language=language,
        allow_private=allow_private,
        stdin=sys.stdin.buffer,
    )
    for problem in problems:
        _complain(problem.error)
    if problems and len(articles) < 2:
        raise typer.Exit(max(problem.error.exit_code for problem in problems))
    compared = _compared(articles, anyway=anyway, pipeline=pipeline, annotators=annotators)
    _present(compared, json=json, html=html, full=full)


@app.command()
def demo(
    story: Annotated[
        str, typer.Argument(help="The bundled story: harbour (it quarrels) or bridge (it agrees).")
    ] = "harbour",
    json: Json = False,
    html: Html = None,
    full: Full = False,
) -> None:
    """Compare a bundled story. It is fiction: event, people and outlets are invented."""
    from importlib.resources import as_file, files

    from rashomon.read import read

    _check_writable(html)
    bundled = files("rashomon.demo")
    names = sorted(entry.name for entry in bundled.iterdir() if (entry / "README.md").is_file())
    if story not in names:
        raise RashomonError(f"no bundled story of this name; there are: {', '.join(names)}", input=story)
    with as_file(bundled / story) as folder:
        articles, problems = read([str(page) for page in sorted(folder.glob("*.html"))])
    for problem in problems:
        _complain(problem.error)
    _note(f"This story is fiction, made for this demonstration: {len(articles)} invented reports of an invented event.")
    _present(_compared(articles), json=json, html=html, full=full)


@app.command()
def schema(
    document: Annotated[str, typer.Argument(help="The document: comparison.")] = "comparison",
) -> None:
    """Print the JSON Schema of a document that Rashomon writes."""
    import msgspec

    from rashomon.types import Comparison

    if document != "comparison":
        raise RashomonError("no such document; there is: comparison", input=document)
    described = msgspec.json.schema(Comparison)
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rashomon.comparison/1",
        **described,
    }
    _write(msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n")


@app.command("eval")
def evaluate(
    task: Annotated[str, typer.Argument(help="What to measure: quotes, times, points, naming, copies or accounts.")],
    data: Annotated[Path, typer.Argument(help="Gold data, a folder or file in the form it is published in.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    peers: Annotated[
        bool, typer.Option("--peers", help="Run other people's programs too, where installed (make peers); slow.")
    ] = False,
) -> None:
    """Score Rashomon on public gold data, beside its peers."""
    from rashomon.score.command import run, table

    with _progress(_WORTH_A_BAR) as bar:
        score = run(task, data, None if bar is None else lambda done, of: bar(task, done, of), peers=peers)
    if json:
        import msgspec

        _write(msgspec.json.encode(score) + b"\n")
        return
    from rich.console import Console
    from rich.table import Table

    header, rows = table(score)
    shown = Table()
    for number, name in enumerate(header):
        shown.add_column(name, justify="right" if number else "left")
    for row in rows:
        shown.add_row(*row)
    console = Console()
    console.print(shown)
    console.print(f"{score.data}: documents {score.documents}, digest {score.digest[:12]}", soft_wrap=True)


def _compared(
    articles: Sequence[Article],
    *,
    anyway: bool = False,
    pipeline: str | None = None,
    annotators: Annotators = DEFAULT_ANNOTATORS,
) -> Comparison:
    from rashomon.stages import DEFAULT_PIPELINE
    from rashomon.stages import compare as compare_articles

    problems: list[AnalysisError] = []
    try:
        with _progress(len(articles), sum(len(article.text) for article in articles)) as tick:
            return compare_articles(
                articles,
                anyway=anyway,
                pipeline=pipeline or DEFAULT_PIPELINE,
                annotators=annotators,
                progress=tick,
                problems=problems,
            )
    finally:
        for problem in problems:
            _complain(problem)


def _check_writable(html: Path | None) -> None:
    """Complain of a page that cannot be written before the work is done, not after."""
    if html is None or str(html) == "-":
        return
    if html.is_dir():
        raise RashomonError("cannot be written: it is a folder; name a file", input=str(html))
    if not html.absolute().parent.is_dir():
        raise RashomonError("cannot be written: its folder does not exist", input=str(html))


def _present(comparison: Comparison, *, json: bool, html: Path | None, full: bool) -> None:
    """Write the page where one is wanted, and the document or the report unless the page took standard output."""
    if html is not None:
        from rashomon.show import page

        markup = page(comparison)
        if str(html) == "-":
            _write(markup.encode())
            return
        try:
            html.write_text(markup, encoding="utf-8")
        except OSError as error:
            raise RashomonError(f"cannot be written: {error.strerror or error}", input=str(html)) from error
        _note(f"Wrote {html}")
    if json:
        import msgspec

        _write(msgspec.json.encode(comparison) + b"\n")
        return
    from rich.console import Console

    from rashomon.show import report

    report(comparison, Console(), full=full)


@contextmanager
def _progress(total: int, characters: int = 0) -> Iterator[Any]:
    """A progress bar on standard error where that is a terminal and the work is long enough to want one."""
    if not sys.stderr.isatty() or (total < _WORTH_A_BAR and characters < _LONG):
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total)

        def tick(stage: str, done: int, of: int) -> None:
            bar.update(task, description=stage, completed=done or of, total=of)

        yield tick


def _write(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _note(message: str) -> None:
    print(message, file=sys.stderr)


def _complain(error: RashomonError) -> None:
    _note(f"rashomon: {error}")
