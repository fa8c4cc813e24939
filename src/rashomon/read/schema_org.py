"""schema.org articles in JSON and JSON-LD: finding them in whatever they are wrapped in, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rashomon.errors import InvalidRecord
from rashomon.read.metadata import FIELD_NAMES, Metadata, from_fields

# Deeper nesting than any real document has; it also bounds the walk over references that lead in a circle.
_DEEPEST = 12


def article_nodes(value: object) -> list[dict[str, object]]:
    """Every schema.org article in a JSON value, inside lists, ``@graph`` and ``mainEntity`` too, references resolved.

    NewsArticle and its subtypes come before other articles.
    """
    known = {node["@id"]: node for node in _nodes(value, 0) if isinstance(node.get("@id"), str) and len(node) > 1}
    found = [_resolved(node, known) for node in _nodes(value, 0) if _is_article(node)]
    return sorted(found, key=lambda node: "NewsArticle" not in str(node.get("@type")))


def lenient_metadata(node: Mapping[str, object]) -> Metadata:
    """What a page's own data says, without the fields that are malformed: a page is not ours to correct."""
    try:
        return from_fields(node, "page")
    except InvalidRecord:
        kept = {}
        for key, value in node.items():
            if key.casefold() in (name for names in FIELD_NAMES.values() for name in names):
                try:
                    from_fields({key: value}, "page")
                except InvalidRecord:
                    continue
                kept[key] = value
        return from_fields(kept, "page")


def _nodes(value: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "publisher", "author", "itemListElement", "item"):
            yield from _nodes(value.get(key), depth + 1)


def _is_article(node: Mapping[str, object]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name.endswith(("Article", "BlogPosting", "Report")) for name in names)


def _resolved(node: Mapping[str, object], known: Mapping[object, dict[str, object]]) -> dict[str, object]:
    """The node with references (``{"@id": …}``) replaced by what they refer to, one level deep."""

    def follow(value: object) -> object:
        if isinstance(value, list):
            return [follow(item) for item in value]
        if isinstance(value, dict) and set(value) == {"@id"} and isinstance(value["@id"], str):
            return known.get(value["@id"], value)
        return value

    return {key: follow(value) for key, value in node.items()}
