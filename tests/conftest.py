"""Fixtures that tests of several parts share."""

from chromium import browser
from demo_archive import demo_archive, own_archive
from postgresql import postgresql
from served import own_town, town
from stores import opening, store, url

__all__ = ["browser", "demo_archive", "opening", "own_archive", "own_town", "postgresql", "store", "town", "url"]
