"""Grouping: copies and lineage among articles, and the stories that they tell."""

from rashomon.group.copies import lineage
from rashomon.group.features import Features, features_of
from rashomon.group.stories import Change, Grouper, Judged, Kept, describe, place, regroup

__all__ = ["Change", "Features", "Grouper", "Judged", "Kept", "describe", "features_of", "lineage", "place", "regroup"]
