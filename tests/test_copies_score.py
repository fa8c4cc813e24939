"""The scorer of copied passages: what counts as carried over, as reported in vain, as not to be judged."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from rashomon_evals.copies import Scene, passages, scenes, score

from rashomon.types import Article


def report(seed: int) -> str:
    """Sixteen paragraphs of twelve made-up words, none of them in another report."""
    chance = random.Random(seed)
    words = [f"w{seed}x{chance.randrange(10_000)}" for _ in range(192)]
    return "\n\n".join(" ".join(words[i : i + 12]) + "." for i in range(0, 192, 12))


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """Three reports by three hands, and a fourth that is mostly the first one's text."""
    texts = {"a": report(1), "b": report(2), "c": report(3), "d": f"Ours alone.\n\n{report(1)}"}
    rows = [json.dumps({"id": i, "story": "ferry", "outlet": i, "text": text}) for i, text in texts.items()]
    (tmp_path / "stories.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def test_each_scene_prints_one_report_inside_another_by_another_hand(story: Path) -> None:
    texts = {row["id"]: row["text"] for row in map(json.loads, (story / "stories.jsonl").read_text().splitlines())}
    given = scenes(story)
    assert [s.kind for s in given] == 4 * ["light", "heavy", "excerpt"]
    for scene in given:
        hands = [scene.copy.id[0], scene.origin.id, *(a.id for a in scene.others)]
        assert len(set(hands)) == len(hands) == 3 and not {"a", "d"} <= set(hands)
        start, end = scene.carried
        carried = scene.copy.text[start:end]
        host = scene.copy.text[:start] + scene.copy.text[end:]
        theirs = {word for word in host.split() if word.startswith("w")}
        assert theirs == {word for word in texts[hands[0]].split() if word.startswith("w")}
        own = texts[scene.origin.id]
        assert {word.rstrip(".") for word in carried.split()} <= {word.rstrip(".") for word in own.split()}
        assert (carried in own and len(carried.split()) == 60) == (scene.kind == "excerpt")


def test_what_is_not_carried_over_and_what_is_said_of_another_report_is_wrong() -> None:
    one, two, copy = (Article(id=i, text=t) for i, t in (("one", "x" * 50), ("two", "y" * 50), ("copy", "z" * 100)))
    given = [Scene("light", copy, one, (two,), (20, 60))]

    def found(*ranges: tuple[str, int, int]) -> dict[str, float]:
        def finder(copy: Article, articles: Sequence[Article]) -> Iterable[tuple[str, int, int]]:
            assert (copy.id, [a.id for a in articles]) == ("copy", ["one", "two"])
            return ranges

        return {name.removeprefix("passage."): value for name, value in passages(given, finder).items()}

    assert found() == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "light.recall": 0.0}
    assert found(("one", 20, 60)) == {"precision": 100.0, "recall": 100.0, "f1": 100.0, "light.recall": 100.0}
    # Twice the same characters count once; beyond the end of what was carried over they are wrong.
    assert found(("one", 40, 60), ("one", 50, 80)) == {
        "precision": 50.0,
        "recall": 50.0,
        "f1": 50.0,
        "light.recall": 50.0,
    }
    # The right characters, said to be from a report that does not have them.
    assert found(("one", 20, 60), ("two", 20, 60))["precision"] == 50.0
    assert found(("two", 20, 60))["recall"] == 0.0


def test_kinds_are_pooled_by_their_characters() -> None:
    one, copy = Article(id="one", text="x"), Article(id="copy", text="z" * 100)
    given = [Scene("light", copy, one, (), (0, 90)), Scene("heavy", copy, one, (), (0, 10))]
    scores = passages(given, lambda copy, articles: [("one", 0, 10)])
    assert (scores["passage.recall"], scores["passage.precision"]) == (20.0, 100.0)
    assert (scores["passage.light.recall"], scores["passage.heavy.recall"]) == (11.111, 100.0)


def test_rashomon_finds_what_was_carried_over_and_nothing_else(story: Path) -> None:
    scores = score(story).scores
    assert scores["passage.light.recall"] > 95.0 and scores["passage.excerpt.recall"] > 95.0
    assert scores["passage.precision"] > 99.0
    assert not any(name.startswith("peer") for name in scores)
