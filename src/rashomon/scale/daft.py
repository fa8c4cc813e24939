"""Daft as the engine: chunks are rows, spread over processes of one machine or, with Ray, of many.

A worker of Daft holds no models: it hands articles to a process of its own (:mod:`rashomon.jobs`), so that an article
that ends a process does not end the query. Where a worker of Daft itself is ended the query fails, and what it has not
done is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from rashomon.archive.worked import Done
from rashomon.errors import MissingPart
from rashomon.jobs import Workers, cores
from rashomon.scale.chunks import Task, do


class Doing:
    """What Daft makes in each of its workers."""

    def __init__(self) -> None:
        self._workers = Workers(1, apart=True, each=1)

    def __call__(self, task: str) -> str:
        """Do a task, given and answered as JSON."""
        return msgspec.json.encode(do(msgspec.json.decode(task, type=Task), self._workers)).decode()


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
        if runner == "ray":
            self._jobs = jobs or _on_ray(daft, address)
        else:
            daft.set_runner_native()
            self._jobs = jobs or cores()

    def __call__(self, tasks: Sequence[Task]) -> Iterator[Done]:
        daft = self._daft
        jobs = min(self._jobs, len(tasks))
        text = daft.DataType.string()
        doing = daft.cls(max_concurrency=jobs, cpus=1)(_method(daft, text))()
        told = daft.from_pydict({"task": [msgspec.json.encode(task).decode() for task in tasks]})
        spread = told.into_batches(1)
        for row in spread.select(doing(spread["task"]).alias("done")).iter_rows():
            yield msgspec.json.decode(row["done"], type=Done)


def _method(daft: Any, text: Any) -> type:
    """:class:`Doing` as Daft wants it: it must know the type of the answer."""

    class Told(Doing):
        @daft.method(return_dtype=text)  # type: ignore[untyped-decorator]
        def __call__(self, task: str) -> str:
            return super().__call__(task)

    return Told


def _on_ray(daft: Any, address: str | None) -> int:
    """Have Daft work on a Ray cluster, on this machine if it has no address; gives the number of its processors."""
    try:
        import ray
    except ModuleNotFoundError as error:
        raise MissingPart('it needs Ray: pip install "rashomon[scale]"') from error
    ray.init(address=address, ignore_reinit_error=True, log_to_driver=False)
    daft.set_runner_ray(address, noop_if_initialized=True)
    return max(1, int(ray.cluster_resources().get("CPU", 1)))
