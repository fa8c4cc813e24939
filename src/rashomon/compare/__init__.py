"""Comparing: the annotated articles of one story to points, utterances and findings."""

from rashomon.compare.story import Cast, cast, compare, outlet_names

__all__ = ["Cast", "cast", "compare", "outlet_names"]
