"""Grouping: copies and lineage among articles."""

from rashomon.group.copies import lineage

__all__ = ["lineage"]
