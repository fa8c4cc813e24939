"""Connections that say nothing, or a byte now and then: how long they are waited for, and how many there may be.

uvicorn waits for a request for ever and counts everybody who is connected, so that two hundred who say nothing would
keep all others out.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import cast

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_SILENT = 100
"""Connections without a whole request."""
_LONGEST_SILENCE = 20.0  # seconds within which a request must be there, head and body


class Impatient(H11Protocol):
    """A connection that is closed if its request takes too long, or if too many others are without one, too.

    Of these that one has to go which waits longest at the address that has most of them.
    """

    _closing: asyncio.TimerHandle | None = None

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

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        self._stop_waiting()

    def give_up(self) -> None:
        """Close the connection."""
        self._stop_waiting()
        self.transport.close()

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _settle(self) -> None:
        """Begin to wait if there is no whole request to be answered; what was begun goes on."""
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and not cycle.response_complete:
            self._stop_waiting()
        elif self._closing is None and not self.transport.is_closing():
            self._closing = self.loop.call_later(_LONGEST_SILENCE, self.give_up)

    def _stop_waiting(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None


def _ours(connection: object) -> Impatient:
    return cast(Impatient, connection)


def _waited(connection: Impatient) -> float:
    """How long a connection has waited: the sooner it is to be closed, the longer."""
    return -connection._closing.when() if connection._closing is not None else float("-inf")
