"""The stages over any number of articles, on one machine or many: reading, annotating, features, grouping, comparing.

The stages are those of the library; what is here cuts the work into chunks, has each done once, and has Daft spread
them over the processors of one machine or, with Ray, of many. The result lies in a folder of Parquet files
(:mod:`rashomon.archive.worked`) that an archive takes in. Its bytes hang on the inputs and the versions alone: not on
how many worked, in which order, or how often they were killed.
"""

from rashomon.scale.driver import Settings, Summary, run

__all__ = ["Settings", "Summary", "run"]
