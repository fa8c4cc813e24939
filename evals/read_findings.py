"""Hold the findings given now against the judgements of an editor (docs/errors.md).

Usage: python evals/read_findings.py STORIES_JSONL [SAMPLE]

STORIES_JSONL has one article a line with ``id``, ``story`` and ``text``. The judgements are in
``evals/accounts/read_findings.jsonl``: story, kind, spans as article, start and end, and a verdict. A finding given
now is known by its story, kind, class and spans. Prints for each sample and kind how many of them had stood, how many
had been struck, how many nobody has judged, and how many that had stood are no longer given. No threshold: the judged
stories are not unseen any more.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rashomon

JUDGED = Path(__file__).parent / "accounts" / "read_findings.jsonl"
Key = tuple[str, str, str, tuple[tuple[str, int, int], ...]]


def judged(sample: str | None) -> dict[str, dict[Key, str]]:
    """The verdicts by sample."""
    found: dict[str, dict[Key, str]] = defaultdict(dict)
    for line in JUDGED.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        if sample in {None, row["sample"]}:
            spans = tuple((article, start, end) for article, start, end in row["spans"])
            found[row["sample"]][row["story"], row["kind"], row.get("class", ""), spans] = row["verdict"]
    return found


def given(lines: list[str], story: str) -> Iterator[Key]:
    """The findings that a story's articles, one JSON object a line, give now."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "story.jsonl"
        path.write_text("".join(lines), encoding="utf-8")
        articles, _ = rashomon.read([str(path)])
    for f in rashomon.compare(articles, anyway=True).findings:
        yield story, f.kind, f.nonconflict or "", tuple((s.article, s.start, s.end) for s in f.spans)


def main(stories: Path, sample: str | None = None) -> None:
    """Print the table."""
    articles: dict[str, list[str]] = defaultdict(list)
    with stories.open(encoding="utf-8") as lines:
        for line in lines:
            articles[json.loads(line)["story"]].append(line)
    for name, verdicts in judged(sample).items():
        now = [key for story in sorted({k[0] for k in verdicts}) for key in given(articles[story], story)]
        counts = Counter((key[1], verdicts.get(key, "not judged")) for key in now)
        gone = Counter(key[1] for key, verdict in verdicts.items() if verdict == "stands" and key not in now)
        print(f"{name:20} stands  struck  not judged  gone")
        for kind in sorted({k for k, _ in counts} | set(gone)):
            row = [counts[kind, verdict] for verdict in ("stands", "strike", "not judged")]
            print(f"{kind:20} {row[0]:6}  {row[1]:6}  {row[2]:10}  {gone[kind]:4}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
