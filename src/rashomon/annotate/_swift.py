"""What spaCy's components do, sooner and with the same result."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, reduce
from operator import and_
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.strings import StringStore
from spacy.tokens import Doc, Token
from thinc.api import NumpyOps

_FEW = 64  # rows; a smaller product may be summed in another order
_REMEMBERED = 100_000  # words, some 200 bytes each
_LOOKED_UP = frozenset({"ORTH", "LOWER", "TAG", "DEP", "IS_SPACE"})

Match = tuple[int, int, int, int]
"""The number of a rule, its name's hash, and the tokens it stands on: first and behind the last."""


def hasten(nlp: Language) -> Language:
    """Have the components of a pipeline use quicker products of matrices, and remember what words come to."""
    ops = _Blas() if _keep_rows_apart() else NumpyOps()
    for _, component in nlp.pipeline:
        if isinstance(component, AttributeRuler):
            component.match = _Rules(component)  # type: ignore[method-assign]
        elif isinstance(component, Lemmatizer) and component.mode == "rule":
            component.lemmatize = _Lemmas(component)
        elif hasattr(component, "model") and hasattr(component.model, "walk"):
            for node in component.model.walk():
                # Other processors bring operations of their own.
                if type(node.ops) is NumpyOps:
                    node.ops = ops
    return nlp


@cache
def _keep_rows_apart() -> bool:
    """Whether a row's product by numpy's BLAS is the same wherever the row stands: on some processors it is not."""
    numbers = np.random.default_rng(0)
    x, y = (numbers.standard_normal(size).astype(np.float32) for size in ((4 * _FEW, 288), (96, 288)))
    whole = x @ y.T
    return all(np.array_equal(x[n : n + _FEW] @ y.T, whole[n : n + _FEW]) for n in (1, 2, 3, 5, 7, _FEW + 1))


class _Blas(NumpyOps):  # type: ignore[misc]
    """Products by numpy's BLAS, which knows the processor better than BLIS as spaCy's packages build it: they take a
    third to a fifth of the time."""

    def __init__(self) -> None:
        super().__init__(use_blis=False)

    def gemm(
        self,
        x: NDArray[np.float32],
        y: NDArray[np.float32],
        out: NDArray[np.float32] | None = None,
        trans1: bool = False,
        trans2: bool = False,
    ) -> NDArray[np.float32]:
        """As thinc's; a row's result does not hang on how many rows there are."""
        if trans1 or len(x) >= _FEW:
            return np.asarray(super().gemm(x, y, out=out, trans1=trans1, trans2=trans2), dtype=np.float32)
        wide = np.zeros((_FEW, x.shape[1]), dtype=x.dtype)
        wide[: len(x)] = x
        found: NDArray[np.float32] = super().gemm(wide, y, trans2=trans2)[: len(x)]
        if out is not None:
            out[...] = found
        return found


class _Rules:
    """The matches of an attribute ruler. Rules for one token that ask for plain values are looked up: for each value of
    an attribute it is known which of them it suits, as the bits of a number."""

    def __init__(self, ruler: AttributeRuler) -> None:
        self._vocab = ruler.vocab
        self._longer = Matcher(ruler.vocab)
        self._rules: list[tuple[int, int]] = []
        """Of each bit, the number of its rule and the hash of its name."""
        self._suits: dict[str, _Suits] = {}
        """By attribute."""
        rules: Any = ruler.patterns
        for number, rule in enumerate(rules):
            for pattern in rule["patterns"]:
                if len(pattern) > 1 or not all(map(_is_plain, pattern[0], pattern[0].values())):
                    self._longer.add(str(number), [pattern])
                    continue
                self._rules.append((number, ruler.vocab.strings.add(str(number))))
                for attribute, wanted in pattern[0].items():
                    suits = self._suits.setdefault(attribute, _Suits(ruler.vocab.strings))
                    suits.add(1 << len(self._rules) - 1, wanted)
        self._all = (1 << len(self._rules)) - 1

    def __call__(self, doc: Doc) -> list[Match]:
        longer: Iterable[tuple[int, int, int]] = self._longer(doc, allow_missing=True) if len(self._longer) else ()
        found: list[Match] = [(int(self._vocab.strings[match[0]]), *match) for match in longer]
        columns = [map(suits.of, doc.to_array([name]).tolist()) for name, suits in self._suits.items()]
        for at, masks in enumerate(zip(*columns, strict=True)):
            left = reduce(and_, masks, self._all)
            while left:
                lowest = left & -left
                found.append((*self._rules[lowest.bit_length() - 1], at, at + 1))
                left ^= lowest
        found.sort()
        return found


class _Suits:
    """Which rules each value of an attribute suits; a rule that does not ask for the attribute suits every value."""

    def __init__(self, strings: StringStore) -> None:
        self._strings = strings
        self._asking = 0
        self._equal: dict[int, int] = {}
        self._tests: list[tuple[int, str, Any]] = []
        self._known: dict[int, int] = {}

    def add(self, bit: int, wanted: Any) -> None:
        """A rule that wants a value, or one of some, or none of some, or one that an expression is found in."""
        self._asking |= bit
        kind, told = next(iter(wanted.items())) if isinstance(wanted, dict) else ("IN", [wanted])
        if kind == "IN":
            for value in map(self._value, told):
                self._equal[value] = self._equal.get(value, 0) | bit
        elif kind == "NOT_IN":
            self._tests.append((bit, kind, frozenset(map(self._value, told))))
        else:
            self._tests.append((bit, kind, re.compile(told)))

    def of(self, value: int) -> int:
        if (mask := self._known.get(value)) is None:
            mask = ~self._asking | self._equal.get(value, 0)
            for bit, kind, told in self._tests:
                if (value not in told) if kind == "NOT_IN" else told.search(self._strings[value]):
                    mask |= bit
            _remember(self._known, value, mask)
        return mask

    def _value(self, wanted: str | bool | int) -> int:
        return int(self._strings.add(wanted)) if isinstance(wanted, str) else int(wanted)


def _is_plain(attribute: str, wanted: Any) -> bool:
    """Whether a test of a pattern is one that :class:`_Suits` can make."""
    known = not isinstance(wanted, dict) or (len(wanted) == 1 and next(iter(wanted)) in ("IN", "NOT_IN", "REGEX"))
    return attribute in _LOOKED_UP and known


class _Lemmas:
    """The lemmas of a token, which hang on its form, part of speech and morphology."""

    def __init__(self, lemmatizer: Lemmatizer) -> None:
        known = lemmatizer.lookups.get_table("lemma_index", {})
        for part, words in known.items():
            known[part] = dict.fromkeys(words)  # a list is searched from its beginning
        self._lemmatize = lemmatizer.lemmatize
        self._known: dict[tuple[int, int, int], list[str]] = {}

    def __call__(self, token: Token) -> list[str]:
        asked = token.orth, token.pos, token.morph.key  # type: ignore[attr-defined]
        if (lemmas := self._known.get(asked)) is None:
            lemmas = self._lemmatize(token)
            _remember(self._known, asked, lemmas)
        return lemmas


def _remember(known: dict[Any, Any], asked: object, found: object) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[asked] = found
