"""How a server answers while others hold connections: ``python -m fuzzing.silence ARCHIVE``.

Each kind of silence is kept up for some seconds by 200 connections at once; one that the server closes is opened anew.
Told are the pages that were asked for meanwhile and how long they took, beside those of a server left alone.
"""

from __future__ import annotations

import argparse
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping

import httpx

_HEAD = b"POST /judge HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n"
_PAUSE = 2.0  # seconds between two bytes

KINDS: Mapping[str, tuple[bytes, bytes]] = {
    "nothing": (b"", b""),
    "a byte of the head now and then": (b"G", b"x"),
    "a byte of the body now and then": (_HEAD, b"x"),
}
"""What each connection sends at first, and then again and again."""


def main() -> None:
    """Start a server over an archive and measure."""
    options = argparse.ArgumentParser(prog="fuzzing.silence", description=__doc__)
    options.add_argument("archive")
    options.add_argument("--connections", type=int, default=200)
    options.add_argument("--seconds", type=float, default=30.0, help="for each kind")
    given = options.parse_args()
    command = [sys.executable, "-m", "rashomon", "serve", given.archive, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)", server.stderr.readline())
            assert found is not None
            threading.Thread(target=server.stderr.read, daemon=True).start()
            print(f"{'kind':34}{'pages':>7}{'answered':>10}{'median':>9}{'slowest':>9}", flush=True)
            _told("left alone", int(found[1]), given.seconds)
            for name, (first, then) in KINDS.items():
                held = _Held(int(found[1]), given.connections, first, then)
                _told(name, int(found[1]), given.seconds)
                held.end()
        finally:
            server.kill()


def _told(name: str, port: int, seconds: float) -> None:
    """Ask for the list of stories until the time is up."""
    codes: Counter[int] = Counter()
    taken, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.perf_counter()
        try:
            codes[httpx.get(f"http://127.0.0.1:{port}/stories", timeout=60).status_code] += 1
        except httpx.HTTPError:
            codes[0] += 1
        taken.append(time.perf_counter() - begun)
        time.sleep(0.25)
    print(f"{name:34}{codes.total():7}{codes[200]:10}{statistics.median(taken):8.2f}s{max(taken):8.2f}s", flush=True)


class _Held:
    """Connections that are kept open, in a thread."""

    def __init__(self, port: int, count: int, first: bytes, then: bytes) -> None:
        self._port, self._first, self._then = port, first, then
        self._ended = threading.Event()
        self._open = [self._opened() for _ in range(count)]
        self._thread = threading.Thread(target=self._keep)
        self._thread.start()

    def end(self) -> None:
        """Close all."""
        self._ended.set()
        self._thread.join()
        for one in self._open:
            one.close()

    def _opened(self) -> socket.socket:
        one = socket.socket()
        one.settimeout(60)
        one.connect(("127.0.0.1", self._port))
        one.sendall(self._first)
        one.setblocking(False)
        return one

    def _keep(self) -> None:
        while not self._ended.wait(_PAUSE):
            for number, one in enumerate(self._open):
                if self._closed(one):
                    one.close()
                    self._open[number] = self._opened()

    def _closed(self, one: socket.socket) -> bool:
        try:
            one.send(self._then)
            return one.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


if __name__ == "__main__":
    main()
