"""One target under atheris: ``python -m fuzzing.guided NAME [libFuzzer's options]``."""

from __future__ import annotations

import logging
import sys
from importlib import import_module


def main() -> None:
    """Run libFuzzer over the target that the first argument names."""
    atheris = import_module("atheris")
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["rashomon"]):
        targets = import_module("fuzzing.targets")
    logging.disable(logging.CRITICAL)
    atheris.Setup(sys.argv, targets.TARGETS[name].check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
