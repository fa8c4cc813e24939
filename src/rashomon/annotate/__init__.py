"""Annotating: one article to its mentions, quotes, times and claims."""

from rashomon.annotate.pipeline import annotate, load

__all__ = ["annotate", "load"]
