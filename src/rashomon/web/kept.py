"""Rendered pages, kept until the memory for them is full."""

from __future__ import annotations

import threading
from collections import OrderedDict


class Kept:
    """Bytes by their keys, those longest unused dropped first; never more than ``most`` bytes of them."""

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._pages: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> bytes | None:
        """What was kept under the key."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: bytes, page: bytes) -> None:
        """Keep a page, unless it alone is more than may be kept."""
        with self._lock:
            self._held -= len(self._pages.pop(key, b""))
            self._pages[key] = page
            self._held += len(page)
            while self._held > self._most:
                _, old = self._pages.popitem(last=False)
                self._held -= len(old)
