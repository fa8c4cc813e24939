"""Writes ``docs/python.md`` from the library itself: ``make docs``, or ``python docs/python.py``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

import rashomon

PAGE = Path(__file__).with_suffix(".md")
# Classes that nobody calls: what makes them.
_MADE = {"Archive": "open_archive", "Problem": "read"}
_INTRODUCTION = """\
# From Python

*Written by `make docs` from the library itself; a test fails where it is out of date.*

What `import rashomon` offers, and all that does not change within a major version. What stands in modules below it may
change with any version; of those, only `rashomon.read.stream` (see [reading.md](reading.md)), `rashomon.types` (all
records) and `rashomon.errors` (all errors) are meant to be used.

"""


def reference() -> str:
    """The page: each name of ``rashomon.__all__`` with what it takes and what its documentation says."""
    parts = [_INTRODUCTION, ", ".join(f"[`{name}`](#{name.lower()})" for name in rashomon.__all__), "\n"]
    for name in rashomon.__all__:
        parts.append(f"\n## `{name}`\n\n")
        parts.extend(_described(name, getattr(rashomon, name)))
    return "".join(parts)


def _described(name: str, thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield "The version that is installed, such as `0.2.0`.\n"
        return
    record = inspect.isclass(thing) and issubclass(thing, msgspec.Struct)
    if name in _MADE:
        yield f"Made by [`{_MADE[name]}`](#{_MADE[name]}).\n\n"
    elif not record and not (inspect.isclass(thing) and issubclass(thing, Exception)):
        yield f"```text\n{_signature(name, inspect.unwrap(thing))}\n```\n\n"
    yield f"{_plain(inspect.unwrap(thing).__doc__)}\n"
    if record:
        yield "\n| field | type |\n|---|---|\n"
        for field in msgspec.structs.fields(thing):
            declared = next(c.__annotations__[field.name] for c in thing.__mro__ if field.name in c.__annotations__)
            yield f"| `{field.name}` | `{_type(declared).replace('|', chr(92) + '|')}` |\n"
    if inspect.isclass(thing):
        for method, function in vars(thing).items():
            if inspect.isfunction(function) and not method.startswith("_"):
                first = _plain(function.__doc__).partition("\n\n")[0].replace("\n", " ")
                yield f"\n`{_signature(method, function, line=True)}`: {first}\n"


def _signature(name: str, function: Any, *, line: bool = False) -> str:
    """A call as it is declared: an argument a line where it would be long, unless all are to stand in one ``line``."""
    signature = inspect.signature(function)
    told, keyword = [], False
    for parameter in signature.parameters.values():
        if parameter.name != "self":
            if parameter.kind is parameter.KEYWORD_ONLY and not keyword:
                told.append("*")
                keyword = True
            told.append(_argument(parameter))
    returns = _type(signature.return_annotation)
    end = ")" if inspect.isclass(function) or returns == "None" else f") -> {returns}"
    shown = f"{name}({', '.join(told)}{end}"
    return shown if line or len(shown) <= 100 else f"{name}(\n" + "".join(f"    {one},\n" for one in told) + end


def _argument(parameter: inspect.Parameter) -> str:
    default = parameter.default
    given = "" if default is parameter.empty else f" = {'…' if callable(default) else repr(default)}"
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind.name, "")
    return f"{stars}{parameter.name}: {_type(parameter.annotation)}{given}"


def _type(annotation: Any) -> str:
    """A type as it is written, without the modules of its names."""
    written = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", written)


def _plain(documentation: str | None) -> str:
    """A docstring as Markdown."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", inspect.cleandoc(documentation or ""))
    return re.sub(r"^Raises:\n((?:    .*\n?)+)", _raised, text.replace("``", "`"), flags=re.M)


def _raised(match: re.Match[str]) -> str:
    lines = [re.sub(r"^(\w+):", r"- `\1`:", line.removeprefix("    ")) for line in match[1].rstrip().split("\n")]
    return "Raises:\n\n" + "\n".join(f"  {line.lstrip()}" if line.startswith(" ") else line for line in lines)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
