"""Who stands out at a point of an article: who was named, and who spoke, how far back and in which part of a sentence.

The salience is that of centering (Grosz, Joshi and Weinstein, CL 1995) as news style has it: who spoke last, then the
subject, then the nearest. How far back is counted in the narrator's sentences, for a long quotation takes nobody out of
mind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rashomon.annotate._cast import Cast, Player, Use
from rashomon.annotate._words import Words

GENDERED = {"he": "m", "she": "f", "him": "m", "her": "f", "his": "m"}
_ANSWERS = frozenset({"reply", "respond", "answer", "retort"})  # said by another than the one who spoke last
_GOES_ON = frozenset({"add", "continue", "go"})
_BREAKS = frozenset({";", "--", "—", "–"})
_SUBJECTS = ("nsubj", "nsubjpass")
_SEEN = -1.0  # the prominence of a subject two sentences back
_REACH = 3  # sentences within which a pronoun or a description takes somebody up
_FAR = 6  # sentences within which one who is alone can still be meant
_STEPS = 6  # pronouns that are followed back, one to the next


class Scene:
    """What the article told before a word, of one Doc."""

    def __init__(self, words: Words, cast: Cast) -> None:
        self._words = words
        self.cast = cast
        self._told = _narrated(words)

    def behind(self, j: int, i: int) -> int:
        """How many of the narrator's sentences word ``j`` stands before word ``i``."""
        return self._told[i] - self._told[j]

    def near(self, j: int, i: int, reach: int) -> bool:
        """Does word ``j`` stand before ``i``, at most that far?"""
        return j < i and self.behind(j, i) <= reach

    def uses(self, i: int, reach: int) -> Iterable[Use]:
        """The mentions before a word, in order."""
        return (u for u in self.cast.ordered() if self.near(u.last, i, reach))

    def people(self, i: int, reach: int) -> list[Use]:
        """The mentions of persons before a word."""
        return [u for u in self.uses(i, reach) if u.player.kind == "person"]

    def speakers(self, i: int, reach: int) -> list[Player]:
        """Who spoke before a word, in order."""
        return [player for j, player in sorted(self.cast.spoken.items()) if self.near(j, i, reach)]

    # -- persons -----------------------------------------------------------------------------------------------

    def person(self, i: int, said: Sequence[tuple[int, int]]) -> Player | None:
        """Whom "he" or "she" at word ``i`` means.

        Nobody whom the words ``said`` name is their speaker: a speaker calls himself "I", and a narrator who renders
        the words calls him "he".
        """
        return self._person(i, GENDERED[self._words.lower[i]], said, _STEPS)

    def _person(self, i: int, gender: str, said: Sequence[tuple[int, int]], steps: int) -> Player | None:
        scores = self._scores(i, gender, said, _REACH)
        if not scores:
            return self._alone(i, gender, said)
        near = [p for p in self._in_focus(i, gender) if p in scores]
        if near and self._words.lemma[self._words.head[i]].lower() in _ANSWERS:
            scores.pop(near[-1])
            near = [p for p in near if p in scores]
        for player in set(near):
            scores[player] += 2.5 if player is near[-1] else 1.0
        followed = self._followed(i, gender, steps) if len(scores) > 1 else None
        if followed in scores and followed is not None:
            scores[followed] += 2.0
        return _clear_winner(scores)

    def _alone(self, i: int, gender: str, said: Sequence[tuple[int, int]]) -> Player | None:
        """The one person farther back, if it was the last to speak: a given name may mislead about a gender."""
        far = self._scores(i, gender, said, _FAR)
        spoke = [p for p in self.speakers(i, _FAR) if p.kind == "person"]
        return spoke[-1] if len(far) == 1 and spoke and spoke[-1] in far else None

    def _in_focus(self, i: int, gender: str) -> list[Player]:
        """Who spoke, and whom this sentence or the one before is about, in order; "he added" goes on with who spoke.

        Of two who speak in one sentence the one in the main clause is the later.
        """
        words = self._words
        events = {j: player for j, player in self.cast.spoken.items() if self.near(j, i, _REACH)}
        if words.lemma[words.head[i]].lower() not in _GOES_ON:
            for use in self.people(i, 1):
                certain = use.player.gender() == gender or not self.behind(use.last, i)
                if certain and use.form != "pronoun" and self._is_topic(use.last):
                    events.setdefault(use.last, use.player)
        return [events[j] for j in sorted(events, key=lambda j: (self._told[j], not self._embedded(j), j))]

    def _subject(self, i: int) -> int:
        """The word that ``i`` is in apposition to ("one critic, Ana Petrov, ..."), else itself."""
        return self._words.head[i] if self._words.dep[i] == "appos" else i

    def _embedded(self, i: int) -> bool:
        """Does the word's verb stand in a clause that depends on another?"""
        return self._words.dep[self._words.head[i]] in ("ccomp", "relcl", "advcl", "acl")

    def _is_topic(self, i: int) -> bool:
        """Is the word the subject of a sentence of the narrator's, or in apposition to it?"""
        words = self._words
        i = self._subject(i)
        return words.dep[i] in _SUBJECTS and words.dep[words.head[i]] == "ROOT" and not words.quoted[i]

    def _scores(self, i: int, gender: str, said: Sequence[tuple[int, int]], reach: int) -> dict[Player, float]:
        scores: dict[Player, float] = {}
        words = self._words
        people = self.people(i, reach)
        inside = [u for u in people if u.form == "name" and any(a <= u.first < b for a, b in said)]
        quoted = {u.player for u in inside if words.quoted[u.first]}
        for use in people:
            if use.player.gender() in ("", gender) and use.player not in quoted:
                score = self.prominence(use, i) + (1.0 if use.player.gender() == gender else 0.0)
                scores[use.player] = max(scores.get(use.player, -9.0), score)
        if words.text[i - 1] not in _BREAKS:
            for player in {u.player for u in inside} & scores.keys():
                scores[player] -= 2.0  # what is rendered without marks may be cut too wide
        return scores

    def _followed(self, i: int, gender: str, steps: int) -> Player | None:
        """Whom the narrator's pronoun before means, if it is the subject of the sentence before or of this one."""
        words = self._words
        subjects = [u.last for u in self.people(i, 1) if u.form == "name" and words.dep[u.last] in _SUBJECTS]
        for j in range(i - 1, max(subjects, default=-1), -1):
            if not self.near(j, i, 1):
                return None
            if GENDERED.get(words.lower[j]) == gender and words.dep[j] == "nsubj" and not words.quoted[j]:
                known = self.cast.uses.get((words.start[j], words.end[j]))
                if known is not None:
                    return known.player
                return self._person(j, gender, (), steps - 1) if steps else None
        return None

    def stands_out(self, uses: Iterable[Use], i: int) -> Player | None:
        """Which of the mentions a description at word ``i`` takes up: by its place, or because it spoke last.

        Not the subject of its own clause: that would be a pronoun.
        """
        scores: dict[Player, float] = {}
        for use in uses:
            if not self._within(i, self._words.head[self._subject(use.last)]):
                scores[use.player] = max(scores.get(use.player, -9.0), self.prominence(use, i))
        spoke = [p for p in self.speakers(i, 2) if p in scores]
        if spoke:
            scores[spoke[-1]] += 2.0
        winner = _clear_winner(scores)
        return winner if winner is not None and scores[winner] >= _SEEN else None

    def prominence(self, use: Use, i: int) -> float:
        """How much a mention stands out at word ``i``, by its distance and its place in its sentence."""
        words = self._words
        distance = self.behind(use.last, i)
        root = use.last
        for j in range(use.last, use.first - 1, -1):
            if not use.first <= words.head[j] <= use.last:
                root = j
        root = self._subject(root)
        score = -1.5 * distance
        if words.dep[root] in _SUBJECTS:
            if words.dep[words.head[root]] == "relcl" and not self._within(i, words.head[root]):
                score += 1.0
            else:
                score += 2.0 if distance or words.quoted[use.first] else 3.5
        elif words.dep[root] == "attr":
            score += 1.0
        elif words.dep[root] in ("poss", "compound", "nmod"):
            score -= 0.5
        if words.quoted[use.first]:
            score -= 2.0
        return score

    def _within(self, i: int, verb: int) -> bool:
        """Does word ``i`` belong to the clause of a verb?"""
        head = self._words.head
        while i != verb and head[i] != i:
            i = head[i]
        return i == verb


def _narrated(words: Words) -> list[int]:
    """For each word the number of sentences up to its own in which the narrator has a word."""
    with_narrator = {
        sentence
        for sentence, quoted, text in zip(words.sentence, words.quoted, words.text, strict=True)
        if not quoted and text[0].isalnum()
    }
    counts: list[int] = []
    count, before = 0, -1
    for sentence in words.sentence:
        if sentence != before:
            count, before = count + (sentence in with_narrator), sentence
        counts.append(count)
    return counts


def _clear_winner(scores: dict[Player, float]) -> Player | None:
    """The first by at least one point, if there is one."""
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if not ranked:
        return None
    if len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= 1.0:
        return ranked[0][0]
    return None
