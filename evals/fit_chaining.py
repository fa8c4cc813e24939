"""Fit the two models of ``rashomon_evals.chaining`` on the train topics of ECB+ and report validation.

Usage: python evals/fit_chaining.py ECBPLUS_DIRECTORY

Prints the intercepts and coefficients, in the order of the features, the average precision of sentence pairs, and the
CoNLL score of the chains for each floor of the linkage (take the best on train). Deterministic (Newton's method).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from fit_matching import fit
from numpy.typing import NDArray
from rashomon_evals.chaining import CHAIN_FEATURES, PAIR_FEATURES, linked
from rashomon_evals.coreference import conll
from rashomon_evals.points import TRAIN, VALIDATION, Prepared, average_precision, pairs, prepare, topics

FLOORS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]


def sentence_pairs(prepared: list[Prepared]) -> tuple[Floats, Labels]:
    tables = [(p.setting.pair_features(), *pairs(p.statements, p.chains)) for p in prepared]
    return np.concatenate([f[c] for f, c, _ in tables]), np.concatenate([g[c] for _, c, g in tables])


def mention_pairs(features: Floats, gold: list[str]) -> tuple[Floats, Labels]:
    names = np.array(gold)
    upper = np.triu_indices(len(gold), k=1)
    return features[upper], (names[:, None] == names[None, :])[upper]


def chained(prepared: list[Prepared], tables: list[Floats], beta: Floats, floor: float) -> float:
    gold: dict[tuple[int, str], set[int]] = {}
    found: dict[tuple[int, int], set[int]] = {}
    at = 0
    for number, (topic, table) in enumerate(zip(prepared, tables, strict=True)):
        likely = 1.0 / (1.0 + np.exp(-(table @ beta[1:] + beta[0])))
        for name, label in zip(topic.gold, linked(likely, floor=floor), strict=True):
            gold.setdefault((number, name), set()).add(at)
            found.setdefault((number, label), set()).add(at)
            at += 1
    return conll(list(gold.values()), list(found.values()))["conll.f1"]


def main() -> None:
    path = Path(sys.argv[1])
    train = [prepare(topic) for topic in topics(path, TRAIN)]
    validation = [prepare(topic) for topic in topics(path, VALIDATION)]
    (x, y), (vx, vy) = sentence_pairs(train), sentence_pairs(validation)
    beta = fit(x, y, np.ones(len(y)))
    print("sentence pairs: intercept", round(float(beta[0]), 2))
    for name, value in zip(PAIR_FEATURES, beta[1:], strict=True):
        print(f"  {name:26} {value:6.2f}")
    print(f"  AP train {average_precision(y, x @ beta[1:]):.1f}, validation {average_precision(vy, vx @ beta[1:]):.1f}")
    tables = [p.setting.chain_features(p.mentions) for p in train]
    validating = [p.setting.chain_features(p.mentions) for p in validation]
    mentioned = [mention_pairs(t, p.gold) for t, p in zip(tables, train, strict=True)]
    same = np.concatenate([g for _, g in mentioned])
    beta = fit(np.concatenate([f for f, _ in mentioned]), same, np.ones(len(same)))
    print("chains: intercept", round(float(beta[0]), 2))
    for name, value in zip(CHAIN_FEATURES, beta[1:], strict=True):
        print(f"  {name:26} {value:6.2f}")
    for floor in FLOORS:
        on_train, on_validation = (
            chained(*given, beta, floor) for given in ((train, tables), (validation, validating))
        )
        print(f"  floor {floor:.2f}: CoNLL train {on_train:.1f}, validation {on_validation:.1f}")


if __name__ == "__main__":
    main()
