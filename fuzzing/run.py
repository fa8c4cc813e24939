"""Fuzz all targets: ``python -m fuzzing.run --minutes 10``.

With atheris where that is installed (``pip install atheris``: guided by what code an input reaches), else with
hypothesis. What makes a target fail is kept, as small as it could be made, in ``tests/crashes``, where the tests give
it to its target again for ever.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import resource
import subprocess
import sys
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from fuzzing.targets import TARGETS, Fuzzed, Target

CRASHES = Path(__file__).parents[1] / "tests" / "crashes"
_ROUND = 100  # inputs between two looks at the clock
_LONGEST = 64  # pieces of an input


class Figures(NamedTuple):
    """What came of a target: inputs given, inputs kept that made it fail, and the slowest in seconds."""

    inputs: int
    crashes: int
    slowest: float


def main() -> None:
    """Give each target its share of the time; the exit code is 1 where one failed."""
    options = argparse.ArgumentParser(prog="fuzzing.run", description=__doc__)
    options.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    options.add_argument("--only", choices=sorted(TARGETS), action="append", help="this target; may be given again")
    options.add_argument("--seed", type=int, default=int(time.time()), help="begin here, to see the same again")
    given_options = options.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    names = given_options.only or list(TARGETS)
    share = 60.0 * given_options.minutes / len(names)
    print(f"{'target':16}{'inputs':>9}{'crashes':>9}{'slowest':>10}   (seed {given_options.seed})", flush=True)
    failed = 0
    for name in names:
        found = _guided(name, share) if find_spec("atheris") else _generated(name, share, given_options.seed)
        failed += found.crashes
        print(f"{name:16}{found.inputs:9}{found.crashes:9}{found.slowest:9.2f}s", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")
    sys.exit(1 if failed else 0)


def inputs(fuzzed: Fuzzed) -> st.SearchStrategy[bytes]:
    """Inputs of a target: its pieces in any order, between them bytes and text that nobody wrote."""
    piece = st.sampled_from(fuzzed.pieces) | st.binary(max_size=8) | st.text(max_size=8).map(_encoded)
    repeated = st.tuples(piece, st.sampled_from((2, 40, 1000))).map(lambda pair: pair[0] * pair[1])
    return st.lists(st.one_of(piece, piece, piece, repeated), max_size=_LONGEST).map(b"".join)


def keep(name: str, data: bytes) -> Path:
    """Keep an input for the tests, under a name that is its own."""
    folder = CRASHES / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / hashlib.sha256(data).hexdigest()[:16]
    file.write_bytes(data)
    return file


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class _Watched:
    """A target that counts its inputs and remembers the last that made it fail."""

    def __init__(self, check: Target) -> None:
        self._check = check
        self.inputs, self.slowest, self.failing = 0, 0.0, b""

    def __call__(self, data: bytes) -> None:
        begun = time.perf_counter()
        self.inputs += 1
        try:
            self._check(data)
        except Exception:
            self.failing = data
            raise
        finally:
            self.slowest = max(self.slowest, time.perf_counter() - begun)


def _generated(name: str, seconds: float, start: int) -> Figures:
    """By hypothesis, in rounds; one that fails ends the target, for it would fail in the same way again."""
    watched = _Watched(TARGETS[name].check)
    phases = (Phase.generate, Phase.shrink)
    end, number = time.monotonic() + seconds, start
    while time.monotonic() < end:
        number += 1

        @seed(number)
        @settings(
            max_examples=_ROUND, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck)
        )
        @given(data=inputs(TARGETS[name]))
        def once(data: bytes) -> None:
            watched(data)

        try:
            once()
        except Exception as error:  # whatever it is, it is what was looked for
            print(f"{keep(name, watched.failing)}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
            return Figures(watched.inputs, 1, watched.slowest)
    return Figures(watched.inputs, 0, watched.slowest)


def _guided(name: str, seconds: float) -> Figures:
    """By atheris, in a process of its own, for libFuzzer ends the process in which it finds something."""
    folder = CRASHES / name
    before = set(folder.glob("*"))
    folder.mkdir(parents=True, exist_ok=True)
    limits = (f"-max_total_time={max(1, round(seconds))}", "-max_len=20000", "-timeout=60", "-rss_limit_mb=4096")
    arguments = (name, *limits, f"-artifact_prefix={folder}/", "-print_final_stats=1")
    ran = subprocess.run(
        [sys.executable, "-m", "fuzzing.guided", *arguments], check=False, capture_output=True, text=True
    )
    stats = [line.split() for line in ran.stderr.splitlines() if line.startswith("stat::")]
    told = {words[0]: words[-1] for words in stats}
    slowest = float(told.get("stat::slowest_unit_time_sec:", 0))
    return Figures(int(told.get("stat::number_of_executed_units:", 0)), len(set(folder.glob("*")) - before), slowest)


if __name__ == "__main__":
    main()
