"""What a store must be able to do: eight methods, the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from rashomon.store.records import Key, Query, R, Record


class Store(Protocol):
    """Keeps records. Any number of processes read while one writes; two that write take turns.

    The threads of a process may share a store: each has its own transaction, and what one puts the others see when it
    is kept. No engine can keep U+0000 or lone surrogates in text: they are kept as U+FFFD, one for one, so that offsets
    stay true. Names that are keys (ids, shelves, keys of blobs) have at most 1,000 bytes in UTF-8; URLs and inputs may
    be longer.

    Every method raises ``StoreError``: the disk is full, the file is no archive or of a newer version, the server is
    gone. What was committed before is then still there.
    """

    def writing(self) -> AbstractContextManager[None]:
        """A transaction that no other writer shares: all that is done inside is kept, or nothing.

        It begins with the right to write, so what is read inside cannot have changed at its end.

        Raises:
            ArchiveBusy: another process did not stop writing within the store's patience.
        """

    def put(self, records: Iterable[Record]) -> None:
        """Keep records, each in place of the one with its key. Only inside :meth:`writing`.

        A :class:`Stored` with a higher ``revision`` than the one kept pushes that one among its revisions; one with a
        lower revision is kept among them. Its ``number`` stays that of its first. Where its article is the one that is
        kept, its text is not written again, so that putting it into another story is cheap.
        A :class:`Trouble` that is there already has its ``last`` moved and its ``times`` added up; a
        :class:`Judgement` is always added.
        """

    def drop(self, kind: type[Record], keys: Iterable[Key]) -> None:
        """Forget records by their keys; those that are not there are passed over. Only inside :meth:`writing`.

        Of :class:`Said` the key is the article's, of :class:`StoryEvent` the story's and of :class:`Trouble` it is the
        input, and all of it are dropped; of :class:`Judgement` it is the number as text. With an article go its
        revisions, but not what was said in it; nor with a story its events.
        """

    def get(self, kind: type[R], keys: Sequence[Key]) -> list[R]:
        """The records with these keys, in the order of the keys; keys without a record are passed over.

        They are as they all were at one time. Of :class:`Said` and
        :class:`StoryEvent` the key is its id; of :class:`Trouble` it is the input,
        and all of it are given; of :class:`Judgement` it is the number as text. What was said in an article that is not
        there is not given, nor found. A :class:`Blob` whose bytes are not those that were put has no data.
        """

    def find(self, query: Query[R]) -> Iterator[R]:
        """The records that a query asks for, in its order, as they were when the first was asked for.

        They come a few at a time. A search that began inside :meth:`writing` cannot go on after it.
        """

    def count(self, query: Query[R]) -> int:
        """How many records a query would find without its limit and offset."""

    def check(self, *, mend: bool = False) -> list[str]:
        """What is wrong with what is kept, a line each: damage, and records that name others that are not there.

        ``mend`` makes anew what can be made from the rest: indexes, and the entries of stories (left ``stale``, so that
        their events are worked out, too) and attributions, whose articles are pending then. What is told is what was
        wrong before.
        """

    def close(self) -> None:
        """Let go of the files and connections. Closing twice is harmless."""
