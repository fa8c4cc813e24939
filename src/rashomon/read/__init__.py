"""Reading: files, pages, records, streams and URLs to articles, with page furniture told from the report.

The order of precedence of metadata: options, manifest, front matter or JSON fields, the page's own metadata, what the
text shows, unknown. See ``read``.
"""

from rashomon.read.inputs import MAX_BYTES, Problem, read, read_html, read_text

__all__ = ["MAX_BYTES", "Problem", "read", "read_html", "read_text"]
