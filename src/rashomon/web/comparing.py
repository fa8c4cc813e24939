"""Work on stories that takes long: one after the other on a thread of its own, while pages say how far it is."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable

import msgspec

from rashomon.errors import RashomonError
from rashomon.jobs import Progress

# More stories than these do not wait their turn: it would be many minutes until it came.
_MOST_WAITING = 64
_LOOK_AGAIN = 0.05

Compare = Callable[[str, Progress], object]


class Working(msgspec.Struct, frozen=True, kw_only=True):
    """A story's comparison is being worked out: what is being done, and of how many articles it is done.

    ``total`` 0 is not known yet; ``stage`` is ``waiting`` while other stories have their turn.
    """

    story: str
    stage: str
    done: int = 0
    total: int = 0


class Work:
    """One comparison, waiting, under way or finished; what it came to is in the archive, or in ``error``."""

    def __init__(self, story: str) -> None:
        self.state = Working(story=story, stage="waiting")
        self.finished = threading.Event()
        self.error: Exception | None = None

    async def wait(self, seconds: float) -> bool:
        """Whether it finished within so many seconds."""
        end = asyncio.get_running_loop().time() + seconds
        while not self.finished.is_set() and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(_LOOK_AGAIN)
        return self.finished.is_set()


class Comparing:
    """Works out what takes long about a story (its comparison), once at a time however many ask for it."""

    def __init__(self, compare: Compare) -> None:
        self._compare = compare
        self._works: dict[str, Work] = {}
        self._lock = threading.Lock()
        self._waiting: queue.Queue[Work] = queue.Queue(_MOST_WAITING)
        # It dies with the program: what it does can be done again, and nobody wants to wait for it at the end.
        self._thread = threading.Thread(target=self._run, name="comparing", daemon=True)

    def begin(self, story: str) -> Work:
        """The work on a story's comparison, begun now if nobody began it before.

        Raises:
            RashomonError: too many others are waiting.
        """
        with self._lock:
            work = self._works.get(story)
            if work is None:
                work = Work(story)
                try:
                    self._waiting.put_nowait(work)
                except queue.Full:
                    raise Crowded("too many stories are waiting for their turn; try again in a minute") from None
                self._works[story] = work
                if self._thread.ident is None:
                    self._thread.start()
        return work

    def done_with(self, work: Work) -> None:
        """Forget a finished work, so that the next who asks begins anew."""
        with self._lock:
            if self._works.get(work.state.story) is work:
                del self._works[work.state.story]

    def _run(self) -> None:
        while True:
            work = self._waiting.get()
            story = work.state.story

            def told(stage: str, done: int, total: int, work: Work = work) -> None:
                work.state = Working(story=work.state.story, stage=stage, done=done, total=total)

            try:
                told("reading", 0, 0)
                self._compare(story, told)
            except Exception as error:  # it belongs to whoever asked, and must not end this thread
                if not isinstance(error, RashomonError):
                    logging.getLogger(__name__).exception("work on %s failed", story)
                work.error = error
            else:
                self.done_with(work)
            work.finished.set()


class Crowded(RashomonError):
    """Too much is waiting already."""
