"""Fixtures that tests of several parts share."""

from demo_archive import demo_archive, own_archive
from postgresql import postgresql
from stores import opening, store, url

__all__ = ["demo_archive", "opening", "own_archive", "postgresql", "store", "url"]
