"""Causes that an account gives for what it tells: phrases that a causal connective introduces.

The connectives are those of the Penn Discourse Treebank's CONTINGENCY.Cause (Prasad et al. 2008) and, for verbs and
nouns of conflict, the preposition "over" ("relations deteriorated over ...").
"""

from __future__ import annotations

import msgspec

from rashomon.compare.evidence import CONTENT_POS, Indexed
from rashomon.rarity import stem
from rashomon.types import Claim, Span

# Connectives that are causal wherever they stand, in lower case.
_ALWAYS = (
    "because of", "because", "due to", "as a result of", "as a consequence of", "in response to", "in retaliation for",
    "owing to", "on account of", "thanks to", "caused by", "sparked by", "triggered by", "prompted by", "blamed on",
    "in protest at", "in protest against", "on suspicion of", "accused of",
)  # fmt: skip
_BY_FIRST_WORD: dict[str, list[tuple[str, ...]]] = {}
for _connective_words in sorted((tuple(c.split()) for c in _ALWAYS), key=lambda words: -len(words)):
    _BY_FIRST_WORD.setdefault(_connective_words[0], []).append(_connective_words)
# Stems of verbs and nouns of conflict, reproach and worsening, behind which "over" is causal.
_CONFLICT = frozenset(
    map(
        stem,
        "deteriorate sour worsen strain tension sanction levy impose penalise fine criticise criticize condemn protest"
        " resign quit sack dismiss arrest detain charge row dispute clash feud quarrel anger outrage fury sue"
        " lawsuit suspend ban expel boycott crisis rift protest walk apologise apologize impeach".split(),
    )
)


class Cause(msgspec.Struct, frozen=True):
    """A causal phrase with its connective, and the stems of the content words behind the connective."""

    span: Span
    words: frozenset[str]


def causes(account: Indexed, claim: Claim) -> list[Cause]:
    """The causes given for a claim, anywhere in the sentence that it stands in, in order."""
    return account.once(("causes", claim.spans), lambda: _causes(account, claim))


def _causes(account: Indexed, claim: Claim) -> list[Cause]:
    sentence = account.sentence_of(claim.spans[0])
    inside = account.token_range(sentence)
    found: list[Cause] = []
    at = inside.start
    while at < inside.stop:
        size = _connective(account, at, inside.stop)
        if size and _bears_on(account, at, claim):
            end = _end(account, at, size, inside.stop)
            found.append(_cause(account, at, size, end))
            at = end
        else:
            at += 1
    return found


def _connective(account: Indexed, at: int, stop: int) -> int:
    """The number of tokens of the causal connective that starts at a token, or 0."""
    for words in _BY_FIRST_WORD.get(account.word(at), ()):
        if words == ("due", "to") and at + 2 < stop and account.tokens[at + 2].pos in {"VERB", "AUX"}:
            # "are due to meet" tells of a plan.
            continue
        if words[0] == "because" and [account.word(i) for i in range(at + 1, min(at + 3, stop))] == ["of", "course"]:
            continue
        if at + len(words) <= stop and all(account.word(at + n) == w for n, w in enumerate(words)):
            return len(words)
    token = account.tokens[at]
    if token.lemma.lower() == "over" and token.dep == "prep":
        above = [token.head, *account.children(token.head), account.verb_above(at)]
        conflict = any(stem(account.tokens[i].lemma) in _CONFLICT for i in above)
        return int(conflict and not _names_a_place(account, at))
    return 0


def _names_a_place(account: Indexed, at: int) -> bool:
    """Whether a preposition governs a place: a missile is fired over it."""
    governed = [m for i in account.children(at) for m in account.mentions_at(account.tokens[i].start)]
    return any(account.kind(m.actor) in {"place", "country"} for m in governed)


def _bears_on(account: Indexed, at: int, claim: Claim) -> bool:
    """Whether the connective hangs on the verb of the claim or of a clause coordinated with it."""
    head = account.head_of(claim.spans)
    verb = at if account.tokens[at].pos == "VERB" else account.verb_above(at)
    if account.tokens[at].dep == "mark" and account.tokens[verb].dep == "advcl":
        # "because the rain was heavy": the clause that the connective opens hangs on the verb in question.
        verb = account.tokens[verb].head
    while verb != head and account.tokens[verb].dep == "conj":
        verb = account.tokens[verb].head
    return verb == head


def _end(account: Indexed, at: int, size: int, stop: int) -> int:
    """The end of the phrase, or of the clause, that the connective governs."""
    members = account.subtree(at + size - 1) | account.subtree(at)
    if account.tokens[at].dep == "mark":
        members |= account.subtree(account.tokens[at].head)
    following = {i for i in members if at <= i < stop}
    end = at + size
    while end < stop and (end in following or account.tokens[end].pos == "PUNCT") and not _closes(account, end):
        end += 1
    return end


def _closes(account: Indexed, at: int) -> bool:
    """Whether a comma or dash ends the phrase: what follows it is no further item of a list."""
    mark, *after = (account.article.text[t.start : t.end].lower() for t in account.tokens[at : at + 2])
    return mark in {",", ";", "—", "–", "--"} and after not in (["and"], ["or"])


def _cause(account: Indexed, at: int, size: int, end: int) -> Cause:
    while end > at + 1 and account.tokens[end - 1].pos in {"PUNCT", "SPACE"}:
        end -= 1
    span = account.article.span(account.tokens[at].start, account.tokens[end - 1].end)
    words = frozenset(stem(t.lemma) for t in account.tokens[at + size : end] if t.pos in CONTENT_POS)
    return Cause(span, words)
