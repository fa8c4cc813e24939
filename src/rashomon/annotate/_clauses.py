"""Attribution as syntax shows it: a cue word, who it belongs to, and the clause or phrase it attributes.

One pass over the tokens; each yields at most one :class:`Draft`. Token ranges are ``[start, end)``. Marks are not
looked at here, but for the ones that open or close a range.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from rashomon.data.cues import cue_frames

Range = tuple[int, int]

_RELATIVE = {"who", "which", "that"}
_SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}
_CUE_PARTS = {"aux", "auxpass", "neg", "prt"}
_INHERITS = {"xcomp", "acomp", "advcl", "conj", "acl", "pcomp", "prep", "ccomp", "dep"}
_PUBLISHES = {"release", "issue", "post", "publish", "send", "make", "write", "give", "sign", "read", "tweet"}
_REPORTS_AS = {"quote", "cite", "report", "describe", "record", "hear", "paraphrase"}
_RAISING = {
    "appear",
    "seem",
    "happen",
    "prove",
    "expect",
    "believe",
    "think",
    "say",
    "report",
    "know",
    "suppose",
    "rumor",
    "allege",
}
_OVERHEARS = {"recall", "remember", "hear", "overhear", "see", "watch", "record", "film", "show", "catch", "quote"}
_OCCASIONS = {"on", "in", "at", "during", "after", "before"}
_REFUSING = {"decline", "refuse", "fail", "deny"}
_TOLD = {
    "tell",
    "ask",
    "inform",
    "assure",
    "remind",
    "warn",
    "urge",
    "advise",
    "promise",
    "notify",
    "convince",
    "persuade",
}
_CLAUSAL = {"ccomp", "xcomp", "xcomp:to", "xcomp:ing", "acl", "advcl", "parataxis"}


@dataclass(slots=True)
class Draft:
    """An attribution in the making. ``rate`` is how often its cue and construction attribute at all."""

    cue: Range
    head: int
    speaker: Range | None = None
    named: Range | None = None  # what a relative pronoun stands for: the words to resolve the speaker by
    content: list[Range] = field(default_factory=list)
    frame: str = "ccomp"
    rate: float = 0.5
    addressee: Range | None = None
    reporter: Range | None = None  # who is said to have quoted the speaker
    negated: bool = False


def drafts(doc: Doc, inside: list[int]) -> list[Draft]:
    """Every attribution the syntax shows, in order of the cue. ``inside[i]`` tells the passage token i stands in."""
    found: list[Draft] = []
    for token in doc:
        if token.lemma_ in _REPORTS_AS and _says_as(token):
            continue  # "quoted an aide as saying": the draft is that of "saying"
        if token.lower_ == "according":
            draft = _according(token)
        elif known := frames_of(token):
            draft = _noun(token, known) if token.pos_ == "NOUN" else _verb(token, known, inside)
        else:
            continue
        if draft is not None:
            found.append(draft)
    _part_additions(doc, found)
    clauses = {d.content[0][0] for d in found if d.content and doc[d.head].pos_ == "VERB"}
    return [d for d in found if doc[d.head].pos_ != "NOUN" or d.content[0][0] not in clauses]


def _part_additions(doc: Doc, found: list[Draft]) -> None:
    """``Brandt said the port was closed and added that it was safe``: what she added is no part of what she said."""
    by_head = {d.head: d for d in found}
    for draft in found:
        verb = doc[draft.head]
        if verb.dep_ != "conj" or verb.lemma_ != "add" or any(c.dep_ in _SUBJECTS for c in verb.children):
            continue
        outer = next((by_head[a.i] for a in verb.ancestors if a.i in by_head and by_head[a.i].content), None)
        if outer is None or outer.head > draft.head:
            continue
        cut = draft.cue[0]
        while cut > 0 and (doc[cut - 1].dep_ == "cc" or doc[cut - 1].is_punct):
            cut -= 1
        outer.content = [(a, min(b, cut)) for a, b in outer.content if a < cut]
        draft.speaker, draft.named = outer.speaker, outer.named


def _says_as(token: Token) -> bool:
    return any(c.lower_ == "as" and any(g.dep_ == "pcomp" for g in c.children) for c in token.children)


def frame_of(child: Token) -> str:
    """The construction in which a dependent stands, as ``cues.tsv`` names it."""
    dep: str = child.dep_
    if dep in {"prep", "agent"}:
        return f"prep:{child.lower_}"
    if dep in {"xcomp", "acl", "advcl"}:
        if any(c.tag_ == "TO" for c in child.children):
            return f"{dep}:to"
        return f"{dep}:ing" if child.tag_ == "VBG" else dep
    return dep


def subtree(token: Token) -> Range:
    """The token's phrase as a range."""
    return token.left_edge.i, token.right_edge.i + 1


def _according(token: Token) -> Draft | None:
    to = next((c for c in token.children if c.lower_ == "to"), None)
    speaker = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
    if to is None or speaker is None:
        return None
    draft = Draft((token.i, to.i + 1), token.i, subtree(speaker), frame="according", rate=0.95)
    _find_cited(speaker, draft)
    head = token.head
    while head.dep_ in {"prep", "pobj", "attr", "dobj", "npadvmod", "amod", "compound", "appos", "conj", "pcomp"}:
        head = head.head
    if head.dep_ in {"ccomp", "advcl", "ROOT", "relcl", "acl", "parataxis", "xcomp", "dep"} and head is not token:
        top = head if head.dep_ == "ROOT" else _clause_top(head, token)
        draft.content = _without(subtree(top), (token.left_edge.i, token.right_edge.i + 1))
    return draft


def _find_cited(speaker: Token, draft: Draft) -> None:
    """``according to Holm, who cited Brandt``: Brandt's words, as Holm reports them."""
    for clause in speaker.children:
        if clause.dep_ in {"relcl", "acl"} and clause.lemma_ in {"cite", "quote"}:
            cited = next((c for c in clause.children if c.dep_ == "dobj"), None)
            if cited is not None:
                draft.reporter = _trim(speaker.doc, (speaker.left_edge.i, clause.left_edge.i))
                draft.speaker = _trim(speaker.doc, subtree(cited))


def _clause_top(head: Token, token: Token) -> Token:
    """A phrase set off at the sentence's end or start speaks of the sentence, not of its last clause."""
    sentence = token.sent
    if token.left_edge.i == sentence.start or token.right_edge.i + 2 >= sentence.end:
        return sentence.root
    return head


def _without(whole: Range, hole: Range) -> list[Range]:
    """``whole`` less ``hole``."""
    pieces = [(whole[0], min(hole[0], whole[1])), (max(hole[1], whole[0]), whole[1])]
    return [p for p in pieces if p[0] < p[1]]


def _verb(token: Token, known: dict[str, float], inside: list[int]) -> Draft | None:
    draft = Draft(_cue_range(token), token.i)
    governor = token.head if token.dep_ in {"xcomp", "acomp"} else token
    draft.negated = governor.lemma_ in _REFUSING or any(
        c.dep_ == "neg" for verb in (token, governor) for c in verb.children
    )
    _find_speaker(token, draft)
    licensed = [(c, known[f]) for c in token.children if (f := frame_of(c)) in known and _may_hold(c, token)]
    if _yields_to_inner(token):
        return None
    governed = frames_of(token.head) if token.dep_ == "xcomp" and _adjacent_infinitive(token) else {}
    if "xcomp:to" in governed and not any(frame_of(c) == "ccomp" for c, _ in licensed):
        return None  # "promised to name her": the promise is the attribution
    clausal = [(c, r) for c, r in licensed if frame_of(c) in _CLAUSAL]
    if clausal:
        licensed = clausal
    _find_addressee(token, draft, bool(clausal))
    if licensed:
        _take_content(token, draft, licensed)
    elif token.dep_ == "parataxis" and "ccomp" in known:
        draft.frame, draft.rate = "parataxis", known["ccomp"]
        draft.content = _without(subtree(token.head), subtree(token))
        if len(draft.content) == 2 and inside[token.head.i] >= 0 and not _any_marked(draft.content[0], inside):
            del draft.content[0]  # "At noon, she said, “we left”"
    elif "ccomp" not in known:
        return None
    else:
        draft.frame, draft.rate = "", known["ccomp"]
        _find_stray_that(token, draft)
    return draft


def _find_stray_that(token: Token, draft: Draft) -> None:
    """``said in a statement that``, ``said on Monday after talks that``: a clause the parser hung on the wrong noun."""
    end = min([c.left_edge.i for c in token.children if c.dep_ in {"conj", "cc"}], default=token.right_edge.i + 1)
    for that in token.doc[token.i + 1 : end]:
        clause = that.head
        if that.lower_ == "that" and that.dep_ == "mark" and any(c.dep_ in _SUBJECTS for c in clause.children):
            draft.frame, draft.content = "ccomp", [(that.i, end)]
            return


def _any_marked(words: Range, inside: list[int]) -> bool:
    return any(inside[i] >= 0 for i in range(*words))


def _may_hold(child: Token, token: Token) -> bool:
    """A relative pronoun is no content, nor is a participle that opens the sentence: ``Asked why, she said``."""
    if child.tag_ in {"WDT", "WP"}:
        return False
    if child.i > token.i:
        return True
    bare = child.tag_ in {"VBN", "VBG"} and not any(c.dep_ in _SUBJECTS or c.dep_ == "aux" for c in child.children)
    return child.dep_ != "advcl" and not bare


def _take_content(token: Token, draft: Draft, licensed: list[tuple[Token, float]]) -> None:
    """The content: the licensed dependents and what stands between them, on either side of the cue."""
    best = max(licensed, key=lambda pair: pair[1])
    draft.frame, draft.rate = frame_of(best[0]), best[1]
    held = [c for c, _ in licensed]
    if draft.frame not in {"ccomp", "advcl", "xcomp"} and token.lemma_ != "tell":
        held += [c for c in token.children if c.dep_ in {"dobj", "dative"} and draft.cue[1] <= c.i < best[0].i]
    if token.lemma_ in _RAISING and (draft.frame in {"xcomp:to", "oprd"} or _impersonal(token)):
        _raise_subject(draft)
    for side in (-1, 1):
        ranges = [subtree(c) for c in held if (c.i - token.i) * side > 0]
        if ranges:
            draft.content.append((min(a for a, _ in ranges), max(b for _, b in ranges)))
    start, end = draft.content[-1]
    if draft.frame == "ccomp" and draft.cue[1] < start and _lost_subject(best[0], token):
        start = draft.cue[1]
        draft.content[-1] = (start, end)
    if draft.frame == "ccomp" and start == draft.cue[1]:
        start = _past_date(token.doc, start, end)
        draft.content[-1] = (start, end)
    if start == draft.cue[1] and start + 1 < end and any(c.i == start and c.dep_ == "prep" for c in held):
        draft.content[-1] = (start + 1, end)
        draft.cue = (draft.cue[0], start + 1)
    draft.content = [r for whole in draft.content for r in _clear_of_cue(whole, draft)]


def _past_date(doc: Doc, start: int, end: int) -> int:
    """``said on Monday it would``: the date right after the cue is that of the saying."""
    at = start + (doc[start].lower_ == "on")
    while at < end and doc[at].ent_type_ == "DATE":
        at += 1
    dated = at > start + (doc[start].lower_ == "on") and at < end
    return at if dated and not doc[at].is_punct and doc[at].pos_ not in {"VERB", "AUX"} else start


def _lost_subject(clause: Token, token: Token) -> bool:
    """Whether the clause's subject went astray among the cue's phrases: ``said about half of it failed``."""
    if clause.tag_ not in {"VBD", "VBZ", "VBP"} or any(c.dep_ in _SUBJECTS for c in clause.children):
        return False
    return token.lemma_ != "tell" and not any(t.is_punct for t in token.doc[token.i : clause.left_edge.i])


def _impersonal(token: Token) -> bool:
    """``it was reported that``, ``it seems that``."""
    subject = next((c for c in token.children if c.dep_ in _SUBJECTS), None)
    passive = any(c.dep_ == "auxpass" for c in token.children)
    looks = token.lemma_ in {"appear", "seem", "happen"}
    return subject is not None and (subject.dep_ == "nsubjpass" or (subject.lower_ == "it" and (passive or looks)))


def _raise_subject(draft: Draft) -> None:
    """``Brandt appears to know``: nobody in particular says it, and it is about the subject."""
    if draft.speaker is not None:
        if draft.frame in {"xcomp:to", "oprd"}:
            draft.content.append(draft.speaker)
        draft.speaker = draft.named = None


def frames_of(token: Token) -> dict[str, float]:
    """The constructions in which the word attributes, and how often; empty for other words."""
    return cue_frames().get((token.lemma_.lower(), token.pos_), {})


def _yields_to_inner(token: Token) -> bool:
    """``declined to say whether``, ``went on to argue that``: one attribution, that of the inner verb."""
    return any(
        child.dep_ == "xcomp"
        and _adjacent_infinitive(child)
        and "ccomp" in frames_of(child)
        and any(frame_of(c) == "ccomp" for c in child.children)
        for child in token.children
    )


def _adjacent_infinitive(token: Token) -> bool:
    """Whether only *to* and adverbs stand between the verb and the infinitive it governs."""
    if not 1 < token.i - token.head.i <= 4 or not any(c.tag_ == "TO" for c in token.children):
        return False
    return all(t.tag_ == "TO" or t.dep_ in {"advmod", "prt", "neg"} for t in token.doc[token.head.i + 1 : token.i])


def _clear_of_cue(whole: Range, draft: Draft) -> list[Range]:
    """A fronted clause may have swallowed the speaker and the cue; cut them out."""
    holes = [draft.cue] if draft.speaker is None else [draft.cue, draft.speaker]
    hole = min(a for a, _ in holes), max(b for _, b in holes)
    return _without(whole, hole) if hole[0] < whole[1] and hole[1] > whole[0] else [whole]


def _cue_range(token: Token) -> Range:
    """The verb with its auxiliaries, negation and particle, and the adverbs among them."""
    start, end = token.i, token.i + 1
    parts = {
        c.i
        for c in token.children
        if c.dep_ in _CUE_PARTS or (c.dep_ == "advmod" and c.tag_ not in {"WRB", "JJ"} and not _names_who(c))
    }
    while start - 1 in parts:
        start -= 1
    while end in parts and token.doc[end].dep_ == "prt":
        end += 1
    if token.dep_ == "xcomp" and _adjacent_infinitive(token):
        start = _cue_range(token.head)[0]
    elif token.dep_ == "acomp" and token.head.pos_ == "AUX" and token.head.i < start:
        gap = token.doc[token.head.i + 1 : start]
        start = _cue_range(token.head)[0] if all(t.dep_ in {"neg", "advmod"} for t in gap) else start
    else:
        end = _with_statement(token.doc, end)
    return start, end


def _with_statement(doc: Doc, end: int) -> int:
    """``said in a statement``: the occasion is part of the cue where it is itself a word of speech."""
    stated = [t.lower_ for t in doc[end : end + 3]]
    return end + 3 if stated == ["in", "a", "statement"] else end


def _find_speaker(token: Token, draft: Draft) -> None:
    """Whose words: the subject, an inherited subject, the agent of a passive, or nobody."""
    current = token
    for _ in range(6):
        passive = any(c.dep_ == "auxpass" for c in current.children)
        subject = next((c for c in current.children if c.dep_ in _SUBJECTS or _names_who(c)), None)
        agent = next((c for c in current.children if c.dep_ == "agent"), None)
        if agent is not None and current is token:
            _set_speaker(draft, next((c for c in agent.children if c.dep_ == "pobj"), None), current)
            return
        if passive and current is token:
            if subject is not None and subject.dep_ == "nsubjpass" and token.lemma_ in _RAISING:
                _set_speaker(draft, subject, current)  # handed on to the content by _raise_subject
            return
        if subject is not None:
            if subject.dep_ != "expl":
                _set_speaker(draft, subject, current)
            return
        if current.dep_ == "pcomp" and current.head.lower_ == "as" and current.head.head.lemma_ in _REPORTS_AS:
            _find_reported(current.head.head, draft)
            return
        if current.dep_ == "acl" and current.head.pos_ in {"NOUN", "PROPN", "PRON"}:
            _set_speaker(draft, _issuer(current.head), current)
            return
        if current.dep_ not in _INHERITS or current.head is current:
            return
        if current.dep_ == "ccomp" and current is token:
            return
        if (overheard := _overheard(current)) is not None:
            _set_speaker(draft, overheard, current)
            return
        current = current.head


def _names_who(child: Token) -> bool:
    """``Mrs Reilly said``: a name right before its verb that the parser took for an adverb."""
    return (
        child.dep_ == "advmod" and child.i + 1 == child.head.i and (child.tag_ == "NNP" or child.ent_type_ == "PERSON")
    )


def _overheard(verb: Token) -> Token | None:
    """``He recalled the pilot telling them``: who is heard or remembered to speak, right before the participle."""
    if verb.tag_ != "VBG" or verb.head.lemma_ not in _OVERHEARS:
        return None
    objects = (c for c in verb.head.children if c.dep_ == "dobj" and c.pos_ in {"NOUN", "PROPN", "PRON"})
    return next((c for c in objects if c.right_edge.i + 1 == verb.left_edge.i), None)


def _find_reported(verb: Token, draft: Draft) -> None:
    """``R quoted S as saying``, ``S was quoted by R as saying``: speaker S, reporter R."""
    children = {c.dep_: c for c in verb.children}
    if "nsubjpass" in children:
        _set_speaker(draft, children["nsubjpass"], verb)
        agent = next((c for c in children["agent"].children if c.dep_ == "pobj"), None) if "agent" in children else None
        draft.reporter = subtree(agent) if agent is not None else None
    elif "dobj" in children:
        _set_speaker(draft, children["dobj"], verb)
        if "nsubj" in children:
            draft.reporter = subtree(children["nsubj"])


def _issuer(noun: Token) -> Token:
    """Who speaks in ``a statement saying``: its owner, else who released it, else the document itself."""
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    if owner is not None:
        return owner
    if noun.dep_ == "dobj" and noun.head.lemma_ in _PUBLISHES:
        subject = next((c for c in noun.head.children if c.dep_ == "nsubj"), None)
        if subject is not None:
            return subject
    return noun


def _set_speaker(draft: Draft, root: Token | None, verb: Token) -> None:
    if root is None:
        return
    phrase = _trim(root.doc, subtree(root))
    if phrase is None:
        return
    start, end = phrase
    if root.dep_ == "poss":
        end = min(end, root.i + 1)
    if root.lower_ in _RELATIVE and verb.dep_ == "relcl":
        antecedent = verb.head
        draft.named = _trim(root.doc, (antecedent.left_edge.i, max(antecedent.i + 1, antecedent.left_edge.i + 1)))
    if root.pos_ == "PROPN":  # "said Holm on the quay": the occasion is no part of the name
        end = min([c.i for c in root.children if c.i > root.i and c.lower_ in _OCCASIONS] + [end])
    if start > 0 and root.doc[start - 1].pos_ in {"ADP", "SCONJ"} and root.dep_ == "nsubj":
        start = _after_last_comma(root.doc, start, min(end, draft.cue[0]))  # "Speaking after talks, Brandt said"
    if start < draft.cue[0] < end:  # "a statement saying": the phrase holds its own cue
        end = draft.cue[0]
    draft.speaker = _trim(root.doc, (start, end))


def _trim(doc: Doc, whole: Range) -> Range | None:
    """Without punctuation and space at either end; ``None`` where nothing else is there, however it was parsed."""
    start, end = whole
    while start < end and (doc[start].is_punct or doc[start].is_space):
        start += 1
    while end > start and (
        doc[end - 1].is_space or (doc[end - 1].is_punct and doc[end - 1].text not in {")", "]", "”", '"'})
    ):
        end -= 1
    return (start, end) if start < end else None


def _after_last_comma(doc: Doc, start: int, end: int) -> int:
    return next((i + 1 for i in range(end - 2, start, -1) if doc[i].text == ","), start)


def _find_addressee(token: Token, draft: Draft, clausal: bool) -> None:
    """Who is told: ``told reporters``, ``said to them``, ``was told``."""
    for child in token.children:
        told = child.dep_ in {"dobj", "dative"} and token.lemma_ in _TOLD and (clausal or token.lemma_ == "tell")
        if told and child.pos_ in {"NOUN", "PROPN", "PRON"}:
            draft.addressee = _trim(token.doc, subtree(child))
            return
        if child.dep_ == "nsubjpass" and token.lemma_ in _TOLD:
            draft.addressee = _trim(token.doc, subtree(child))
            return
        if child.dep_ in {"prep", "dative"} and child.lower_ == "to" and clausal:
            heard = next((c for c in child.children if c.dep_ == "pobj"), None)
            if heard is not None:
                draft.addressee = _trim(token.doc, subtree(heard))
                return


def _noun(token: Token, known: dict[str, float]) -> Draft | None:
    """``her claim that``, ``Norland's promise to``: a noun of speech with its owner and what was said."""
    best: tuple[Token, float] | None = None
    for child in token.children:
        rate = known.get(frame_of(child))
        if rate is not None and child.i > token.i and (best is None or rate > best[1]):
            best = child, rate
    if best is None:
        return None
    content, rate = best
    if frame_of(content) == "acl" and not any(c.dep_ == "mark" for c in content.children):
        return None  # a participle that describes the noun
    draft = Draft((token.i, token.i + 1), token.i, frame=frame_of(content), rate=rate, content=[subtree(content)])
    owner = next((c for c in token.children if c.dep_ == "poss"), None)
    if owner is None and token.dep_ == "dobj":
        owner = next((c for c in token.head.children if c.dep_ in {"nsubj"}), None)
    if draft.frame.startswith("prep:"):
        if owner is None:
            return None
        draft.content = [(content.i + 1, content.right_edge.i + 1)]
        draft.cue = (token.i, content.i + 1) if content.i == token.i + 1 else draft.cue
    _set_speaker(draft, owner, token)
    return draft
