"""``rashomon eval``: every task on tiny invented gold data in the form that the real data are published in."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from annotated import accounts, polnear
from parts import NO_GOLD
from rashomon_evals import Score, reading
from rashomon_evals.chaining import grouping, likeness, linked
from rashomon_evals.command import TASKS, run, table
from rashomon_evals.naming import events, running_text

from rashomon.annotate import annotate
from rashomon.errors import AnalysisError, InputError, MissingInput, RashomonError
from rashomon.types import Annotations, Article

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"
EXPECTED = {
    "quotes": "speaker.exact.f1 cue.exact.f1 content.exact.f1 content.overlap.f1 link.f1",
    "times": "strict.f1 relaxed.f1 type.f1 value.f1",
    "points": "average_precision bcubed.f1 conll.f1",
    "naming": "f1",
    "copies": "light.recall",
    "stories": "bcubed.f1 ari ami peer.tfidf.bcubed.f1 peer.embedding.ari",
    "accounts": "findings.f1 points.f1 points.stance speaker.accuracy",
    "events": "root.macro_f1 root.accuracy quad.macro_f1 source.f1 target.f1",
}


def quotes(folder: Path) -> Path:
    text = "Mayor Vera Ottmar said the ferry would sail again on Monday."
    return polnear(folder, "harbour", text, Source="Mayor Vera Ottmar", Cue="said", Content=text[23:-1])


def times(folder: Path) -> Path:
    (folder / "ferry.tml").write_text(
        '<TimeML><DCT><TIMEX3 tid="t0" type="DATE" value="2031-05-08" functionInDocument="CREATION_TIME">May 8, 2031'
        '</TIMEX3></DCT><TEXT>\nThe ferry sank on <TIMEX3 tid="t1" type="DATE" value="2031-05-03">May 3, 2031</TIMEX3>.'
        "\n</TEXT></TimeML>",
        encoding="utf-8",
    )
    return folder


_EVENTS = {
    "1ecb": [("A ferry sank off Port Veld on Friday .", {"sank": "sink"}), ("Divers searched .", {"searched": "dive"})],
    "2ecb": [("The ferry sank near Port Veld .", {"sank": "sink"}), ("Talks failed .", {"failed": "talk"})],
    "1ecbplus": [("A bridge fell in Lower Marn .", {"fell": "fall"}), ("The mayor resigned .", {"resigned": "quit"})],
    "2ecbplus": [("In Lower Marn a bridge fell .", {"fell": "fall"}), ("Trains stopped .", {"stopped": "stop"})],
}


def points(folder: Path) -> Path:
    topic = folder / "ECB+" / "36"
    topic.mkdir(parents=True)
    rows = ["Topic,File,Sentence Number"]
    for name, sentences in _EVENTS.items():
        tokens, marks, links, number = [], [], [], 0
        for at, (sentence, mentions) in enumerate(sentences):
            rows.append(f"36,{name},{at}")
            for word in sentence.split():
                number += 1
                tokens.append(f'<token t_id="{number}" sentence="{at}" number="0">{word}</token>')
                if word in mentions:
                    marks.append(
                        f'<ACTION_OCCURRENCE m_id="{number}"><token_anchor t_id="{number}"/></ACTION_OCCURRENCE>'
                    )
                    links.append(
                        f'<CROSS_DOC_COREF r_id="{number}" note="{mentions[word]}"><source m_id="{number}"/>'
                        f'<target m_id="90{number}"/></CROSS_DOC_COREF>'
                    )
        body = f"<Markables>{''.join(marks)}</Markables><Relations>{''.join(links)}</Relations>"
        (topic / f"36_{name}.xml").write_text(f"<Document>{''.join(tokens)}{body}</Document>", encoding="utf-8")
    (folder / "ECBplus_coreference_sentences.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


_REPORTS = {
    "L": "Norway/(C)|(P 's/- president/P) met/- Vera/(V Ottmar/V) ./- \\n/- Ottmar/(V) left/- ./-",
    "R": "Vera/(V Ottmar/V) praised/- Norway/(C) ./-",
}


def naming(folder: Path) -> Path:
    lines = []
    for name, report in _REPORTS.items():
        lines.append(f"#begin document 7/-/7_{name}; part 000")
        for at, item in enumerate(report.split()):
            word, label = item.rsplit("/", 1)
            lines.append(f"7/-/7_{name}\t0\t{at}\t{word}\t{'| '.join(label.split('|'))}\t")
        lines.append("#end document")
    (folder / "event-7.conll").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def copies(folder: Path) -> Path:
    def row(number: int) -> str:
        words = " ".join(f"word{number}x{i % 150}" for i in range(200))
        return json.dumps({"id": str(number), "story": f"s{number}", "outlet": "Gazette", "text": f"{words}\n{words}"})

    (folder / "stories.jsonl").write_text("\n".join(row(n) for n in range(4)), encoding="utf-8")
    return folder


def stories(folder: Path) -> Path:
    rows = []
    for place, what in (("Port Veld", "A ferry sank"), ("Lower Marn", "A bridge fell into the river")):
        for outlet, hour in (("Gazette", "at noon"), ("Herald", "before noon")):
            text = f"{what} at {place} on Friday {hour}.\n\nThe mayor of {place} spoke of a dark day. Nobody was hurt."
            row = {"id": f"{place} {outlet}", "story": place, "outlet": outlet, "title": f"{what} at {place}"}
            rows.append(json.dumps(row | {"text": text, "published": "2031-05-09"}))
    (folder / "stories.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return folder


def events_coded(folder: Path) -> Path:
    rows = [
        "<s>The mayor of Velm</s> met <t>the governor of Ambley</t> on Friday.\tCONSULT",
        "<s>Velm</s> imposed sanctions on <t>Ambley</t> over the ferry.\tSANCTION",
        "<s>Ambley</s> accused <t>Velm</t> of lying about the dam.\tACCUSE",
    ]
    (folder / "coded.tsv").write_text("\n".join(["marked_sentence\tgold_root", *rows]) + "\n", encoding="utf-8")
    return folder


MAKERS: dict[str, Callable[[Path], Path]] = {
    "quotes": quotes,
    "times": times,
    "points": points,
    "naming": naming,
    "copies": copies,
    "stories": stories,
    "accounts": accounts,
    "events": events_coded,
}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_scores_its_published_form(task: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    score = run(task, MAKERS[task](tmp_path), lambda done, of: seen.append((done, of)))
    assert set(EXPECTED[task].split()) <= set(score.scores)
    assert all(0.0 <= value <= 100.0 and round(value, 2) == value for value in score.scores.values())
    assert score.task == task and score.data == str(tmp_path) and score.documents > 0 and len(score.digest) == 64
    assert seen and seen[-1][0] == seen[-1][1]


def test_what_is_plain_is_found(tmp_path: Path) -> None:
    for task in ("quotes", "times", "points"):
        (tmp_path / task).mkdir()
    assert run("quotes", quotes(tmp_path / "quotes")).scores["link.f1"] == 100.0
    assert run("times", times(tmp_path / "times")).scores["value.f1"] == 100.0
    assert run("times", tmp_path / "times" / "ferry.tml").scores["value.f1"] == 100.0
    found = run("points", points(tmp_path / "points"))
    assert found.scores["average_precision"] == 100.0 and found.scores["conll.f1"] == 100.0
    assert found.documents == 4


def test_names_of_one_person_and_one_country_are_chained(tmp_path: Path) -> None:
    file = naming(tmp_path) / "event-7.conll"
    score = run("naming", file)
    assert score.documents == 2 and score.scores["gold_mentions.f1"] == 100.0


def test_topics_that_were_fitted_on_count_only_alone(tmp_path: Path) -> None:
    folder = points(tmp_path)
    held = run("points", folder)
    shutil.copytree(folder / "ECB+" / "36", folder / "ECB+" / "1")
    assert run("points", folder) == held
    shutil.rmtree(folder / "ECB+" / "36")
    assert run("points", folder).digest != held.digest


def test_an_article_that_cannot_be_analysed_costs_its_own_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some(articles: list[Article], problems: list[AnalysisError]) -> Iterator[Annotations]:
        yield from annotate(articles[1:], problems=problems)

    (tmp_path / "points").mkdir()
    (tmp_path / "naming").mkdir()
    whole = run("points", points(tmp_path / "points")), run("naming", naming(tmp_path / "naming"))
    monkeypatch.setattr(reading, "annotate", some)
    less = run("points", tmp_path / "points"), run("naming", tmp_path / "naming")
    assert [s.documents for s in less] == [s.documents for s in whole]
    assert less[0].scores["conll.f1"] <= whole[0].scores["conll.f1"]
    assert less[1].scores["f1"] < whole[1].scores["f1"]


def test_one_object_on_standard_output(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from rashomon.cli import main; main()", "eval", "times", ".", "--json"]
    done = subprocess.run(command, cwd=times(tmp_path), capture_output=True, text=True, check=True)
    printed = json.loads(done.stdout)
    assert list(printed) == ["task", "data", "digest", "documents", "scores"]
    assert printed["data"] == "." and printed["scores"]["strict.f1"] == 100.0
    again = subprocess.run(command[:-1], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "strict.f1" in again.stdout and "100.00" in again.stdout


def test_peers_stand_beside_ours() -> None:
    scores = {"f1": 50.0, "peer.lemma.f1": 40.0, "precision": 60.0}
    header, rows = table(Score(task="naming", data="x", digest="", documents=1, scores=scores))
    assert header == ["naming", "rashomon", "lemma"]
    assert rows == [["f1", "50.00", "40.00"], ["precision", "60.00", ""]]


def test_what_cannot_be_scored_is_told(tmp_path: Path) -> None:
    with pytest.raises(RashomonError, match="no such task; there are: quotes, times"):
        run("verdicts", tmp_path)
    for task in TASKS:
        with pytest.raises(MissingInput, match="no such file or folder"):
            run(task, tmp_path / "nowhere")
        with pytest.raises(InputError) as told:
            run(task, tmp_path)
        assert str(tmp_path) in str(told.value)
    (tmp_path / "broken.conll").write_text("no columns here\n", encoding="utf-8")
    with pytest.raises(InputError, match="five columns"):
        run("naming", tmp_path)
    (tmp_path / "broken.jsonl").write_text("not JSON\n", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as a JSONL file"):
        run("copies", tmp_path)


def test_tokens_become_text_and_keep_their_offsets() -> None:
    sentences = [
        "The \" Red Ferry \" , Mr. Ito 's boat ( built 1990 ) , did n't sail .",
        "Its long - range radio failed .",
    ]
    words = " \\n ".join(sentences).split()
    text, offsets = running_text(words)
    assert text == "The \"Red Ferry\", Mr. Ito's boat (built 1990), didn't sail.\n\nIts long-range radio failed."
    assert [text[a:b] for a, b in offsets] == [w if w != "\\n" else "" for w in words]


def test_phrases_may_overlap_and_nest(tmp_path: Path) -> None:
    ((_, reports),) = events(naming(tmp_path))
    phrases = [[(p.chain, r.article.text[p.start : p.end]) for p in r.phrases] for r in reports]
    assert phrases[0][:2] == [("C", "Norway"), ("P", "Norway's president")]
    assert phrases[1] == [("V", "Vera Ottmar"), ("C", "Norway")]


def test_articles_are_grouped_by_what_they_share() -> None:
    ferry = ["the ferry sank in the bay with divers", "divers reached the ferry in the bay"]
    bridge = ["a bridge collapsed under snow in the gorge", "snow broke the bridge over the gorge"]
    labels = grouping(likeness([*ferry, *bridge]))
    assert labels[0] == labels[1] != labels[2] == labels[3]
    assert linked(likeness(ferry), floor=2.0) == [0, 1]


@pytest.mark.skipif(not GOLD.is_dir(), reason=NO_GOLD)
def test_phrases_for_one_thing_are_found_better_than_published() -> None:
    assert run("naming", GOLD / "newswcl50").scores["f1"] > 45.7
