"""Inputs that once made a part of the program fail, and a few of each kind that the fuzzer makes."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from fuzzing.run import CRASHES, inputs
from fuzzing.targets import TARGETS, FaultError, page

KEPT = sorted(file for file in CRASHES.glob("*/*") if file.is_file())


@pytest.mark.parametrize("file", KEPT, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_once_failed_does_not_fail_again(file: Path) -> None:
    TARGETS[file.parent.name].check(file.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_that_nobody_thought_of(name: str) -> None:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=inputs(TARGETS[name]))
    def holds(data: bytes) -> None:
        TARGETS[name].check(data)

    holds()


def test_a_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def defeated(*_: object, **__: object) -> None:
        raise RuntimeError("defeated")

    data = b"<html><body><article><p>" + b"The mayor of Ambley opened the weir on Monday. " * 9 + b"</p></article>"
    page(data)
    monkeypatch.setattr(importlib.import_module("rashomon.read.page"), "_fuller", defeated)
    with pytest.raises(FaultError, match="RuntimeError: defeated"):
        page(data)
