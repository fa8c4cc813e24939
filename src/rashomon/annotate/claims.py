"""Claims: sentences split at attribution and at clauses that say a thing of their own.

Every claim has a voice (empty for the narrator, else the chain of speakers of the innermost attribution that covers
it), a polarity and a rung on the strength ladder of ``types.Strength``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from rashomon.data.cues import cue_frames
from rashomon.data.strength import ALLEGING, DENYING, DISAVOWING, DOUBTING, DUE, HEDGING, PLANNING, REFUSING
from rashomon.types import Article, Claim, Polarity, Quote, Span, Strength

_CONTENT_POS = {"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV"}
_SUBJECTS = {"nsubj", "nsubjpass", "expl", "csubj"}
# Function words that a claim need not begin or end with once it is cut out of its sentence.
_LOOSE = {"and", "but", "or", "that", "while", "although", "though", "whereas", "as", "because", "so", "if", "whether"}
_CUT_MARKS = _LOOSE | {"after", "before", "since", "when", "amid"}
_FUTURE = {"will", "'ll", "’ll", "shall", "may", "might", "could", "would"}
# Conjunctions whose clause is asserted beside the main one; a condition, place or reason belongs to what it qualifies.
_ASSERTING = {"while", "although", "though", "whereas", "after", "before"}
_OPENING, _CLOSING = {"(", "[", "“", "‘", '"', "'"}, {")", "]", "”", "’", '"', "'", "%"}
_LEAST_WORDS = 4
_LEAST_PARTICIPLE = 6


@Language.component("rashomon_claims", requires=["token.dep", "doc._.quotes"], assigns=["doc._.claims"])
def claims(doc: Doc) -> Doc:
    """Split the sentences of a Doc into claims, in the order of the text."""
    article: Article = doc._.article
    covering = _covering_quotes(doc)
    found: list[Claim] = []
    for sentence in doc.sents:
        for quote, words in _pieces(sentence, covering):
            claim = _claim(article, quote, words, f"c{len(found) + 1}")
            if claim is not None:
                found.append(claim)
    doc._.claims = tuple(found)
    return doc


def _covering_quotes(doc: Doc) -> dict[int, Quote]:
    """Token index -> the innermost (shortest) quote whose content covers the token."""
    covering: dict[int, Quote] = {}
    length = {q.id: sum(s.end - s.start for s in q.content) for q in doc._.quotes}
    for quote in sorted(doc._.quotes, key=lambda q: (-length[q.id], q.id)):
        pieces = [doc.char_span(span.start, span.end, alignment_mode="expand") for span in quote.content]
        words = [t for piece in pieces if piece is not None for t in piece]
        # "They discussed sanctions" names a subject of talk; what is said of it is the whole clause.
        if quote.form != "indirect" or any(t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in words):
            covering.update({t.i: quote for t in words})
    return covering


def _pieces(sentence: SpacySpan, covering: dict[int, Quote]) -> Iterable[tuple[Quote | None, list[Token]]]:
    """The token groups of a sentence that may each make a claim, by first token."""
    heads = _clause_heads(sentence)
    nearest = _nearest(sentence, heads)
    groups: dict[tuple[str, int], list[Token]] = {}
    for token in sentence:
        if token.is_space:
            continue
        quote = covering.get(token.i)
        for owner in _owners(token, heads, nearest, sentence):
            groups.setdefault((quote.id if quote else "", owner), []).append(token)
    attributed = any(t.i in covering for t in sentence)
    for (_, owner), words in sorted(groups.items(), key=lambda item: item[1][0].i):
        quote = covering.get(words[0].i)
        if quote is None and attributed and owner == sentence.root.i and not _frame_says_more(words, sentence):
            continue
        yield quote, _with_antecedent(words, sentence.doc[owner], quote, covering)


def _clause_heads(sentence: SpacySpan) -> set[int]:
    """Indices of the verbs whose clauses say a thing of their own."""
    return {t.i for t in sentence if t.dep_ in {"conj", "advcl", "relcl", "acl"} and _says_its_own(t)}


def _says_its_own(verb: Token) -> bool:
    if verb.pos_ not in {"VERB", "AUX"}:
        return False
    size = verb.right_edge.i - verb.left_edge.i + 1
    has_subject = any(c.dep_ in _SUBJECTS for c in verb.children)
    before = verb.doc[verb.left_edge.i - 1].text if verb.left_edge.i else ""
    match verb.dep_:
        case "conj":
            return has_subject and size >= _LEAST_WORDS and verb.head.pos_ in {"VERB", "AUX"}
        case "advcl":
            mark = next((c.lower_ for c in verb.children if c.dep_ in {"mark", "advmod"}), "")
            return has_subject and size >= _LEAST_WORDS and mark in _ASSERTING
        case "relcl":
            return size >= _LEAST_WORDS and before == ","
        case _:
            passive = verb.tag_ == "VBN" and any(c.dep_ == "agent" for c in verb.children)
            return passive and size >= _LEAST_PARTICIPLE


def _nearest(sentence: SpacySpan, heads: set[int]) -> dict[int, int]:
    """Token index -> index of its nearest ancestor (or itself) that heads a clause, else of the topmost one."""
    found: dict[int, int] = {}
    for token in sentence:
        path = [token.i]
        while token.i not in found and token.i not in heads and token.head.i != token.i:
            token = token.head
            path.append(token.i)
        found.update(dict.fromkeys(path, found.get(token.i, token.i)))
    return found


def _owners(token: Token, heads: set[int], nearest: dict[int, int], sentence: SpacySpan) -> Iterable[int]:
    """The clauses a token belongs to: its nearest ancestor that heads one, else the sentence's root.

    What a participle adds to a noun ("the letter sent by the union") is also a part of the clause around it, which
    would be hard to read without.
    """
    while (owner := token.doc[nearest[token.i]]).i in heads:
        yield owner.i
        if owner.dep_ != "acl":
            return
        token = owner.head
    yield sentence.root.i


def _frame_says_more(words: Sequence[Token], sentence: SpacySpan) -> bool:
    """Whether what is left of a sentence beside its quotations (speaker, cue, addressee) says anything itself.

    A clause without speaker and cue does, however short.
    """
    framing: set[int] = set()
    for quote in sentence.doc._.quotes:
        for span in (quote.speaker_span, quote.cue, quote.addressee_span):
            # A long article has many quotations: only those of this sentence are spelt out.
            if span is not None and span.start < sentence.end_char and sentence.start_char < span.end:
                framing.update(range(span.start, span.end))
    rest = [t for t in words if t.pos_ in _CONTENT_POS and t.idx not in framing]
    if not any(t.idx in framing for t in words):
        return True
    # "Korn resigned on Monday, saying ...": what she did is told beside what she said.
    root = sentence.root
    acts = root.pos_ == "VERB" and root in rest and (root.lemma_.lower(), "VERB") not in cue_frames()
    least = 2 if acts else _LEAST_WORDS
    return len(rest) >= least and any(t.pos_ in {"VERB", "NOUN"} for t in rest)


def _with_antecedent(words: list[Token], head: Token, quote: Quote | None, covering: dict[int, Quote]) -> list[Token]:
    """A relative or participial clause together with the noun it is about, so that it can be read alone."""
    if head.dep_ not in {"relcl", "acl"} or not any(t.i == head.i for t in words):
        return words
    noun = head.head
    kept = [c for c in noun.lefts if c.dep_ in {"amod", "compound", "nummod", "poss", "det", "nmod"}]
    phrase = [t for c in kept for t in c.subtree if t.i < noun.i] + [noun]
    same_voice = [t for t in phrase if covering.get(t.i) is quote or covering.get(t.i) == quote]
    return sorted({t.i: t for t in [*same_voice, *words]}.values(), key=lambda t: t.i)


def _claim(article: Article, quote: Quote | None, words: list[Token], number: str) -> Claim | None:
    words = _trim(words, whole=quote is not None and quote.form == "direct")
    content = [t for t in words if t.pos_ in _CONTENT_POS]
    # Somebody's very words count however few; "he assumes", left of a clause whose content is quoted, says nothing.
    least = 3 if quote is None else 1 if quote.quoted else 2
    if len(content) < least or not (quote or any(t.pos_ in {"VERB", "AUX"} for t in words)):
        return None
    head, spans = _head(words), _spans(article, words)
    if not spans:  # symbols alone
        return None
    return Claim(
        id=number,
        article=article.id,
        spans=spans,
        voice=quote.chain if quote else (),
        polarity=_polarity(head, words, quote),
        strength=_strength(head, quote),
        quote=quote.id if quote else None,
    )


def _trim(words: list[Token], *, whole: bool) -> list[Token]:
    """Without the punctuation and, unless somebody's very words are to stay whole, the conjunctions at either end."""
    start, end = 0, len(words)
    opening, closing = (set(), set()) if whole else (_LOOSE, _CUT_MARKS)
    head = _head(words)
    while start < end and (
        words[start].is_punct
        or words[start].is_quote
        or (words[start].lower_ in opening and not _opens_a_clause(words[start], head))
    ):
        start += 1
    while start < end and (words[end - 1].lower_ in closing or _trails(words[start:end], whole)):
        end -= 1
    return words[start:end]


def _opens_a_clause(word: Token, head: Token) -> bool:
    """Whether a conjunction opens a clause within the claim: without "if" a condition would read as a fact."""
    return word.dep_ == "mark" and word.head != head and word.head.dep_ == "advcl"


def _trails(words: Sequence[Token], whole: bool) -> bool:
    """Whether the last word is a mark, or leads on to words that are a claim of their own ("..., saying")."""
    last = words[-1]
    leads_on = not whole and last.tag_ == "VBG" and last.i > 0 and last.nbor(-1).is_punct
    return last.is_punct or last.is_quote or leads_on


def _head(words: Sequence[Token]) -> Token:
    inside = {t.i for t in words}
    tops = [t for t in words if t.head == t or t.head.i not in inside]
    verbs = [t for t in tops if t.pos_ in {"VERB", "AUX"}]
    return (verbs or tops)[0]


def _spans(article: Article, words: Sequence[Token]) -> tuple[Span, ...]:
    """Maximal runs of tokens; what lies between two runs is left out only if it holds a word."""
    runs: list[tuple[int, int]] = []
    doc, last = words[0].doc, words[0].i
    for _, group in groupby(enumerate(words), key=lambda pair: pair[1].i - pair[0]):
        run = _bare([t for _, t in group])
        if not run:
            continue
        start, end = run[0].idx, run[-1].idx + len(run[-1])
        if runs and not any(t.is_alpha or t.like_num for t in doc[last + 1 : run[0].i]):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
        last = run[-1].i
    return tuple(article.span(start, end) for start, end in runs)


def _bare(run: list[Token]) -> list[Token]:
    """A run without the commas and dashes that part it from what was cut out; empty if there is nothing else."""
    while run and run[0].is_punct and run[0].text not in _OPENING:
        run = run[1:]
    while run and run[-1].is_punct and run[-1].text not in _CLOSING:
        run = run[:-1]
    return run if any(t.is_alpha or t.like_num for t in run) else []


def _polarity(head: Token, words: Sequence[Token], quote: Quote | None) -> Polarity:
    negated = _is_negated(head) or any(
        t.lower_ in {"no", "neither", "nobody", "nothing", "none"}
        and head in (t.head, t.head.head)
        and t.dep_ != "intj"
        for t in words
    )
    if head.lemma_.lower() in REFUSING and any(c.dep_ in {"xcomp", "dobj", "nsubjpass"} for c in head.children):
        negated = not negated
    if quote is not None and quote.polarity == "negated":
        negated = True
    elif any(above.lemma_.lower() in DISAVOWING for above in head.ancestors if above.i not in {t.i for t in words}):
        negated = not negated
    return "negated" if negated else "affirmed"


def _is_negated(verb: Token) -> bool:
    """Whether a verb is negated; "not only" affirms."""
    negations = [c for c in verb.children if c.dep_ == "neg" or c.lower_ in {"never", "not", "n't", "n’t"}]
    return any(c.i + 1 == len(c.doc) or c.nbor().lower_ not in {"only", "just", "merely"} for c in negations)


def _strength(head: Token, quote: Quote | None) -> Strength:
    """The rung of the strength ladder: what the attribution's cue says first, then the clause's own words."""
    if quote is not None and quote.cue is not None:
        cue = {w.lower() for w in quote.cue.text.split()}
        for lexicon, rung in ((DENYING, "denied"), (DOUBTING, "doubted"), (ALLEGING, "alleged")):
            if cue & lexicon:
                return rung  # type: ignore[return-value]
        told = head.doc.char_span(quote.cue.start, quote.cue.end, alignment_mode="expand")
        if told is not None and any(t.lemma_.lower() in PLANNING for t in told):
            return "planned"
    near = {t.lemma_.lower() for t in (head, *head.children)}
    if near & HEDGING:
        return "alleged"
    if _is_planned(head):
        return "planned"
    return "reported" if quote is not None else "stated"


def _is_planned(verb: Token) -> bool:
    lemma = verb.lemma_.lower()
    if any(c.dep_ == "aux" and c.lower_ in _FUTURE for c in verb.children):
        return True
    if any(c.dep_ == "xcomp" for c in verb.children) and (lemma == "be" or (lemma in DUE and verb.tag_ == "VBN")):
        return True
    due = [c for c in verb.children if c.dep_ in {"acomp", "prep"} and c.lemma_.lower() in DUE]
    if lemma == "be" and any(g.dep_ in {"xcomp", "pcomp"} for c in due for g in c.children):
        return True
    return lemma in PLANNING and any(c.dep_ in {"xcomp", "pcomp", "dobj", "prep", "ccomp"} for c in verb.children)
