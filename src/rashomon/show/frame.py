"""The frame of every page: templates that cannot write unsafe text, and the style sheet and script they go with."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rashomon.data.timex import date_words
from rashomon.show import words
from rashomon.show.links import Links
from rashomon.show.nesting import safe

_TEMPLATES = Path(__file__).parent / "templates"
_ASSETS = ("page.css", "page.js")


@lru_cache(maxsize=4)
def environment(templates: Path | None = None) -> Environment:
    """The templates of the views; see :func:`rashomon.show.environment`."""

    def finalize(value: object) -> object:
        return value if isinstance(value, Markup) else safe(str(value))

    made = Environment(
        loader=FileSystemLoader([_TEMPLATES] if templates is None else [templates, _TEMPLATES]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=finalize,
    )
    made.globals.update(
        number_of=words.counted, inline=_inline, policy=policy, versioned=_versioned, w=words, links=None, here=None
    )
    made.filters["date_words"] = date_words
    return made


@lru_cache(maxsize=1)
def assets() -> dict[str, str]:
    """The style sheet and the script by their file names; see :func:`rashomon.show.assets`."""
    return {name: (_TEMPLATES / name).read_text(encoding="utf-8").strip() for name in _ASSETS}


def _inline(name: str) -> Markup:
    return Markup(assets()[name])


def policy(links: Links | None) -> str:
    """What a page with everything in it may do: its own style and script, told by their digests, and its own forms."""
    style, script = (_digest(assets()[name]) for name in _ASSETS)
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src 'sha256-{style}'",
            f"script-src 'sha256-{script}'",
            "base-uri 'none'",
            "form-action 'none'" if links is None else "form-action 'self'",
        ]
    )


def _versioned(name: str) -> str:
    """A file name with its digest, so that a browser may keep what it has for as long as it likes."""
    digest = hashlib.sha256(assets()[name].encode()).hexdigest()
    return f"{name}?v={digest[:12]}"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
