"""What some tests need and a machine may lack: how that is told, with the way to get it, and where CI insists."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

NO_GOLD = "no gold data in ../shared/gold: docs/accuracy.md says which there are"
NO_SEEDS = "no seed articles in ../shared/seeds: they are not published, and nothing else depends on them"
NO_PEERS = "{} is not installed: make peers"
_SKIPPED = "Skipped: "


def lack(part: str, remedy: str) -> NoReturn:
    """Skip a test for want of a part of the machine, or of a library; in CI (``CI=true``) the test fails."""
    message = f"{part} is not installed: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def left_out(reports: Iterable[pytest.TestReport]) -> list[str]:
    """What skipped tests lacked, a line for each reason, those of most tests first."""
    told = [report.longrepr[2] for report in reports if isinstance(report.longrepr, tuple)]
    reasons = Counter(reason.removeprefix(_SKIPPED) for reason in told)
    return [f"{count} test{'' if count == 1 else 's'}: {reason}" for reason, count in reasons.most_common()]
