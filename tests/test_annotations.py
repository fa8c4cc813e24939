"""``python evals/annotations.py``: drafts are kept as offsets, two annotations compared, errors of one half shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from annotated import BOAT, BRIDGE, KILLED, TEXTS, annotation, draft, keep, write_stories

SCRIPT = Path(__file__).resolve().parents[1] / "evals" / "annotations.py"


class Outcome(NamedTuple):
    """How a run of the script ended."""

    code: int
    out: list[str]
    err: list[str]


def script(*arguments: str | Path) -> Outcome:
    done = subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    return Outcome(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())


def write(path: Path, marked: dict[str, Any]) -> Path:
    path.write_text(json.dumps(marked), encoding="utf-8")
    return path


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    return write_stories(tmp_path / "texts.jsonl")


def test_a_draft_is_kept_as_offsets(tmp_path: Path, stories: Path) -> None:
    marked = draft()
    twice = [["a1", "the pier", 2], ["a2", "Twelve people"]]
    marked["findings"][0] |= {"passages": twice, "marks": [["a1", "pier"]]}
    into = tmp_path / "kept"
    assert script("encode", write(tmp_path / "one.json", marked), stories, "--into", into, "--part", "test").code == 0
    written = (into / "pier.json").read_text(encoding="utf-8")
    kept = json.loads(written)
    article, start, end = kept["findings"][0]["passages"][0]
    first = TEXTS["a1"].index("the pier")
    assert start > first and TEXTS[article][start:end] == "the pier" and TEXTS["a1"].count("the pier", 0, end) == 2
    assert kept["findings"][0]["marks"] == [["a1", end - len("pier"), end]]
    kept["findings"][0] = annotation(draft())["findings"][0]
    marked = draft()
    assert kept == annotation(marked, "test")
    assert not any(words in written for words in ("people", "builders", "vessel", "the dead"))


def test_what_cannot_be_kept_is_refused_line_by_line(tmp_path: Path, stories: Path) -> None:
    marked = draft()
    marked["points"][0]["passages"][0][1] = "Nine men were killed"
    marked["points"][1]["passages"][0][0] = "a9"
    marked["points"][2]["stances"].pop("a2")
    marked["speakers"][0]["passage"][1] = "the pier"
    marked["speakers"][1]["passage"] = ["a1", "the pier", 7]
    marked["findings"][0]["class"] = "scope"
    marked["findings"][1]["marks"][0] = ["a1", "bridge"]
    marked["findings"][2] |= {"passages": BOAT[:1], "marks": []}
    bad, good = write(tmp_path / "bad.json", marked), write(tmp_path / "good.json", draft())
    outcome = script("encode", bad, stories, "--into", tmp_path / "kept", "--part", "tune")
    assert outcome.code == 2 and not list((tmp_path / "kept").iterdir())
    assert [line.removeprefix(f"{bad}: ") for line in outcome.err] == [
        "point 1: does not stand in a1: 'Nine men were killed'",
        "point 2: the story has no article a9",
        "speaker 1: stands 2 times in a1, say which: 'the pier'",
        "speaker 2: has 2 places in a1 and no place 7: 'the pier'",
        "finding 2, mark: does not stand in a1: 'bridge'",
        "point 2: the articles with a stance must be those with a passage",
        "point 3: the articles with a stance must be those with a passage",
        "finding 1: the kind not-a-conflict has a class, and no other kind has one",
        "finding 3: needs passages from two articles",
    ]
    assert script("encode", bad, good, stories, "--into", tmp_path / "kept", "--part", "tune").code == 2
    assert (tmp_path / "kept" / "pier.json").is_file()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"findings": [{"kind": "verdict", "passages": []}]}, "is no draft of an annotation: Invalid enum value"),
        ({"story": "hamlet"}, "holds no article of the story hamlet"),
        ({}, "pier: is in no part yet; say which with --part"),
    ],
)
def test_errors_are_one_line(change: dict[str, Any], told: str, tmp_path: Path, stories: Path) -> None:
    outcome = script("encode", write(tmp_path / "one.json", draft() | change), stories, "--into", tmp_path / "kept")
    assert outcome.code == 2 and len(outcome.err) == 1 and told in outcome.err[0]


def test_a_story_stays_in_its_part(tmp_path: Path) -> None:
    for story, part, other in (("seesaw-110", "tune", "test"), ("g5-22", "test", "tune")):
        stories = write_stories(tmp_path / f"{story}.jsonl", story)
        one = write(tmp_path / "one.json", draft() | {"story": story})
        outcome = script("encode", one, stories, "--into", tmp_path / "kept", "--part", other)
        assert outcome.code == 2 and outcome.err == [f"{story}: belongs to the part {part}"]
        assert script("encode", one, stories, "--into", tmp_path / "kept").code == 0
        assert json.loads((tmp_path / "kept" / f"{story}.json").read_text(encoding="utf-8"))["half"] == part


def figures(lines: list[str]) -> dict[str, str]:
    return {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in lines[1:]}


def test_agreement_with_oneself_is_full(tmp_path: Path, stories: Path) -> None:
    file = keep(tmp_path / "first", draft())
    outcome = script("agreement", file, file.parent, stories)
    assert outcome.code == 0 and outcome.out[0] == "1 stories"
    assert figures(outcome.out) == {
        "points.pairs.f1": "100.00  3 of 3 in the second, 3 of 3 in the first",
        "speakers.content.f1": "100.00  4 of 4 in the second, 4 of 4 in the first",
        "findings.f1": "100.00  3 of 3 in the second, 3 of 3 in the first",
        "findings.anykind.f1": "100.00  3 of 3 in the second, 3 of 3 in the first",
        "speakers.same": "100.00  4 of 4",
        "stance.kappa": "1.00  9 of 9 the same",
        "form.kappa": "1.00  4 of 4 the same",
        "by.kappa": "1.00  4 of 4 the same",
        "kind.kappa": "1.00  3 of 3 the same",
    }


def test_agreement_counts_what_the_other_has(tmp_path: Path, stories: Path) -> None:
    other = draft()
    # Another stance, a point left out and one that has only part of a passage.
    other["points"] = [
        {"passages": KILLED, "stances": {"a1": "says", "a2": "says"}},
        {"passages": [["a1", "€40 million"], BRIDGE[1]], "stances": {"a1": "says", "a2": "differs"}},
    ]
    other["speakers"] = [
        other["speakers"][0] | {"speaker": "Korn"},
        other["speakers"][1] | {"speaker": None, "by": "none"},
        other["speakers"][2] | {"passage": ["a2", "Twelve people"]},
    ]
    other["findings"] = [{"kind": "date", "passages": KILLED}, other["findings"][1]]
    keep(tmp_path / "first", draft())
    keep(tmp_path / "second", other)
    outcome = script("agreement", tmp_path / "first", tmp_path / "second", stories)
    assert figures(outcome.out) == {
        "points.pairs.f1": "80.00  2 of 3 in the second, 2 of 2 in the first",
        "speakers.content.f1": "57.14  2 of 4 in the second, 2 of 3 in the first",
        "findings.f1": "40.00  1 of 3 in the second, 1 of 2 in the first",
        "findings.anykind.f1": "80.00  2 of 3 in the second, 2 of 2 in the first",
        "speakers.same": "50.00  1 of 2",
        # Cohen's kappa of six cells: observed 5/6; chance (2·3 + 2·1 + 2·2)/36.
        "stance.kappa": "0.75  5 of 6 the same",
        "form.kappa": "1.00  2 of 2 the same",
        "by.kappa": "0.33  1 of 2 the same",
        "kind.kappa": "0.33  1 of 2 the same",
    }
    keep(tmp_path / "third", draft() | {"story": "quay"})
    outcome = script("agreement", tmp_path / "first", tmp_path / "third", stories)
    assert outcome.code == 2 and "has no story in common with" in outcome.err[0]


def test_errors_are_shown_of_the_part_tune_unless_asked(tmp_path: Path, stories: Path) -> None:
    keep(tmp_path / "kept", draft())
    shown = script("errors", tmp_path / "kept", stories).out
    given = shown.pop(7)
    assert given.startswith("  not annotated number (annotated as not-a-conflict: update): ")
    assert shown == [
        "pier (tune)",
        "  missed not-a-conflict: update (given as number)",
        *_shown(BRIDGE),
        "  missed name",
        *_shown(BOAT),
        *_shown([[a, f"The council of Velm {words} for the new bridge."] for a, words in BRIDGE]),
    ]
    assert script("errors", tmp_path / "kept", stories, "--of", "points").out == [
        "pier (tune)",
        "  missed pair",
        *_shown(BOAT),
        "  pair not annotated",
        *_shown([["a1", "the pier was unsafe"], ["a2", "The pier was unsafe"]]),
    ]
    assert script("errors", tmp_path / "kept", stories, "--of", "speakers").out == [
        "pier (tune)",
        "  indirect, name: Otto Brill; given: Ida Korn ('Korn')",
        *_shown([["a2", "The pier was unsafe"]]),
        "  indirect, none: None; given: not found",
        *_shown([["a2", "The owner of the ferry"]]),
    ]
    keep(tmp_path / "kept", draft(), part="test")
    hidden = script("errors", tmp_path / "kept", stories)
    assert hidden.code == 2 and not hidden.out and "holds no annotated story of the part tune" in hidden.err[0]
    assert script("errors", tmp_path / "kept", stories, "--part", "test").out[0] == "pier (test)"


def _shown(passages: list[list[str]]) -> list[str]:
    starts = [TEXTS[article].index(words) for article, words in passages]
    return [f"      Paper {a} {s}-{s + len(w)}: {w}" for (a, w), s in zip(passages, starts, strict=True)]
