"""The score against annotated stories: what counts as found, as right, as wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from annotated import accounts, draft, keep, write_stories
from rashomon_evals.accounts import is_shown, judge
from rashomon_evals.annotations import (
    STORIES,
    GoldFinding,
    Passage,
    Place,
    alike,
    assigned,
    jaccard,
    joined,
    meet,
    pairs,
    read_annotations,
    read_stories,
    same_name,
    shared,
)
from rashomon_evals.command import run, table
from rashomon_evals.floors import Floor, measure, with_accounts

from rashomon.errors import InvalidRecord, MissingInput
from rashomon.types import Point, Span, Telling, ToldWord, WordStatus


def test_what_was_annotated_and_what_is_given(tmp_path: Path) -> None:
    score = run("accounts", accounts(tmp_path))
    assert score.documents == 3
    counts = {
        "findings.precision": (1, 2), "findings.recall": (1, 3),
        "findings.anykind.precision": (2, 2), "findings.anykind.recall": (2, 3),
        "findings.number.precision": (1, 2), "findings.number.recall": (1, 1),
        "findings.name.recall": (0, 1), "findings.not-a-conflict.recall": (0, 1),
        "findings.weighted.recall": (5, 6), "findings.top5.precision": (2, 2),
        "points.precision": (2, 3), "points.recall": (2, 3), "points.stance": (4, 6),
        "points.stance.says-as-says": (1, 2), "points.stance.says-as-differs": (1, 2),
        "points.stance.differs-as-says": (1, 2), "points.stance.silent-as-silent": (2, 2),
        "speaker.found": (3, 4), "speaker.accuracy": (2, 4), "speaker.accuracy_of_found": (2, 3),
        "speaker.name.accuracy": (1, 2), "speaker.pronoun.accuracy": (1, 1), "speaker.none.accuracy": (0, 1),
    }  # fmt: skip
    assert {name: count for name, count in score.counts.items() if name in counts} == counts
    [annotation] = read_annotations(tmp_path).values()
    [articles] = read_stories(tmp_path / STORIES, {annotation.story}).values()
    comparison = judge(annotation, articles).comparison
    lone = [p for p in comparison.points if sorted(p.stances.values()) == ["says", "silent", "silent"]]
    assert lone and score.counts["alone.false"] == (0, sum(len(p.claims) for p in lone))
    # Of kinds that nobody marked and nobody gave there is no figure.
    assert not {"findings.term.recall", "findings.name.precision", "points.stance.denies-as-says"} & set(score.counts)
    assert score.scores["findings.recall"] == 33.33 and score.scores["findings.f1"] == 40.0
    assert score.scores["findings.anykind.f1"] == 80.0 and score.scores["points.f1"] == 66.67
    header, rows = table(score)
    assert header[-1] == "counts" and ["findings.precision", "50.00", "1 of 2"] in rows
    assert ["findings.f1", "40.00", ""] in rows


def test_a_finding_serves_once_and_its_class_must_agree(tmp_path: Path) -> None:
    marked = draft()
    number, update, _ = marked["findings"]
    marked["findings"] = [number, dict(number), update | {"kind": "number", "class": None}]
    keep(tmp_path, marked)
    write_stories(tmp_path / "stories.jsonl")
    counts = run("accounts", tmp_path).counts
    assert counts["findings.recall"] == (2, 3) and counts["findings.precision"] == (2, 2)


def test_an_annotated_silence_that_is_broken_and_a_speaker_that_is_invented(tmp_path: Path) -> None:
    marked = draft()
    marked["points"] = [
        {"passages": [["a1", "the pier was unsafe"], ["a3", "Bees swarmed"]], "stances": {"a1": "says", "a3": "says"}},
        marked["points"][1] | {"stances": {"a1": "denies", "a2": "differs"}},
    ]
    marked["speakers"] = [marked["speakers"][0] | {"speaker": None, "by": "none"}]
    keep(tmp_path, marked)
    write_stories(tmp_path / "stories.jsonl")
    counts = run("accounts", tmp_path).counts
    assert counts["points.recall"] == (1, 2) and counts["points.precision"] == (1, 3)
    assert counts["points.stance"] == (2, 3) and counts["points.stance.denies-as-says"] == (1, 1)
    assert counts["speaker.found"] == (1, 1) and counts["speaker.none.accuracy"] == (0, 1)


def test_stories_are_counted_together(tmp_path: Path) -> None:
    folder = accounts(tmp_path)
    alone = run("accounts", folder)
    keep(folder, draft() | {"story": "quay"})
    texts = (folder / "stories.jsonl").read_text(encoding="utf-8")
    again = write_stories(tmp_path / "again.jsonl", "quay").read_text(encoding="utf-8")
    (folder / "stories.jsonl").write_text(texts + again, encoding="utf-8")
    both = run("accounts", folder)
    timed = {"seconds"}
    assert {k: v for k, v in both.scores.items() if k not in timed} == {
        k: v for k, v in alone.scores.items() if k not in timed
    }
    assert both.scores["seconds"] > 0.0 and both.documents == 2 * alone.documents
    assert both.counts == {name: (2 * right, 2 * of) for name, (right, of) in alone.counts.items()}
    assert both.digest != alone.digest


def test_only_the_annotated_text_is_scored(tmp_path: Path) -> None:
    folder = accounts(tmp_path)
    texts = folder / "stories.jsonl"
    texts.write_text(texts.read_text(encoding="utf-8").replace("Nine people", "Five people"), encoding="utf-8")
    with pytest.raises(InvalidRecord, match="pier: the text of a1 is not the one that was annotated"):
        run("accounts", folder)
    texts.unlink()
    with pytest.raises(MissingInput, match=r"stories\.jsonl"):
        run("accounts", folder)
    write_stories(texts, "elsewhere")
    with pytest.raises(InvalidRecord, match="holds no article of the story pier"):
        run("accounts", folder)


@pytest.mark.parametrize(
    ("record", "change", "told"),
    [
        ("points", {"stances": {"a1": "says"}}, "point 1: the articles with a stance must be those with a passage"),
        ("points", {"stances": {"a1": "says", "a2": "shrugs"}}, "Invalid enum value 'shrugs'"),
        ("findings", {"passages": [["a1", 0, 5], ["a1", 7, 9]]}, "finding 1: needs passages from two articles"),
        ("findings", {"class": "scope"}, "finding 1: the kind not-a-conflict has a class"),
        ("findings", {"kind": "not-a-conflict"}, "finding 1: the kind not-a-conflict has a class"),
        ("findings", {"passages": [["a1", 0, 5], ["a2", 0, 99999]]}, r"\['a2', 0, 99999\] is no passage of it"),
        ("findings", {"passages": [["a1", 5, 5], ["a2", 0, 5]]}, r"\['a1', 5, 5\] is no passage of it"),
        ("findings", {"passages": [["a1", 0, 5], ["c7", 0, 5]]}, r"\['c7', 0, 5\] is no passage of it"),
    ],
)
def test_an_annotation_that_contradicts_itself_is_told(
    record: str, change: dict[str, object], told: str, tmp_path: Path
) -> None:
    file = accounts(tmp_path) / "pier.json"
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept[record][0] |= change
    file.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(InvalidRecord, match=told):
        run("accounts", tmp_path)


def test_parts_are_scored_apart_and_the_digest_is_of_the_annotations(tmp_path: Path) -> None:
    gold, kept, alone = tmp_path / "gold", tmp_path / "kept", tmp_path / "alone"
    (gold / "stories").mkdir(parents=True)
    for story in ("pier", "quay", "mole"):
        keep(kept, draft() | {"story": story}, "test" if story == "mole" else "tune")
    rows = [write_stories(tmp_path / "one.jsonl", story).read_text("utf-8") for story in ("pier", "quay", "mole")]
    (gold / "stories" / "stories.jsonl").write_text("".join(rows), encoding="utf-8")
    with with_accounts(gold, kept) as whole:
        tune = measure(Floor(task="accounts", data="accounts/tune", digest="", floors={}), whole)
        first = measure(Floor(task="accounts", data="accounts/tune", digest="", floors={}, first=1), whole)
        test = measure(Floor(task="accounts", data="accounts/test", digest="", floors={}), whole)
    assert [score.documents for score in (tune, first, test)] == [6, 3, 3]
    assert len({score.digest for score in (tune, first, test)}) == 3 and tune.data == "accounts/tune"
    alone.mkdir()
    shutil.copy(kept / "mole.json", alone)
    shutil.copy(gold / "stories" / "stories.jsonl", alone)
    assert run("accounts", alone).digest == test.digest
    (gold / "accounts").mkdir()
    with with_accounts(gold, kept) as whole:
        assert sorted(p.name for p in (whole / "accounts").iterdir()) == ["test", "tune"]
    assert not list((gold / "accounts").iterdir())
    with with_accounts(gold, tmp_path / "nowhere") as whole:
        assert (whole / "stories").is_dir() and not (whole / "accounts").exists()


KILLED = GoldFinding("number", (Passage("a", 0, 20), Passage("b", 0, 20)), None, 3, (Passage("a", 2, 5),))


def told(article: str, start: int, end: int, *words: tuple[int, int, WordStatus]) -> Telling:
    """How an account tells a point: its passage, and the status of its words."""
    own = tuple(ToldWord(start=a, end=b, status=status) for a, b, status in words)
    return Telling(article=article, passage=Span(article, start, end, "x" * (end - start)), words=own)


@pytest.mark.parametrize(
    ("tellings", "seen"),
    [
        ([told("a", 0, 20, (0, 5, "other")), told("b", 0, 30)], True),
        ([told("a", 0, 20, (0, 5, "alone")), told("b", 12, 24)], True),
        ([told("a", 0, 20, (0, 5, "shared")), told("b", 0, 30)], False),
        ([told("a", 0, 20, (5, 9, "other")), told("b", 0, 30)], False),
        ([told("a", 0, 20, (0, 5, "other")), told("b", 20, 40)], False),
        ([told("a", 0, 20, (0, 5, "other")), told("a", 0, 18, (0, 5, "other"))], False),
        ([told("a", 0, 20, (0, 5, "other"))], False),
    ],
)
def test_a_difference_is_shown_by_two_tellings_that_set_off_its_marks(tellings: list[Telling], seen: bool) -> None:
    point = Point(id="p1", label=Span("a", 0, 1, "x"), claims=(), stances={}, tellings=tuple(tellings))
    assert is_shown(KILLED, [point]) is seen
    apart = [msgspec.structs.replace(point, tellings=(telling,)) for telling in tellings]
    assert not is_shown(KILLED, apart)


def test_marks_on_both_sides_must_be_set_off() -> None:
    both = msgspec.structs.replace(KILLED, marks=(*KILLED.marks, Passage("b", 8, 12)))
    first = told("a", 0, 20, (0, 5, "other"))
    cases: list[tuple[tuple[int, int, WordStatus], bool]] = [
        ((8, 12, "shared"), False),
        ((11, 15, "alone"), True),
        ((0, 8, "other"), False),
    ]
    for words, seen in cases:
        point = Point(id="p1", label=first.passage, claims=(), stances={}, tellings=(first, told("b", 0, 20, words)))
        assert is_shown(both, [point]) is seen


def at(article: str, *ends: int) -> Place:
    """A place from the starts and ends of its pieces."""
    return tuple(Passage(article, start, end) for start, end in zip(ends[::2], ends[1::2], strict=True))


def test_places_meet_that_share_half_of_the_shorter() -> None:
    assert meet(at("a", 0, 10), at("a", 6, 14)) and not meet(at("a", 0, 10), at("a", 7, 15))
    assert meet(at("a", 0, 100), at("a", 50, 54)) and not meet(at("a", 0, 100), at("b", 50, 54))
    assert meet(at("a", 0, 5, 20, 25), at("a", 3, 22)) is False and meet(at("a", 0, 5, 20, 25), at("a", 0, 22))
    assert jaccard(at("a", 0, 10), at("a", 5, 15)) == pytest.approx(1 / 3)


def test_points_share_the_pairs_that_both_join() -> None:
    three = [at("a", 0, 10), at("b", 0, 10), at("c", 0, 10), at("a", 50, 60)]
    assert pairs(three) == {(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)}
    split = [[at("a", 0, 10), at("b", 0, 10)], [at("b", 2, 9), at("c", 0, 10)], [at("a", 0, 10), at("d", 0, 10)]]
    assert shared([three], split) == {(0, 0): {(0, 1)}, (0, 1): {(1, 2)}} and joined(shared([three], split)) == 2
    assert joined(shared(split, [three])) == 2
    twice = shared([three], [split[0], split[0]])
    assert len(twice) == 2 and joined(twice) == 1


def test_findings_are_alike_that_overlap_in_two_articles() -> None:
    one = [Passage("a", 0, 10), Passage("b", 0, 10), Passage("c", 0, 10)]
    assert alike([one], [[Passage("a", 9, 12), Passage("c", 9, 12)]]) == [(0, 0)]
    assert alike([one], [[Passage("a", 0, 3), Passage("a", 5, 8), Passage("b", 10, 12)]]) == []
    close = [Passage("a", 0, 10), Passage("b", 0, 10)]
    assert alike([close], [[Passage("a", 9, 12), Passage("b", 9, 12)], close]) == [(0, 1), (0, 0)]


def test_as_many_as_possible_are_assigned() -> None:
    assert assigned([(0, 0), (0, 1), (1, 0)]) == {0: 1, 1: 0}
    assert assigned([(0, 0), (1, 0)]) == {0: 0} and assigned([]) == {}
    assert assigned([(0, 1), (0, 0), (1, 1), (2, 1), (2, 2)]) in ({0: 0, 1: 1, 2: 2},)


@pytest.mark.parametrize(
    ("name", "form", "agree"),
    [
        ("Ida Korn", "Ida Korn", True),
        ("Ida Korn", "Korn", True),
        ("Ida Korn", "Sen. Ida M. Korn", True),
        ("Ida Korn", "President Korn", True),
        ("Ida Marie Korn", "I. Korn", True),
        ("Ida Korn", "Otto Korn", False),
        ("Ida Korn", "Ida", False),
        ("Ida Korn", "Ida Brill", False),
        ("the council of Velm", "Council of Velm", True),
        ("Velm Council", "the Council of Velm", True),
        ("Harbour Department", "Justice Department", False),
        ("Korn", "Ida Korn", True),
        ("a spokesman for Korn", "Korn", False),
        ("a spokesman for Ida Korn", "Ida Korn", False),
        ("a spokesman for Ida Korn", "spokesman", True),
        ("two officials", "Officials", True),
        ("Mara Lind", "Lind", False),
        ("a porter at the quay", "a porter", False),
        ("Jón Þórsson", "Jon Þorsson", True),
        ("Ida Korn", "", False),
    ],
)
def test_names_agree(name: str, form: str, agree: bool) -> None:
    assert same_name(name, [form], {"Greta Lind", "a porter of the mill"}) is agree


def test_a_bare_name_does_not_hide_another_bearer_of_it() -> None:
    assert not same_name("Ida Korn", ["Otto Korn", "Korn"], ())
    assert same_name("Ida Korn", ["Otto Korn", "Korn", "Ida Korn"], ())
    assert not same_name("Ida Korn", [], ())
