"""Reading: files, pages, records, streams and URLs to articles, with page furniture told from the report.

The order of precedence of metadata: options, manifest, front matter or JSON fields, the page's own metadata, what the
text shows, unknown. See ``read`` for all articles at once, ``stream`` for one after another.
"""

from rashomon.read.addresses import canonical_url
from rashomon.read.inputs import MAX_BYTES, Problem, Reports, read, read_fetched, read_html, read_text, stream, taken

__all__ = [
    "MAX_BYTES",
    "Problem",
    "Reports",
    "canonical_url",
    "read",
    "read_fetched",
    "read_html",
    "read_text",
    "stream",
    "taken",
]
