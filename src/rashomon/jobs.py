"""Work done by several processes at once, its results in the order of what was asked.

A worker is a Python of its own, started afresh: nothing that its parent has loaded or opened is taken over, and no
``if __name__ == "__main__"`` is needed. It ends with its parent, however that ends. One that dies over a piece of work
(killed, out of memory, crashed in a library) is replaced, and what it was doing is done again in parts, so that only
what kills a worker by itself is lost.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import IO, Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T]], Sequence[R]]
"""A function of a module (or a ``partial`` of one) that gives one result for each thing, whatever stands beside it."""
Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done and how much there is (0: not known)."""

_DONE, _FAILED, _NOTE = "done", "failed", "note"
_LENGTH = struct.Struct("<Q")
_THREADS = "RASHOMON_THREADS"
# How libraries that compute with several threads are told their number.
_LIBRARIES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "RAYON_NUM_THREADS")


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Things in lists of so many, the last one of what is left."""
    left = iter(things)
    while batch := list(islice(left, size)):
        yield batch


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads() -> int:
    """How many threads networks may compute with in this process: all, unless it shares the processors with others."""
    return int(os.environ.get(_THREADS) or 0) or cores()


class Workers:
    """So many processes, each started when there is work for it. Close it, or use it in a ``with``.

    With ``jobs=1`` the work is done in this process, unless it is to be done ``apart``.
    """

    def __init__(self, jobs: int, *, apart: bool = False, each: int | None = None) -> None:
        """``each`` is how many threads a worker may compute with: its share of the processors unless told."""
        self.jobs = max(1, jobs)
        each = each or max(1, cores() // self.jobs)
        self._all = [] if self.jobs == 1 and not apart else [_Worker(each) for _ in range(self.jobs)]
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(self.jobs, thread_name_prefix="rashomon-job")

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, whatever they are doing. What was not given yet is not given any more."""
        for worker in self._all:
            worker.end()
        self._threads.shutdown(cancel_futures=True)

    def map(self, work: Work[T, R], batches: Iterable[Sequence[T]], lost: Callable[[T], R]) -> Iterator[list[R]]:
        """The results of batches, batch by batch, in order; batches are taken a few ahead of what is given.

        ``lost`` gives the result of a thing over which workers died twice while they worked on nothing else. What the
        work raises is raised here.
        """
        if not self._all:
            for batch in batches:
                yield list(work(batch))
            return
        waiting: deque[Future[list[R]]] = deque()
        for batch in batches:
            waiting.append(self._threads.submit(self.do, work, batch, lost))
            if len(waiting) > self.jobs + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def do(
        self, work: Work[T, R], batch: Sequence[T], lost: Callable[[T], R], noted: Callable[..., None] | None = None
    ) -> list[R]:
        """The results of one batch, as :meth:`map` gives them; waits for a worker that is free.

        ``noted`` is called here with what a worker, meanwhile, calls :func:`note` with.
        """
        if not self._all:
            return list(work(batch))
        worker = self._idle.get()
        try:
            return _done(worker, work, batch, lost, noted)
        finally:
            self._idle.put(worker)


def _done(
    worker: _Worker,
    work: Work[T, R],
    batch: Sequence[T],
    lost: Callable[[T], R],
    noted: Callable[..., None] | None,
) -> list[R]:
    for _ in range(2 if len(batch) == 1 else 1):
        try:
            return worker.do(work, batch, noted)
        except _Died:
            continue
    if len(batch) == 1:
        return [lost(batch[0])]
    return [result for thing in batch for result in _done(worker, work, [thing], lost, noted)]


class _Died(Exception):
    """A worker died over its work."""


class _Worker:
    """One process, started when it is needed and again when it died."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._ended = False

    def do(
        self, work: Callable[[Any], Any], batch: Sequence[Any], noted: Callable[..., None] | None = None
    ) -> list[Any]:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        try:
            asked = pickle.dumps((work, list(batch)), protocol=pickle.HIGHEST_PROTOCOL)
            process.stdin.write(_LENGTH.pack(len(asked)) + asked)
            process.stdin.flush()
            while (told := pickle.loads(_received(process.stdout)))[0] == _NOTE:
                if noted is not None:
                    noted(*told[1])
        except (OSError, EOFError) as error:
            process.kill()
            process.wait()
            raise _Died from error
        kind, result = told
        if kind == _FAILED:
            raise result
        return list(result)

    def end(self) -> None:
        with self._lock:
            self._ended = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._ended:
                raise RuntimeError("the workers are closed")
            if self._process is None or self._process.poll() is not None:
                told = str(self._threads)
                self._process = subprocess.Popen(
                    [sys.executable, "-c", "from rashomon.jobs import serve; serve()"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=os.environ
                    | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), _THREADS: told}
                    | dict.fromkeys(_LIBRARIES, told),
                )
            return self._process


def _received(stream: IO[bytes]) -> bytes:
    """The next message.

    Raises:
        EOFError: whoever sends is gone.
    """
    length = stream.read(_LENGTH.size)
    size = _LENGTH.unpack(length)[0] if len(length) == _LENGTH.size else 0
    data = stream.read(size)
    if not size or len(data) < size:
        raise EOFError
    return data


def serve() -> None:
    """Do what the parent asks for on standard input, until it is gone: then end at once, also in the middle of work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process, and says why
    global _answers
    asked, _answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come among the answers
    works: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, works), daemon=True).start()
    while True:
        try:
            work, batch = pickle.loads(works.get())
            answer = pickle.dumps((_DONE, list(work(batch))), protocol=pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            answer = _told(error)
        _answer(answer)


def note(*told: object) -> None:
    """Tell the parent of this worker how its work goes on; nothing where this process is no worker."""
    if _answers is not None:
        _answer(pickle.dumps((_NOTE, told)))


def _answer(message: bytes) -> None:
    assert _answers is not None
    _answers.write(_LENGTH.pack(len(message)) + message)
    _answers.flush()


_answers: IO[bytes] | None = None
"""In a worker, where what it answers goes."""


def _told(error: Exception) -> bytes:
    try:
        told = pickle.dumps((_FAILED, error), protocol=pickle.HIGHEST_PROTOCOL)
        pickle.loads(told)
    except Exception:  # there are exceptions that do not survive the way
        told = pickle.dumps((_FAILED, RuntimeError(f"{type(error).__name__}: {error}")))
    return told


def _listen(asked: IO[bytes], works: queue.SimpleQueue[bytes]) -> None:
    try:
        while True:
            works.put(_received(asked))
    except (OSError, EOFError):
        os._exit(0)
