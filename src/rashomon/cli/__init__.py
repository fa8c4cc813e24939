"""The command line: one command per verb. Standard output holds the result only; the rest goes to standard error.

Commands import what they need when they run, so that ``--help`` answers at once.
"""

from rashomon.cli import asking, figures, gathering, judging, reports, scaling, serving, upkeep  # noqa: F401
from rashomon.cli.app import main

__all__ = ["main"]
