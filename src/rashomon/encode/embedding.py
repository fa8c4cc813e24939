"""Sentence embeddings: all-MiniLM-L6-v2, int8, on onnxruntime (Reimers and Gurevych 2019; Wang et al. 2020)."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rashomon.encode.digests import verified
from rashomon.errors import missing
from rashomon.jobs import batches, threads

T = TypeVar("T")
R = TypeVar("R")
DIMENSIONS = 384
_BATCH = 8
_MOST_PIECES = 96
# Texts whose vectors are remembered (1.5 kB each): agencies' texts come again and again, and so do stories.
_REMEMBERED = 8192
_DATA = Path(str(files("rashomon.data")))


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors of shape ``(len(texts), 384)``.

    A text's vector hangs on that text alone: what is rounded is rounded by word piece, and only texts of as many word
    pieces are put together, so that nothing is padded (``docs/sentence-model.md``).
    """
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    if not texts:
        return vectors
    rows = _memory.of(set(texts))
    new = set(texts) - rows.keys()
    if new:
        made = _embedded(sorted(new))
        _memory.keep(made)
        rows |= made
    for index, text in enumerate(texts):
        vectors[index] = rows[text]
    return vectors


def _embedded(distinct: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    tokenizer, network = _model()
    pieces = [encoded.ids for encoded in tokenizer.encode_batch(distinct)]

    def read(numbers: Sequence[int]) -> list[NDArray[np.float32]]:
        asked = np.array([pieces[n] for n in numbers], dtype=np.int64)
        return list(map(_mean, network.run(None, {"pieces": asked})[0]))

    return dict(zip(distinct, by_length(read, list(map(len, pieces)), _BATCH), strict=True))


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of a text's vectors ``(pieces, 384)``, scaled to length one; of one text, for sums hang on the shape."""
    mean = vectors.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def spread(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """What the work gives for each thing, in order, on as many threads as this process may compute with.

    Two networks that run on a thread each take less time than one that shares out its products.
    """
    most = threads()
    if most == 1 or len(things) < 2:
        return [work(thing) for thing in things]
    return list(_pool(most).map(work, things))


def by_length(work: Callable[[Sequence[int]], list[R]], lengths: Sequence[int], most: int) -> list[R]:
    """What the work gives for each thing. It is given their numbers, those of one length together, at most so many."""
    groups: dict[int, list[int]] = defaultdict(list)
    for number, length in enumerate(lengths):
        groups[length].append(number)
    some = [numbers for group in groups.values() for numbers in batches(group, most)]
    found = dict(zip(chain.from_iterable(some), chain.from_iterable(spread(work, some)), strict=True))
    return [found[number] for number in range(len(lengths))]


@lru_cache(maxsize=1)
def _pool(most: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(most, thread_name_prefix="rashomon-network")


class _Memory:
    """The vectors of the texts that were embedded last, for all threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: set[str]) -> dict[str, NDArray[np.float32]]:
        with self._lock:
            found = {text: self._rows[text] for text in texts if text in self._rows}
            for text in sorted(found):
                self._rows.move_to_end(text)
        return found

    def keep(self, rows: dict[str, NDArray[np.float32]]) -> None:
        with self._lock:
            self._rows |= {text: row.copy() for text, row in rows.items()}
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)


_memory = _Memory(_REMEMBERED)


def word_pieces() -> Any:
    """A new tokenizer of MiniLM's word pieces (``tokenizers.Tokenizer``): nothing added, cut off or padded."""
    try:
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    except ImportError as error:
        raise missing(error) from error
    vocabulary = files("rashomon.data") / "minilm" / "vocab.txt"
    pieces = {word: index for index, word in enumerate(vocabulary.read_text(encoding="utf-8").splitlines())}
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def session(path: Path) -> Any:
    """An ``onnxruntime.InferenceSession`` of the model in a file.

    Raises:
        MissingPart: onnxruntime or the file is not there, or the file is one of ours by its name and not what it should
            be (:mod:`rashomon.encode.digests`).
    """
    own = {path.relative_to(_DATA).as_posix(): path} if path.is_relative_to(_DATA) else {}
    with verified(own, package="rashomon"):
        try:
            import onnxruntime
        except ImportError as error:
            raise missing(error) from error
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1  # each thread of spread() has a run of its own
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def _model() -> tuple[Any, Any]:
    try:
        from tokenizers import processors
    except ImportError as error:
        raise missing(error) from error
    tokenizer = word_pieces()
    ends = [(mark, tokenizer.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")]
    tokenizer.post_processor = processors.BertProcessing(*ends)
    tokenizer.enable_truncation(_MOST_PIECES)
    return tokenizer, session(_DATA / "minilm" / "sentences.onnx")
