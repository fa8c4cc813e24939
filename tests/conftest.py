"""Fixtures that tests of several parts share."""

from postgresql import postgresql
from stores import opening, store, url

__all__ = ["opening", "postgresql", "store", "url"]
