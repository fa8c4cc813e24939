"""The laws, as properties of the comparison of any articles: generated ones here, real ones where they are present.

``RASHOMON_TEST_ALL=1`` looks much longer: more and ever new generated stories, and every real story.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from newsroom import FACTS, FURNITURE, HEADINGS, INDIRECT, SAID, SAYING, SPEECHES, Block, article, stories
from parts import NO_GOLD
from rich.console import Console

import rashomon
from rashomon.annotate import annotate, load
from rashomon.errors import AnalysisError, RashomonError, TooFewArticles
from rashomon.types import Article, Comparison, Span

ALL = bool(os.environ.get("RASHOMON_TEST_ALL"))
STORIES = Path(__file__).resolve().parents[2] / "shared" / "gold" / "stories" / "stories.jsonl"
VERDICT = re.compile(
    r"\b(?:true|truth\w*|untrue|false\w*|lie[sd]?|lying|liars?|correct\w*|incorrect\w*|wrong\w*|right(?:ly|ful)?|"
    r"mislead\w*|misled|accurate\w*|inaccura\w*|debunk\w*|hoax\w*|fake\w*|disinformation|misinformation|propaganda|"
    r"bias\w*|distort\w*|fabricat\w*|dishonest\w*|credib\w*|unreliabl\w*|reliabl\w*|mistak\w*|manipulat\w*)\b",
    re.IGNORECASE,
)


# What the program says of itself; to judge nothing it must be allowed to say.
DISCLAIMER = re.compile(r"[^.]*\b(?:says who is right|judge who is right|missed or mistaken)\b[^.]*\.")


def searching(examples: int) -> Callable[[Any], Any]:
    """So many generated stories, the same ones on every run; with ``RASHOMON_TEST_ALL`` ten times as many new ones."""
    return settings(
        max_examples=examples * (10 if ALL else 1),
        derandomize=not ALL,
        deadline=None,
        # To shrink a failure takes minutes.
        phases=tuple(Phase) if ALL else (Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def compared(articles: Sequence[Article]) -> Comparison:
    return rashomon.compare(articles, anyway=True)


def spans_in(value: Any) -> Iterator[Span]:
    """Every span anywhere in a record."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from spans_in(getattr(value, field))
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from spans_in(inner)
    elif isinstance(value, dict):
        yield from spans_in(list(value.values()))


def every_string_is_a_slice(c: Comparison) -> None:
    """Law 1."""
    texts = {a.id: a.text for a in c.articles}
    for span in spans_in(c):
        assert 0 <= span.start <= span.end <= len(texts[span.article])
        assert texts[span.article][span.start : span.end] == span.text
    for utterance in c.utterances:
        length = len(utterance.base.text)
        for fragment in utterance.fragments:
            assert 0 <= fragment.at[0] <= fragment.at[1] <= length
        for variant in utterance.variants:
            assert utterance.base.text[slice(*variant.at)] == variant.base
            assert all(span.text == variant.reading for span in variant.spans)
        assert all(0 <= start < end <= length for p in utterance.paraphrases for start, end in p.drops)
    for side in (side for finding in c.findings for side in finding.sides):
        assert side.passage.article == side.article
        assert all(_inside(mark, side.passage) for mark in side.marks)
    shown = [p.label for p in c.points] + [s for claim in c.claims for s in claim.spans] + [m.span for m in c.mentions]
    assert all(span.text.strip() for span in shown)
    assert all(span.article == claim.article for claim in c.claims for span in claim.spans)


def _inside(inner: Span, outer: Span) -> bool:
    return inner.article == outer.article and outer.start <= inner.start and inner.end <= outer.end


def no_reason_is_a_verdict(c: Comparison) -> None:
    """Law 2, of what the program words itself: a reason without the words it quotes and the names it uses."""
    names = [name for a in c.articles for name in (a.outlet, a.id) if name] + [a.name for a in c.actors]
    for finding in c.findings:
        own = re.sub(r"“[^”]*”", "", finding.reason)
        for name in sorted(names, key=len, reverse=True):
            own = own.replace(name, "")
        assert not VERDICT.search(own), finding.reason


def furniture_is_silent(c: Comparison) -> None:
    """Law 3, of headings too."""
    silent = {a.id: [(s.start, s.end) for s in (*a.furniture, *a.headings)] for a in c.articles}
    said = (c.mentions, c.quotes, c.times, c.events, c.claims, c.points, c.utterances, c.findings, c.lineage)
    for record in (record for records in said for record in (records if isinstance(records, tuple) else [records])):
        for span in spans_in(record):
            assert not any(span.start < end and start < span.end for start, end in silent[span.article]), record


def silence_is_not_denial(c: Comparison) -> None:
    """Law 4."""
    claims = {claim.id: claim for claim in c.claims}
    for point in c.points:
        speaking = {claims[id].article for id in point.claims}
        assert set(point.stances) == {a.id for a in c.articles}
        assert {article for article, stance in point.stances.items() if stance != "silent"} == speaking
        assert point.label.article in speaking
    for claim in c.claims:
        if claim.voice or claim.quote:
            assert claim.strength != "stated", claim


def nothing_is_invented(c: Comparison) -> None:
    """Law 8, and that every identifier that is used stands for something."""
    actors = {a.id for a in c.actors}
    named = defaultdict(set)
    for mention in c.mentions:
        named[mention.span.article].add(mention.actor)
    used = [m.actor for m in c.mentions] + [a for f in c.findings for a in [f.actor] if a]
    used += [a for u in c.utterances for a in [u.speaker] if a] + [*c.story.actors, *c.story.places]
    for quote in c.quotes:
        who = {a for a in (quote.speaker, quote.addressee, *quote.chain) if a}
        assert who <= named[quote.content[0].article], quote
        assert quote.chain[-1:] == ((quote.speaker,) if quote.speaker else ())
    for claim in c.claims:
        assert set(claim.voice) <= named[claim.article], claim
        assert claim.quote is None or claim.quote in {q.id for q in c.quotes}
    assert set(used) <= actors
    assert {id for p in c.points for id in p.claims} <= {claim.id for claim in c.claims}
    assert {f.point for f in c.findings} <= {None, *(p.id for p in c.points)}
    assert {f.utterance for f in c.findings} <= {None, *(u.id for u in c.utterances)}
    for records in (c.actors, c.quotes, c.claims, c.points, c.utterances, c.findings):
        assert len({record.id for record in records}) == len(records)


def years_have_support(c: Comparison) -> None:
    """Law 8, of time: a year stands in the text or is one beside the date of publication."""
    years = {a.id: set(re.findall(r"\d{4}", a.text)) for a in c.articles}
    for a in c.articles:
        if a.published:
            years[a.id] |= {str(int(a.published.value[:4]) + near) for near in (-1, 0, 1)}
    for time in c.times:
        year = (time.value or "")[:4]
        if year.isdigit():
            assert year in years[time.span.article], time


LAWS = (
    every_string_is_a_slice,
    no_reason_is_a_verdict,
    furniture_is_silent,
    silence_is_not_denial,
    nothing_is_invented,
)


@searching(80)
@given(stories())
def test_the_laws_hold_for_any_story(articles: tuple[Article, ...]) -> None:
    comparison = compared(articles)
    for law in (*LAWS, years_have_support):
        law(comparison)


@searching(10)
@given(stories())
def test_no_view_passes_a_verdict(articles: tuple[Article, ...]) -> None:
    """No generated article holds a word of judgement, so none may stand in a report or a page."""
    comparison = compared(articles)
    printed = io.StringIO()
    rashomon.report(comparison, Console(file=printed, width=100), full=True)
    markup = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", rashomon.page(comparison), flags=re.S)
    for shown in (printed.getvalue(), unescape(markup)):
        assert not VERDICT.findall(DISCLAIMER.sub("", " ".join(shown.split())))


def test_the_generator_passes_no_verdict_itself() -> None:
    assert not VERDICT.search(" ".join((*FACTS, *SAID, *SPEECHES, *INDIRECT, *SAYING, *HEADINGS, *FURNITURE)))


@searching(12)
@given(stories())
def test_same_input_same_output(articles: tuple[Article, ...]) -> None:
    first, second = (msgspec.json.encode(compared(articles)) for _ in range(2))
    assert first == second


@searching(12)
@given(st.lists(stories(), min_size=1, max_size=3), st.integers(1, 5))
def test_an_article_is_annotated_alike_in_any_company(batches: list[tuple[Article, ...]], size: int) -> None:
    articles = [a for batch in batches for a in batch]
    together = list(annotate(articles, batch_size=size))
    assert together == [alone for a in articles for alone in annotate([a])]
    assert together == list(reversed(list(annotate(list(reversed(articles))))))


def regardless_of_order(c: Comparison) -> dict[str, Any]:
    """What a comparison says, whatever the order of its articles and the numbers it gives.

    Of claims that word a point equally fully, that of the account given first is its label; findings show the first of
    those who use the same words. So findings are compared by their words, and labels not at all.
    """

    def places(*spans: Span) -> frozenset[tuple[str, int, int]]:
        return frozenset((s.article, s.start, s.end) for s in spans)

    claims = {claim.id: places(*claim.spans) for claim in c.claims}
    return {
        "actors": sorted((a.name, a.kind, sorted(a.aliases)) for a in c.actors),
        "claims": sorted(sorted(place) for place in claims.values()),
        "points": {frozenset(claims[id] for id in p.claims): p.stances for p in c.points},
        "utterances": {places(*(f.span for f in u.fragments), *(p.span for p in u.paraphrases)) for u in c.utterances},
        "findings": sorted((f.kind, f.nonconflict or "", sorted({s.text for s in f.spans})) for f in c.findings),
        "lineage": {frozenset(group) for group in c.lineage.groups},
    }


@searching(20)
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_the_articles_changes_nothing_that_is_said(articles: tuple[Article, ...], random: Random) -> None:
    shuffled = list(articles)
    random.shuffle(shuffled)
    assert regardless_of_order(compared(articles)) == regardless_of_order(compared(shuffled))


@pytest.mark.parametrize("story", ["harbour", "bridge"])
def test_the_order_of_the_bundled_reports_changes_nothing_that_is_said(story: str) -> None:
    pages = sorted((Path(rashomon.__file__).parent / "demo" / story).glob("*.html"))
    articles, _ = rashomon.read([str(page) for page in pages])
    assert regardless_of_order(compared(articles)) == regardless_of_order(compared(articles[::-1]))


def test_another_process_gives_the_same_bytes() -> None:
    program = "from rashomon.cli import main; main()"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, "demo", "--json"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2031")
    }
    assert len(outputs) == 1 and len(outputs.pop()) > 10_000


@pytest.fixture
def brittle(monkeypatch: pytest.MonkeyPatch) -> None:
    """An annotator that fails on every article with a ferry in it."""
    nlp = load()
    sound = dict(nlp.pipeline)["rashomon_claims"]

    def failing(doc: Any) -> Any:
        if "ferry" in doc.text:
            raise IndexError("no such ferry")
        return sound(doc)

    components = [(name, failing if name == "rashomon_claims" else pipe) for name, pipe in nlp._components]
    monkeypatch.setattr(nlp, "_components", components)


def _report(id: str, *paragraphs: str) -> Article:
    return article(id, [Block("paragraph", p) for p in paragraphs], "\n\n", id.title(), "2031-05-05")


BRIDGE = "The old bridge at Velm was closed on Thursday because of heavy rain, Ida Korn said."
FERRY = "The ferry Hilda struck the pier at Velm on Thursday."


@pytest.mark.usefixtures("brittle")
def test_an_article_that_cannot_be_analysed_stops_no_batch() -> None:
    """Law 7, within one batch and over several."""
    articles = [_report(f"n{n}", FERRY if n in (1, 4) else BRIDGE) for n in range(6)]
    for size in (1, 2, 16):
        problems: list[AnalysisError] = []
        done = list(annotate(articles, batch_size=size, problems=problems))
        assert [one.article.id for one in done] == ["n0", "n2", "n3", "n5"]
        assert [(p.input, "no such ferry" in str(p)) for p in problems] == [("n1", True), ("n4", True)]
        assert all(isinstance(p.__cause__, IndexError) for p in problems)
    with pytest.raises(AnalysisError, match="n1: cannot be analysed"):
        list(annotate(articles))


@pytest.mark.usefixtures("brittle")
def test_the_articles_that_can_be_analysed_are_compared() -> None:
    problems: list[AnalysisError] = []
    three = [_report("one", BRIDGE), _report("two", FERRY), _report("three", BRIDGE, BRIDGE)]
    assert [a.id for a in rashomon.compare(three, problems=problems).articles] == ["one", "three"]
    assert [p.input for p in problems] == ["two"]
    with pytest.raises(AnalysisError):
        rashomon.compare(three)
    with pytest.raises(TooFewArticles):
        rashomon.compare(three[:2], problems=[])


def _real_stories() -> Iterator[tuple[str, list[Article]]]:
    """The real stories, each with its articles as they are read; without ``RASHOMON_TEST_ALL`` a third."""
    rows = [json.loads(line) for line in STORIES.read_text(encoding="utf-8").splitlines()]
    grouped: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        grouped[f"{row['set']}/{row['story']}"].append(row)
    for number, (name, members) in enumerate(sorted(grouped.items())):
        if not ALL and (number % 3 or len(members) > 4):
            continue
        articles = []
        for n, row in enumerate(members):
            known = {field: row[field] for field in ("outlet", "published", "title") if row[field]}
            try:
                articles.append(rashomon.read_text(row["text"], id=f"n{n}", **known))
            except RashomonError:
                continue  # a notice that stands in place of a report
        if len(articles) > 1:
            yield name, articles


@pytest.mark.skipif(not STORIES.is_file(), reason=NO_GOLD)
def test_the_laws_hold_for_real_stories() -> None:
    broken, stories_read = [], 0
    for name, articles in _real_stories():
        stories_read += 1
        try:
            comparison = compared(articles)
            for law in LAWS:
                law(comparison)
        except Exception as error:
            broken.append(f"{name}: {type(error).__name__}: {str(error)[:300]}")
    assert not broken, f"{len(broken)} of {stories_read} stories:\n" + "\n".join(broken)
    assert stories_read > 80
