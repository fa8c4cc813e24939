"""Connections that say nothing, or a byte now and then: how long they are waited for, and how many there may be.

uvicorn waits for ever for a request, and for somebody to take an answer, and counts everybody who is connected, so that
two hundred who say nothing, or ask and never read, would keep all others out.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import cast

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_SILENT = 100
"""Connections without a whole request, or whose answer is not taken."""
_LONGEST_SILENCE = 20.0  # seconds within which a request must be there, head and body, or something of an answer taken


class Impatient(H11Protocol):
    """A connection that is closed if its request, or the taking of its answer, takes too long, or if too many others
    wait for that, too.

    Of these that one has to go which waits longest at the address that has most of them.
    """

    _closing: asyncio.TimerHandle | None = None
    _untaken = 0  # bytes of an answer when the wait for somebody to take them began

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._settle()
        silent = [one for one in map(_ours, self.connections) if one._closing is not None]
        if len(silent) > MOST_SILENT:
            counts = Counter(one._address for one in silent)
            most = max(counts.values())
            max((one for one in silent if counts[one._address] == most), key=_waited).give_up()

    def data_received(self, data: bytes) -> None:
        """Take in a piece of a request."""
        super().data_received(data)
        self._settle()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._settle()

    def pause_writing(self) -> None:
        """Wait for somebody to take the answer."""
        super().pause_writing()
        self._settle()

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        self._settle()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        self._stop_waiting()

    def give_up(self) -> None:
        """Close the connection; what nobody took of an answer is thrown away."""
        self._stop_waiting()
        self.transport.abort()

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _settle(self) -> None:
        """Begin to wait if there is no whole request to be answered, or no answer taken; what was begun goes on."""
        cycle = self.cycle
        asked = cycle is not None and not cycle.more_body and not cycle.response_complete
        if asked and not self.flow.write_paused:
            self._stop_waiting()
        elif self._closing is None and self in self.connections:
            self._wait()

    def _wait(self) -> None:
        self._untaken = self.transport.get_write_buffer_size()
        self._closing = self.loop.call_later(_LONGEST_SILENCE, self._expire)

    def _expire(self) -> None:
        """Close the connection, unless some of an answer was taken since the wait began."""
        if 0 < self.transport.get_write_buffer_size() < self._untaken:
            self._wait()
        else:
            self.give_up()

    def _stop_waiting(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None


def _ours(connection: object) -> Impatient:
    return cast(Impatient, connection)


def _waited(connection: Impatient) -> float:
    """How long a connection has waited: the sooner it is to be closed, the longer."""
    return -connection._closing.when() if connection._closing is not None else float("-inf")
