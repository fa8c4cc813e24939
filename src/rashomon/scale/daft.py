"""Daft as the engine: chunks are rows, spread over the processors of one machine or, with Ray, of many.

What Daft runs holds no models: it hands articles to processes of its own (:mod:`rashomon.jobs`), so that an article
that ends a process does not end the query. On one machine Daft itself starts no process, for it waits for ever for one
that is killed while it starts; on a cluster Ray replaces what is killed. Where a query fails, what it has not done is
asked for again.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from rashomon.archive.worked import Done
from rashomon.errors import MissingPart
from rashomon.jobs import Workers, cores
from rashomon.scale.chunks import Task, do


class Daft:
    """Has tasks done by Daft."""

    def __init__(self, runner: str, address: str | None, jobs: int | None) -> None:
        """Nothing is started yet.

        Raises:
            MissingPart: Daft, or Ray where it is asked for, is not installed.
        """
        try:
            import daft
        except ModuleNotFoundError as error:
            raise MissingPart('it needs Daft: pip install "rashomon[scale]"') from error
        self._daft: Any = daft
        self._many = runner == "ray"
        if self._many:
            self._jobs = jobs or _on_ray(daft, address)
        else:
            _on_this_machine(daft)
            self._jobs = jobs or cores()

    def __call__(self, tasks: Sequence[Task]) -> Iterator[Done]:
        daft = self._daft
        jobs = min(self._jobs, len(tasks))
        told = daft.from_pydict({"task": [msgspec.json.encode(task).decode() for task in tasks]}).into_batches(1)
        if self._many:
            doing = daft.cls(max_concurrency=jobs, cpus=1)(_one(daft))()
        else:
            doing = daft.cls(max_concurrency=jobs)(_several(daft))(jobs)
        for row in told.select(doing(told["task"]).alias("done")).iter_rows():
            yield msgspec.json.decode(row["done"], type=Done)


def _done(task: str, workers: Workers) -> str:
    """Do a task, given and answered as JSON."""
    return msgspec.json.encode(do(msgspec.json.decode(task, type=Task), workers)).decode()


def _one(daft: Any) -> type:
    """What Ray makes for each processor."""

    class One:
        def __init__(self) -> None:
            self._workers = Workers(1, apart=True, each=1)

        @daft.method(return_dtype=daft.DataType.string())  # type: ignore[untyped-decorator]
        def __call__(self, task: str) -> str:
            return _done(task, self._workers)

    return One


def _several(daft: Any) -> type:
    """What does tasks on this machine, several at once, each on a thread that waits for a process."""

    class Several:
        def __init__(self, jobs: int) -> None:
            self._workers, self._threads = Workers(jobs, apart=True), ThreadPoolExecutor(jobs)
            weakref.finalize(self, self._workers.close)

        @daft.method(return_dtype=daft.DataType.string())  # type: ignore[untyped-decorator]
        async def __call__(self, task: str) -> str:
            return await asyncio.get_running_loop().run_in_executor(self._threads, _done, task, self._workers)

    return Several


def _on_this_machine(daft: Any) -> None:
    """Have Daft work here; a process can say that once only, and it is what Daft does unless it is told otherwise."""
    if daft.runners.get_or_infer_runner_type() != "native":
        daft.set_runner_native()


def _on_ray(daft: Any, address: str | None) -> int:
    """Have Daft work on a Ray cluster, on this machine if it has no address; gives the number of its processors."""
    try:
        import ray
    except ModuleNotFoundError as error:
        raise MissingPart('it needs Ray: pip install "rashomon[scale]"') from error
    cluster: Any = ray  # its functions have no types
    cluster.init(address=address, ignore_reinit_error=True, log_to_driver=False)
    daft.set_runner_ray(address, noop_if_initialized=True)
    return max(1, int(cluster.cluster_resources().get("CPU", 1)))
