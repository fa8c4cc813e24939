"""A process that gathers into an archive, and is killed again and again at moments drawn by a seed.

    python killed.py ARCHIVE FILE SEED KILLS

Where it gets through it begins another archive, ``ARCHIVE.2`` after ``ARCHIVE.1``; it prints their number. The last is
let run to its end. The child is forked from a process that has loaded the program but opened nothing, so that a kill
comes while it works and not while it starts.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime

from rashomon.archive import Archive
from rashomon.store import open_store

_BATCH = 2


def work(archive_name: str, file: str, told: int | None = None) -> None:
    """Gather a file; a byte goes to the descriptor ``told`` for each batch of articles that is kept."""
    now = datetime(2031, 4, 1, 12, tzinfo=UTC)
    store = open_store(archive_name)
    with Archive(store, annotators="fast", clock=lambda: now, window=40, batch=_BATCH) as archive:
        known = archive.stats().articles

        def tell(stage: str, done: int, of: int) -> None:
            if told is not None and stage == "reading" and done > known:
                os.write(told, b".")

        archive.ingest([file], annotate=False, progress=tell)


def once(archive_name: str, file: str, chance: random.Random | None) -> bool:
    """Whether a child got through before it was killed, at a random moment before or after it kept its first batch."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            work(archive_name, file, write)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    os.close(write)
    if chance is not None:
        begun = time.monotonic()
        if chance.random() < 0.5:
            os.read(read, 1)
        time.sleep(chance.uniform(0.0, max(_longest(time.monotonic() - begun), 0.02)))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(read)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit("the child failed")
    return not os.WIFSIGNALED(status)


def _longest(first: float) -> float:
    """The last moment of a kill: a bit over what beginning, or keeping one more batch, takes on this machine."""
    return 0.4 * first if first > 0.05 else 0.5


def main() -> None:
    archive_name, file, seed, kills = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    killed = archives = 0
    while killed < kills:
        archives += 1
        while killed < kills and not once(f"{archive_name}.{archives}", file, chance):
            killed += 1
        once(f"{archive_name}.{archives}", file, None)
    print(archives)


if __name__ == "__main__":
    main()
