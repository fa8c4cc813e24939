"""When words of two tellings count as the same: equivalents, words inside quotation marks, verbs and what alters them.

Outside quotation marks a word is the same as its inflections, its number in digits, another name for its actor. What
two accounts give as somebody's exact words is held against each other word by word, small words among them. A verb
that one account negates, hedges or puts in the future is not the same as the bare verb.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from rashomon.compare.evidence import Indexed
from rashomon.data.strength import HEDGING
from rashomon.data.wording import CONDITIONS, FUNCTION, MODALS, NEGATIONS, NUMERALS, SPELT_OUT
from rashomon.rarity import stem
from rashomon.spans import marked
from rashomon.types import Span

ALTERING = NEGATIONS | MODALS | CONDITIONS
_LIKE = 0.75  # two spellings of a name are this like each other (difflib's ratio)
_ONE_SPEECH = 0.5  # of the shorter of two quotations so much stands in the other, if both are of one act of speech

# A word of one telling and the words of another that answer it, none where nothing does.
Answer = tuple[int, tuple[int, ...]]


def says_little(account: Indexed, index: int) -> bool:
    """Whether a word is a function word that alters nothing."""
    word = account.word(index)
    return word in FUNCTION and word not in ALTERING


def keys(account: Indexed, index: int) -> frozenset[str]:
    """What a word has in common with its equivalents: its stem, number, spelling out, actor, time."""
    token, word = account.tokens[index], account.word(index)
    found = {stem((token.lemma or word).replace("’", "'")), *SPELT_OUT.get(word, ())}
    number = NUMERALS.get(word, word.replace(",", "") if word[:1].isdigit() else "")
    if number:
        found = {f"#{number}"}
    if token.pos in {"PROPN", "NOUN", "ADJ", "PRON"}:
        found.update(f"@{mention.actor}" for mention in account.mentions_at(token.start)[:1])
    span = account.span_of(index)
    found.update(f"={t.value}" for t in account.times_around(span) if t.value)
    return frozenset(found)


def misspelt(one: str, other: str) -> bool:
    """Whether two names of one actor look like two spellings of one name ("Priebus", "Preibus")."""
    if min(len(one), len(other)) < 5 or one[-1] != other[-1] or one in other or other in one:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _LIKE


def in_marks(account: Indexed, passage: Span) -> list[int]:
    """The words of a passage that stand inside quotation marks, with the dots that stand for what was left out."""
    spans = [s for quote in account.annotated.quotes for s in marked(quote)]
    own = [s for s in spans if s.start < passage.end and passage.start < s.end]
    words = [i for i in account.tokens_in(own) if passage.start <= account.tokens[i].start < passage.end]
    return [i for i in words if any(c.isalnum() or c == "…" for c in account.word(i).replace("...", "…"))]


def quoted_otherwise(one: Indexed, own: Sequence[int], other: Indexed, theirs: Sequence[int]) -> Iterator[Answer]:
    """The words of a quotation that another account's quotation of the same speech does not have, in their places.

    What only one of them quotes, before the first or after the last word that both have, is no difference. Where the
    other has words between two that both have, they are told with the one that follows: "many months" for "months".
    """
    left, right = ([_form(account, i) for i in words] for account, words in ((one, own), (other, theirs)))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    blocks = [b for b in matcher.get_matching_blocks() if b.size]
    common = sum(b.size for b in blocks)
    if common < _ONE_SPEECH * min(len(left), len(right)):
        return
    for before, after in pairwise(blocks):
        between = own[before.a + before.size : after.a]
        answers = tuple(theirs[before.b + before.size : after.b])
        yield from ((i, answers) for i in between)
        if not between and answers:
            yield own[after.a], (*answers, theirs[after.b])


def _form(account: Indexed, index: int) -> str:
    return account.word(index).replace("-", "")


def alterations(account: Indexed, verb: int) -> frozenset[str]:
    """What negates, hedges or postpones a verb."""
    found = set()
    for i in account.children(verb):
        word, lemma = account.word(i), account.tokens[i].lemma.lower()
        if account.tokens[i].dep in {"aux", "neg", "advmod", "auxpass"} and (word in ALTERING or lemma in HEDGING):
            found.add("not" if word in NEGATIONS else lemma)
    return frozenset(found)


def verb_group(account: Indexed, verb: int) -> tuple[int, ...]:
    """A verb with its auxiliaries and what alters it, in order."""
    parts = [
        i
        for i in account.children(verb)
        if account.tokens[i].dep in {"aux", "auxpass", "neg"} or account.tokens[i].lemma.lower() in HEDGING
    ]
    return tuple(sorted([*parts, verb]))
