"""The pages that are made of a comparison: a story, an act of speech, an article."""

from __future__ import annotations

from rashomon.show.drawing import Drawing
from rashomon.show.frame import environment
from rashomon.show.links import Links
from rashomon.show.outline import Outline
from rashomon.types import Comparison


def story(comparison: Comparison, links: Links | None) -> str:
    """The page for a comparison; see :func:`rashomon.show.page`."""
    outline = Outline(comparison)
    template = environment().get_template("story.html.j2")
    return template.render(o=outline, c=comparison, draw=Drawing(outline, links), links=links)
