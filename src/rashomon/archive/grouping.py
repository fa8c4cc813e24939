"""The stories of an archive as its stream goes on: the grouper, and what of it the store keeps.

The grouper lives in memory; the store holds all it needs to be made again, written in the same transaction as the
stories it decided on. A number that every change raises tells whether another process went on in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from rashomon.errors import StoreError
from rashomon.group import Change, Features, Grouper, Judged, Kept, place
from rashomon.group.stories import WINDOW
from rashomon.jobs import Progress
from rashomon.store import Articles, Blob, Judgements, Shelf, Store

T = TypeVar("T")

FEATURES = "features"
# Of articles that were revised: used when all is grouped anew, for those of the window belong to its weights.
_REVISED = "revised-features"
_WINDOW = "window"
_STATE = ("grouping", "state")
_CHUNK = 2000


class _State(msgspec.Struct, frozen=True):
    """How often the grouping changed, and how many articles came into the window so far."""

    changes: int = 0
    arrivals: int = 0


class _Remembered(msgspec.Struct, frozen=True):
    """What the window's shelf keeps of an article beside its features."""

    story: str
    weights: bytes


class Grouping:
    """Groups articles inside the store's transactions. One may be dropped and made anew at any time."""

    def __init__(self, store: Store, window: int = WINDOW) -> None:
        self._store, self._window = store, window
        self._grouper: Grouper | None = None
        self._state = _State()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The store's transaction, in which the other methods are called."""
        try:
            with self._store.writing():
                yield
        except BaseException:
            self._grouper = None  # it may have gone ahead of the store
            raise

    def take(self, new: Sequence[Features], revised: Sequence[Features] = ()) -> dict[str, str]:
        """Take in articles, in their order; gives the new story of every article whose story changed.

        Revised articles stay where they are until all is grouped anew.
        """
        grouper = self._current()
        self._store.put(_shelved(FEATURES, f) for f in new)
        self._store.put(_shelved(_REVISED, f) for f in revised)
        return self._keep(grouper, (grouper.add(f) for f in new), [f.id for f in new])

    def judge(self, judged: Judged) -> dict[str, str] | None:
        """Obey a person's word; ``None`` where an article has left the window and only grouping anew can."""
        grouper = self._current()
        moved = self._keep(grouper, [grouper.judge(judged)], [])
        both = [grouper.story(judged.one), grouper.story(judged.other)]
        return None if None in both else moved

    def anew(self, progress: Progress | None = None) -> dict[str, str]:
        """Group all articles from the beginning, in the order of their days; gives the story of every one."""
        for blob in list(self._store.find(Shelf(shelf=_REVISED))):
            self._store.put([msgspec.structs.replace(blob, shelf=FEATURES)])
            self._store.drop(Blob, [(_REVISED, blob.key)])
        order = sorted(place(one) for one in self._features())
        grouper = Grouper(self._window, self._judgements())
        moved = _Moves()
        for start in range(0, len(order), _CHUNK):
            keys = [(FEATURES, article) for _, article in order[start : start + _CHUNK]]
            for blob in self._store.get(Blob, keys):
                moved.carry_out(grouper.add(_decoded(blob, Features)))
            if progress is not None:
                progress("grouping", start + len(keys), len(order))
        self._store.drop(Blob, [(_WINDOW, blob.key) for blob in self._store.find(Shelf(shelf=_WINDOW))])
        kept = list(grouper.kept())
        self._store.put(_blob(one, number) for number, one in enumerate(kept))
        self._note(_State(self._stated().changes + 1, len(kept)), grouper)
        return moved.story

    def adopt(self, window: Iterable[Kept]) -> bool:
        """Go on from a window that another grouper of all articles left; not where the grouping has gone on since."""
        if self._stated() != _State():
            return False
        kept = list(window)
        features = {blob.key for blob in self._store.get(Blob, [(FEATURES, one.features.id) for one in kept])}
        if len(kept) > self._window or any(one.features.id not in features for one in kept):
            return False
        self._store.put(_blob(one, number) for number, one in enumerate(kept))
        shelf, key = _STATE
        self._store.put([Blob(shelf=shelf, key=key, data=msgspec.msgpack.encode(_State(1, len(kept))))])
        self._grouper = None
        return True

    def lost(self) -> tuple[list[str], bool]:
        """The articles whose features are damaged, and whether all must be grouped anew because of what else is."""
        features = [(s, b.key) for s in (FEATURES, _REVISED) for b in self._store.find(Shelf(shelf=s)) if not b.data]
        state = self._store.get(Blob, [_STATE])
        window = any(not blob.data for blob in self._store.find(Shelf(shelf=_WINDOW)))
        return sorted({key for _, key in features}), window or bool(features) or any(not one.data for one in state)

    def mend(self, features: Iterable[Features]) -> None:
        """Put features in place of those that were damaged, inside :meth:`writing`; :meth:`anew` is to follow."""
        known = {blob.key for blob in self._store.find(Shelf(shelf=_REVISED))}
        self._store.put(_shelved(_REVISED if one.id in known else FEATURES, one) for one in features)
        self._store.drop(Blob, [_STATE])

    def problems(self) -> list[str]:
        """What the window's shelf lacks, a line each."""
        window = [blob.key for blob in self._store.find(Shelf(shelf=_WINDOW))]
        have = {blob.key for blob in self._store.get(Blob, [(FEATURES, key) for key in window])}
        return [f"{key}: in the window without its features" for key in window if key not in have]

    def _current(self) -> Grouper:
        """The grouper as the store has it."""
        state = self._stated()
        if self._grouper is None or state != self._state:
            self._grouper = Grouper.resume(self._remembered(), self._window, self._judgements())
            self._state = state
        return self._grouper

    def _stated(self) -> _State:
        found = self._store.get(Blob, [_STATE])
        return _decoded(found[0], _State) if found else _State()

    def _remembered(self) -> Iterator[Kept]:
        blobs = list(self._store.find(Shelf(shelf=_WINDOW)))
        for start in range(0, len(blobs), _CHUNK):
            some = blobs[start : start + _CHUNK]
            features = self._store.get(Blob, [(FEATURES, blob.key) for blob in some])
            for blob, kept in zip(some, features, strict=True):
                own = _decoded(blob, _Remembered)
                one = _decoded(kept, Features)
                yield Kept(features=one, weights=own.weights, story=own.story)

    def _features(self) -> Iterator[Features]:
        for blob in self._store.find(Shelf(shelf=FEATURES)):
            yield _decoded(blob, Features)

    def _judgements(self) -> list[Judged]:
        found = self._store.find(Judgements(about="articles"))
        return [Judged(one.one, one.other, one.verdict) for one in found]

    def _keep(self, grouper: Grouper, changes: Iterable[Change], came: Sequence[str]) -> dict[str, str]:
        moves = _Moves()
        left: list[str] = []
        for change in changes:
            moves.carry_out(change)
            left += change.left
        places = {article: self._state.arrivals + n for n, article in enumerate(came)}
        old = self._store.get(Blob, [(_WINDOW, article) for article in moves.story if article not in places])
        places |= {blob.key: blob.place for blob in old}
        self._store.put(_blob(one, places[one.features.id]) for one in grouper.kept(moves.story))
        self._store.drop(Blob, [(_WINDOW, article) for article in left])
        self._note(_State(self._state.changes + 1, self._state.arrivals + len(came)), grouper)
        return moves.everywhere(self._store)

    def _note(self, state: _State, grouper: Grouper) -> None:
        shelf, key = _STATE
        self._store.put([Blob(shelf=shelf, key=key, data=msgspec.msgpack.encode(state))])
        self._state, self._grouper = state, grouper


class _Moves:
    """The stories of articles after several changes, one carried out after the other."""

    def __init__(self) -> None:
        self.story: dict[str, str] = {}
        self._merged: dict[str, str] = {}

    def carry_out(self, change: Change) -> None:
        for old, new in change.merged.items():
            for known in (self.story, self._merged):
                known.update({key: new for key, story in known.items() if story == old})
            self._merged[old] = new
        self.story |= change.moved

    def everywhere(self, store: Store) -> dict[str, str]:
        """Of all articles, those too that have left the window and follow a merged story."""
        found = dict(self.story)
        for old, new in self._merged.items():
            for stored in store.find(Articles(story=old)):
                found.setdefault(stored.id, new)
        return found


def _decoded(blob: Blob, kind: type[T]) -> T:
    """What a blob holds.

    Raises:
        StoreError: it is damaged.
    """
    try:
        return msgspec.msgpack.decode(blob.data, type=kind)
    except (msgspec.MsgspecError, ValueError) as error:
        told = f"what grouping keeps of {blob.key} is damaged; rashomon check makes it anew"
        raise StoreError(told) from error


def _shelved(shelf: str, features: Features) -> Blob:
    return Blob(shelf=shelf, key=features.id, data=msgspec.msgpack.encode(features))


def _blob(kept: Kept, at: int) -> Blob:
    own = _Remembered(kept.story, kept.weights)
    return Blob(shelf=_WINDOW, key=kept.features.id, data=msgspec.msgpack.encode(own), place=at)
