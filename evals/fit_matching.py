"""Fit the matcher's logistic model on the train topics of ECB+ and report validation.

Usage: python evals/fit_matching.py ECBPLUS_DIRECTORY

Prints the intercept and coefficients for ``rashomon.compare.matching``, in the order of its ``FEATURES``, and the
average precision on the validation topics beside single kinds of evidence. Deterministic (Newton's method).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rashomon.compare.matching import FEATURES, Matcher
from rashomon.score.points import average_precision, pairs, statements, topics

VALIDATION = (2, 5, 12, 18, 21, 23, 34, 35)
TRAIN = (1, 3, 4, *range(6, 12), *range(13, 18), 19, 20, 22, *range(24, 34))
RIDGE = 1.0


def collect(path: Path, wanted: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    features, labels = [], []
    for topic in topics(path, wanted):
        items, _, chains = statements(topic)
        counted, gold = pairs(items, chains)
        features.append(Matcher(items).features(slice(None))[counted].astype(np.float64))
        labels.append(gold[counted])
    return np.concatenate(features), np.concatenate(labels)


def fit(x: NDArray[np.float64], y: NDArray[np.bool_]) -> NDArray[np.float64]:
    x = np.hstack([np.ones((len(x), 1)), x])
    beta = np.zeros(x.shape[1])
    penalty = RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-x @ beta))
        gradient = x.T @ (y - p) - penalty @ beta
        hessian = (x * (p * (1 - p))[:, None]).T @ x + penalty
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def main() -> None:
    path = Path(sys.argv[1])
    x, y = collect(path, TRAIN)
    vx, vy = collect(path, VALIDATION)
    beta = fit(x, y)
    print(f"train {len(y)} pairs, {y.sum()} positive; validation {len(vy)} pairs, {vy.sum()} positive")
    print("intercept", round(float(beta[0]), 3))
    for name, value in zip(FEATURES, beta[1:], strict=True):
        print(f"  {name:18} {value:8.3f}")
    for name, column in zip(FEATURES, vx.T, strict=True):
        print(f"AP of {name} alone: {average_precision(vy, column.astype(np.float32)):.1f}")
    print(f"AP of the model, train: {average_precision(y, (x @ beta[1:]).astype(np.float32)):.1f}")
    print(f"AP of the model, validation: {average_precision(vy, (vx @ beta[1:]).astype(np.float32)):.1f}")


if __name__ == "__main__":
    main()
