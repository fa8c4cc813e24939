"""An invented story with what an annotator marked in it, for tests of the scores and of the keeping of annotations.

The program finds two differences in numbers and three points in it. The annotation has one of the differences, gives
the other another kind, and has a third; it has two of the points and one that the program does not find.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tellings import OTHERWISE

_OPENINGS = (
    "Nine people were killed when the ferry Hilda struck the pier at Velm. The council of Velm will pay the builders"
    " €40 million for the new bridge. Harbour master Ida Korn said that the pier was unsafe. “Nobody saw the wall in"
    " the fog,” she told reporters. Otto Brill sold his boat.",
    "Twelve people were killed when the ferry Hilda struck the pier at Velm. The council of Velm will pay the builders"
    " €55 million for the new bridge. The pier was unsafe, Korn said. The owner of the ferry parted with the vessel.",
    "Bees swarmed over a meadow at noon.",
)
TEXTS = {f"a{n}": f"{text}\n\n{other}" for n, (text, other) in enumerate(zip(_OPENINGS, OTHERWISE, strict=True), 1)}
KILLED = [["a1", "Nine people were killed"], ["a2", "Twelve people were killed"]]
BRIDGE = [["a1", "will pay the builders €40 million"], ["a2", "will pay the builders €55 million"]]
BOAT = [["a1", "Otto Brill sold his boat"], ["a2", "The owner of the ferry parted with the vessel"]]
_DRAFT: dict[str, Any] = {
    "story": "pier",
    "points": [
        {"about": "the dead", "passages": KILLED, "stances": {"a1": "says", "a2": "differs"}},
        {"about": "the price", "passages": BRIDGE, "stances": {"a1": "says", "a2": "differs"}},
        {"about": "the sale", "passages": BOAT, "stances": {"a1": "says", "a2": "says"}},
    ],
    "speakers": [
        {"passage": ["a1", "the pier was unsafe"], "form": "indirect", "speaker": "Ida Korn", "by": "name"},
        {"passage": ["a1", "Nobody saw the wall"], "form": "direct", "speaker": "Ida Korn", "by": "pronoun"},
        {"passage": ["a2", "The pier was unsafe"], "form": "indirect", "speaker": "Otto Brill", "by": "name"},
        {"passage": ["a2", "The owner of the ferry"], "form": "indirect", "speaker": None, "by": "none"},
    ],
    "findings": [
        {"kind": "number", "passages": KILLED, "weight": 3, "marks": [["a1", "Nine"], ["a2", "Twelve"]]},
        {
            "kind": "not-a-conflict",
            "class": "update",
            "passages": BRIDGE,
            "weight": 2,
            "marks": [["a1", "€40 million"], ["a2", "€55 million"]],
        },
        {"kind": "name", "passages": BOAT, "weight": 1, "marks": [["a1", "Otto Brill"], ["a2", "The owner"]]},
    ],
}


def draft() -> dict[str, Any]:
    """The annotator's draft, to be changed at will."""
    changeable: dict[str, Any] = json.loads(json.dumps(_DRAFT))
    return changeable


def write_stories(path: Path, story: str = "pier") -> Path:
    """The texts as ``stories.jsonl`` has them, among those of another story."""
    rows = [
        {"id": name, "story": story, "outlet": f"Paper {name}", "published": "2031-05-09", "text": text}
        for name, text in TEXTS.items()
    ]
    rows.insert(1, {"id": "b1", "story": "meadow", "outlet": "Paper b1", "text": "Nothing happened in the meadow."})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def annotation(marked: dict[str, Any], part: str = "tune") -> dict[str, Any]:
    """A draft as it is kept: offsets in the place of words. Every passage is taken at its first place."""

    def offsets(passage: list[str]) -> list[str | int]:
        start = TEXTS[passage[0]].index(passage[1])
        return [passage[0], start, start + len(passage[1])]

    kept: dict[str, Any] = json.loads(json.dumps(marked)) | {
        "half": part,
        "articles": [{"id": n, "sha256": hashlib.sha256(t.encode()).hexdigest()} for n, t in TEXTS.items()],
    }
    for record in (*kept["points"], *kept["findings"]):
        record |= {name: [offsets(p) for p in record[name]] for name in ("passages", "marks") if name in record}
        record.pop("about", None)
    for speaker in kept["speakers"]:
        speaker["passage"] = offsets(speaker["passage"])
    return kept


def keep(folder: Path, marked: dict[str, Any], part: str = "tune") -> Path:
    """Write a draft as an annotation ``STORY.json`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{marked['story']}.json"
    file.write_text(json.dumps(annotation(marked, part)), encoding="utf-8")
    return file


def accounts(folder: Path) -> Path:
    """A folder in the form that the task ``accounts`` takes."""
    keep(folder, draft())
    write_stories(folder / "stories.jsonl")
    return folder


def polnear(folder: Path, name: str, text: str, **parts: str) -> Path:
    """A text with one attribution of these parts (``Source``, ``Cue``, ``Content``), in PolNeAR's form."""
    lines = [
        f"T{n}\t{role} {text.index(words)} {text.index(words) + len(words)}\t{words}\n"
        for n, (role, words) in enumerate(parts.items(), 1)
    ]
    links = " ".join(f"{role}:T{n}" for n, role in enumerate(parts, 1))
    for file, said in ((f"text/{name}.txt", text), (f"attributions/{name}_A.ann", f"{''.join(lines)}E1\t{links}\n")):
        (folder / file).parent.mkdir()
        (folder / file).write_bytes(said.encode())
    return folder
