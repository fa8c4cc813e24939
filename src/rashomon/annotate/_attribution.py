"""Attribution as marks and syntax show it together: every passage in quotation marks finds its speaker, or is nobody's.

Syntax (:mod:`._clauses`) proposes drafts; a marked passage joins the draft whose content it stands in, else the one
whose cue stands beside it (after it, before it, between two passages), else it continues the passage before it. A
passage that none of these reach is a title, a nickname or a word held at arm's length, and is nobody's quote.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from spacy.tokens import Doc, Token

from rashomon.annotate._attribution_model import Attribution
from rashomon.annotate._clauses import Draft, Range, drafts
from rashomon.annotate._quotemarks import marked_passages
from rashomon.annotate._read_drafts import read_drafts
from rashomon.annotate._transcripts import spoken_lines
from rashomon.data.cues import quotes_words, utters

_REACH = 40  # tokens between a passage and the cue beside it: an apposition may stand between them
_FINAL = {".", "?", "!", "…"}
_ENOUGH = 0.35  # how often a cue must attribute to be believed without quotation marks
_SPEECH = 8  # tokens of a passage, marks included, from which on it is speech though nobody is named
_NAMES = {"DET", "ADJ", "NOUN", "PROPN", "NUM", "PRON"}
_APPOSED = _NAMES | {"ADP", "PUNCT", "PART", "CCONJ"}
_TITLES = {"ADJ", "NOUN", "PROPN", "VERB"}
_DASHES = {"–", "—", "-", "--"}
_SIGNED = 12  # tokens of who signs a quotation behind a dash
_ISSUED = 5  # tokens before the name of who issued a statement
_TITLE = 4  # tokens of a description in front of a name
_PARTICLES = {"in", "up", "out", "back", "off", "on", "forth", "away"}  # "chimed in", "piped up"
_JOINING = {"and", "but", "or", "yet"}
_NAMING = {"title", "entitle", "nickname", "dub", "name", "headline", "label"}


@dataclass(slots=True)
class Joined:
    """A draft with the passages it was joined to and how sure that is (0 to 1)."""

    draft: Draft | None
    speaker: Range | None
    passages: list[int] = field(default_factory=list)
    content: list[Range] = field(default_factory=list)
    confidence: float = 1.0
    cue: Range | None = None  # where there is no draft: a colon, or a verb that is no word of speech
    settled: bool = False  # joined by marks and cue alone, whatever syntax says
    asked: bool | None = None  # of an interview that names nobody: is it a question, or an answer?


class Attributions:
    """The attributions of one document: :attr:`joined`, in order of their content.

    ``read`` has what the trained model read, where it was asked; else syntax alone proposes.
    """

    def __init__(self, doc: Doc, text: str, paragraphs: list[Range], read: Sequence[Attribution] | None = None) -> None:
        self.doc = doc
        self.text = text
        self.lines = {(line.start, line.end): line for line in spoken_lines(text, paragraphs)}
        self.marked = marked_passages(text, paragraphs, self.lines)
        self.top = [k for k, m in enumerate(self.marked) if m.level == 0]
        self.tokens: list[Range] = [(0, 0)] * len(self.marked)
        self.inside = self._locate()
        self.paragraph = self._paragraphs(paragraphs)
        self.drafts = drafts(doc, self.inside)
        if read is not None:
            self.drafts = read_drafts(doc, self.drafts, read, self.inside)
        self.enough = _ENOUGH if read is None else 0.0  # of what the model reads, only what is believed is left
        self.outer = [d for d in self.drafts if self.inside[d.head] < 0]
        self.heads = [d.head for d in self.outer]
        self.owner: dict[int, Joined] = {}
        self.joined: list[Joined] = []
        self._join()

    def _locate(self) -> list[int]:
        """Give every passage its tokens; tell for every token the outermost passage it stands in, or -1."""
        inside = [-1] * len(self.doc)
        at = 0
        for k in self.top:
            passage = self.marked[k]
            while at < len(self.doc) and self.doc[at].idx + len(self.doc[at]) <= passage.outer_start:
                at += 1
            start = at
            while at < len(self.doc) and self.doc[at].idx < passage.outer_end:
                inside[at] = k
                at += 1
            self.tokens[k] = (start, at)
        return inside

    def _paragraphs(self, paragraphs: list[Range]) -> list[int]:
        numbers, number = [], -1
        starts = [start for start, _ in paragraphs]
        for token in self.doc:
            while number + 1 < len(starts) and token.idx >= starts[number + 1]:
                number += 1
            numbers.append(number)
        return numbers

    # Joining

    def _join(self) -> None:
        by_draft = {d.head: Joined(d, d.speaker, content=list(d.content), confidence=d.rate) for d in self.outer}
        self._join_lines()
        for k in self.top:
            if (
                k not in self.owner
                and self._starts_sentence(k)
                and (draft := self._cue_after(k, sure=True)) is not None
            ):
                self._settle(by_draft[draft.head], k)
        for k in self.top:
            if k not in self.owner and (draft := self._led_into_by(k)) is not None:
                by_draft[draft.head].content.append(self.tokens[k])
        for joined in by_draft.values():
            if joined.content and not joined.passages:
                self._take_overlapping(joined)
        for joined in by_draft.values():
            if joined.settled:
                self._take_marked(joined)
        previous: int | None = None
        for k in self.top:
            if k not in self.owner and self.is_name(k):
                continue
            if k not in self.owner:
                self._find_owner(k, previous, by_draft)
            previous = k
        for later, k in pairwise(reversed(self.top)):
            if k not in self.owner and later in self.owner and self._runs_into(k, later) and not self.is_name(k):
                self._add(self.owner[later], k)
        for k in self.top:
            if k not in self.owner and self._is_speech(k):
                self._add_new(Joined(None, None, confidence=0.3), k)
        for joined in by_draft.values():
            if joined.passages:  # words in quotation marks attribute more surely than the cue alone
                joined.confidence = max(joined.confidence, 0.5 + joined.confidence / 2)
        extra = [j for j in self.joined if j.draft is None]
        kept = [j for j in by_draft.values() if j.passages or (j.content and j.confidence >= self.enough)]
        self.joined = sorted(kept + extra, key=_position)

    def _join_lines(self) -> None:
        """Each line of a transcript is its label's; those without a label go on with the line before."""
        labels: dict[Range, Joined] = {}
        for k in self.top:
            line = self.lines.get((self.marked[k].outer_start, self.marked[k].outer_end))
            if line is None:
                continue
            if line.label not in labels:
                label = self.doc.char_span(*line.label, alignment_mode="expand")
                named = (label.start, label.end) if line.asked is None and label is not None else None
                colon = self.tokens[k][0] - 1, self.tokens[k][0]
                labels[line.label] = Joined(None, named, confidence=0.9, cue=colon, settled=True, asked=line.asked)
                self.joined.append(labels[line.label])
            self._add(labels[line.label], k)

    def _settle(self, joined: Joined, k: int) -> None:
        """``“…,” said Brandt``: where the marks leave no doubt, what syntax made of the sentence is put aside."""
        assert joined.draft is not None
        if not joined.passages:
            joined.content = []
        joined.confidence, joined.settled = 0.95, True
        if joined.draft.speaker is None:
            joined.draft.speaker = self._speaker_beside(joined.draft.cue, self.tokens[k][1])
        joined.speaker = joined.draft.speaker
        self._add(joined, k)

    def _speaker_beside(self, cue: Range, after: int) -> Range | None:
        """The name before or after a cue that follows a passage, where syntax saw no subject."""
        if cue[0] - after > 1:
            return self._trim((after, cue[0]))
        end = start = cue[1]
        while end < len(self.doc) and self.doc[end].pos_ in _NAMES and self.inside[end] < 0:
            end += 1
        return (start, end) if end > start else None

    def _take_marked(self, joined: Joined) -> None:
        """``“…,” said Brandt. A narrator's sentence. “…”``: what else the draft holds that is nothing but marked."""
        assert joined.draft is not None
        for words in joined.draft.content:
            held = {self.inside[i] for i in range(*words) if self._says(i)}
            for k in sorted(held) if -1 not in held else ():
                if k not in self.owner and not self.is_name(k):
                    self._add(joined, k)

    def _take_overlapping(self, joined: Joined) -> None:
        """Join every passage that the draft's content touches, and widen the content to hold it whole."""
        widened: list[Range] = []
        for words in joined.content:
            wide = words
            touched = sorted({self.inside[i] for i in range(*words) if self.inside[i] >= 0 and self._says(i)})
            for k in touched:
                a, b = self.tokens[k]
                other = self.owner.get(k)
                if other is not None and other.settled:
                    wide = (wide[0], min(wide[1], a)) if wide[0] < a else (max(wide[0], b), wide[1])
                elif not self.is_name(k):
                    wide = min(wide[0], a), max(wide[1], b)
                    if other is None or _distance(joined, self.tokens[k]) < _distance(other, self.tokens[k]):
                        self._move(k, other, joined)
            if wide[0] < wide[1]:
                widened.append(wide)
        joined.content = widened

    def _move(self, k: int, other: Joined | None, joined: Joined) -> None:
        if other is not None:
            other.passages.remove(k)
        self.owner[k] = joined
        joined.passages.append(k)

    def _says(self, i: int) -> bool:
        return not (self.doc[i].is_punct or self.doc[i].is_space) or self.doc[i].text == "%"

    def _find_owner(self, k: int, previous: int | None, by_draft: dict[int, Joined]) -> None:
        draft = self._cue_after(k) or self._cue_before(k) or self._cue_between(k)
        if draft is not None:
            joined = by_draft[draft.head]
            joined.confidence = 0.95
            self._add(joined, k)
            return
        if previous in self.owner and previous is not None and self._listed(previous, k):
            self._add(self.owner[previous], k)
            return
        found = self._colon_before(k) or self._any_verb_after(k) or self._signed(k)
        if found is not None:
            self._add_new(found, k)
            return
        self._continue(k, previous)

    def _add(self, joined: Joined, k: int) -> None:
        joined.passages.append(k)
        joined.content.append(self.tokens[k])
        self.owner[k] = joined

    def _add_new(self, joined: Joined, k: int) -> None:
        self.joined.append(joined)
        self._add(joined, k)

    def _stretch_after(self, k: int) -> list[Token]:
        """The narrator's words from a passage to the end of their sentence, or to the next passage."""
        words: list[Token] = []
        start = self.tokens[k][1]
        for i in range(start, min(start + _REACH, len(self.doc))):
            token = self.doc[i]
            if self.inside[i] >= 0 or self.paragraph[i] != self.paragraph[start - 1]:
                break
            words.append(token)
            if token.text in _FINAL:
                break
        return words

    def _stretch_before(self, k: int) -> list[Token]:
        """The narrator's words of the passage's sentence that stand before it."""
        words: list[Token] = []
        start = self.tokens[k][0]
        here = self.paragraph[start]
        for i in range(start - 1, max(start - 1 - _REACH, -1), -1):
            token = self.doc[i]
            if token.is_space:
                continue
            if not words and token.text == ":":
                here = self.paragraph[i]  # a colon at its end leads into the next paragraph
            if self.inside[i] >= 0 or token.text in _FINAL or self.paragraph[i] != here:
                break
            words.append(token)
        return words[::-1]

    def _cue_after(self, k: int, sure: bool = False) -> Draft | None:
        """``“…,” she said``, ``“…,” said Brandt``: the cue in the words after the passage.

        ``sure`` asks for a comma (or the like) inside the marks and lets this outweigh what else the cue governs.
        """
        words = self._stretch_after(k)
        last = self.text[self.marked[k].end - 1]
        if last == "." or not words or (sure and last not in ",?!"):
            return None
        lead = words[0].i
        if words[0].is_punct:
            lead += 1
        for draft in self._in(words):
            if not sure and not self._free(draft):
                continue
            first = draft.cue[0] if draft.speaker is None else min(draft.cue[0], draft.speaker[0])
            if draft.speaker is not None and draft.speaker[0] < lead < draft.speaker[1]:
                draft.speaker = self._trim((lead, draft.speaker[1]))  # the parser took what is said for a part of it
                first = lead
            elif draft.speaker is None and all(self.doc[i].pos_ in _APPOSED for i in range(lead, draft.cue[0])):
                first = lead
            elif sure and draft.speaker is not None and self._titles(lead, draft.speaker[0]):
                first, draft.speaker = lead, (lead, draft.speaker[1])
            if (draft.frame == "according" and not sure) or first <= lead + (not sure):
                return draft
        return None

    def _titles(self, first: int, end: int) -> bool:
        """``shop steward`` before a name: a few words that the parser may have torn from it, none of them small."""
        words = self.doc[first:end]
        return (
            0 < len(words) <= _TITLE and all(t.pos_ in _TITLES for t in words) and words[-1].pos_ in {"NOUN", "PROPN"}
        )

    def _cue_before(self, k: int) -> Draft | None:
        """``she said: “…”``, ``she told them “…”``: the last cue before the passage that has no content yet."""
        words = self._stretch_before(k)
        found = None
        for draft in self._in(words):
            if self._free(draft) and draft.frame != "according":
                found = draft
        if found is None:
            return None
        direct = self.tokens[k][0] - found.cue[1] <= 1
        return found if direct or words[-1].text in {",", ":"} or found.addressee is not None else None

    def _led_into_by(self, k: int) -> Draft | None:
        """``He recalled the pilot telling them: “…”``: the last cue before a colon says it, whoever tells of that."""
        words = self._stretch_before(k)
        near = self._in(words)
        if not near or near[-1].speaker is None or near[-1].content:
            return None
        if not utters(self.doc[near[-1].head].lemma_.lower()):
            return None
        return near[-1] if words[-1].text == ":" or near[-1].cue[1] == self.tokens[k][0] else None

    def _cue_between(self, k: int) -> Draft | None:
        """``“One.” She added, “Two.”``: a whole sentence before the cue whose words follow it."""
        words = self._stretch_after(k)
        if not words or not self._whole_sentences(k) or words[-1].text in _FINAL or words[-1].i + 1 >= len(self.doc):
            return None
        drafts = self._in(words)
        if len(drafts) != 1 or self.inside[words[-1].i + 1] < 0 or not self._free(drafts[0]):
            return None
        first = drafts[0].cue[0] if drafts[0].speaker is None else drafts[0].speaker[0]
        return drafts[0] if first == words[0].i else None

    def _in(self, words: list[Token], any_cue: bool = False) -> list[Draft]:
        """The outer drafts whose cue stands among these words and can stand beside marked words."""
        if not words:
            return []
        first, last = words[0].i, words[-1].i
        near = self.outer[bisect_left(self.heads, first) : bisect_right(self.heads, last)]
        if any_cue:
            return near
        return [d for d in near if d.frame == "according" or quotes_words(self.doc[d.head].lemma_.lower())]

    def _free(self, draft: Draft) -> bool:
        return not any(self._says(i) and self.inside[i] < 0 for a, b in draft.content for i in range(a, b))

    def _colon_before(self, k: int) -> Joined | None:
        """``Norland's envoy: “…”``: a name alone before a colon."""
        words = self._stretch_before(k)
        if len(words) < 2 or words[-1].text != ":":
            return None
        colon = words[-1].i, words[-1].i + 1
        drafts = self._in(words, any_cue=True)
        if drafts and drafts[-1].speaker is not None:
            return Joined(None, drafts[-1].speaker, confidence=0.7, cue=colon)
        issuer = self._issuer(words)
        if issuer is not None:
            return Joined(None, issuer, confidence=0.7, cue=colon)
        verbs = [t for t in words if t.pos_ in {"VERB", "AUX"}]
        for verb in reversed(verbs):
            subject = next((c for c in verb.children if c.dep_ == "nsubj" and c.tag_ not in {"WP", "WDT"}), None)
            if subject is not None and words[0].i <= subject.left_edge.i:
                speaker = self._trim((subject.left_edge.i, subject.right_edge.i + 1))
                return Joined(None, speaker, confidence=0.6, cue=(verb.i, verb.i + 1))
        if verbs or len(words) > 8 or not any(t.pos_ == "PROPN" or t.text.startswith("@") for t in words):
            return None
        return Joined(None, (words[0].i, words[-1].i), confidence=0.7, cue=colon)

    def _signed(self, k: int) -> Joined | None:
        """``“…” – Ana Petrov, mayor of Velm``: behind a dash nothing but who said it."""
        words = self._stretch_after(k)
        if len(words) < 2 or len(words) > _SIGNED or words[0].text not in _DASHES or not self._starts_sentence(k):
            return None
        ends = words[-1].i + 1 == len(self.doc) or self.paragraph[words[-1].i + 1] != self.paragraph[words[0].i]
        named = any(t.pos_ == "PROPN" for t in words[1:])
        if not ends or not named or not all(t.pos_ in _APPOSED or t.is_space for t in words[1:]):
            return None
        speaker = self._trim((words[1].i, words[-1].i + 1))
        return Joined(None, speaker, confidence=0.7, cue=(words[0].i, words[1].i))

    def _issuer(self, words: list[Token]) -> Range | None:
        """``Statement by Ana Petrov, mayor of Velm:``, ``And from Ana Petrov:``: the name behind the preposition."""
        by = next((n for n, t in enumerate(words[:_ISSUED]) if t.lower_ in {"by", "from"}), None)
        if by is None or not any(t.pos_ == "PROPN" for t in words[by + 1 : by + 6]):
            return None
        if any(t.pos_ == "AUX" or t.tag_ in {"VBD", "VBZ", "VBP"} for t in words[: by + 1]):
            return None
        return self._trim((words[by + 1].i, words[-1].i))

    def _any_verb_after(self, k: int) -> Joined | None:
        """``“…,” Hansen grinned``: after a comma inside the marks any verb with a name beside it tells who spoke."""
        last = self.text[self.marked[k].end - 1]
        if not self._starts_sentence(k) or last not in ",?!":
            return None
        words = [t for t in self._stretch_after(k) if t.text not in {",", "--", "—", "–"}]
        number = next((n for n, t in enumerate(words) if t.pos_ not in _NAMES), 0)
        if number > 1 and words[number].text in _FINAL and last == ",":
            number -= 1  # "Holm remembers." read as a name: between two marks it can only be name and verb
        elif number >= len(words) or words[number].tag_ not in {"VBD", "VBZ", "VBP", "VBN"}:
            return None
        verb = words[number]
        particle = number + 1 < len(words) and words[number + 1].lower_ in _PARTICLES
        if not verb.is_alpha or (verb.tag_ == "VBN" and not particle):
            return None
        cue = verb.i, verb.i + 1 + particle
        speaker = (words[0].i, verb.i) if number else self._speaker_beside(cue, verb.i)
        if speaker is None or (last != "," and verb.lemma_ == "be"):
            return None
        return Joined(None, speaker, confidence=0.8, cue=cue)

    def _listed(self, previous: int, k: int) -> bool:
        """``“too slow” and “too dear”``: only a conjunction stands between two passages."""
        start, end = self.tokens[previous][1], self.tokens[k][0]
        between = [self.doc[i] for i in range(start, end) if not self.doc[i].is_space]
        joined = any(t.dep_ == "cc" or t.text == "," or t.pos_ == "CCONJ" for t in between)
        comma = self.text[self.marked[previous].end - 1] == ","
        loose = all(t.pos_ in {"CCONJ", "DET", "PUNCT", "PART"} or t.dep_ == "cc" for t in between)
        near = start > 0 and self.paragraph[start - 1] == self.paragraph[end]
        return near and loose and (joined or comma) and not any(t.text in _FINAL for t in between)

    def _continue(self, k: int, previous: int | None) -> None:
        """The next sentences of the same speaker, or the next paragraph of the same quotation."""
        if previous is None or previous not in self.owner:
            return
        if not self.marked[k].goes_on and not self._whole_sentences(k):
            return
        last = self.owner[previous]
        here, there = self.paragraph[self.tokens[k][0]], self.paragraph[self.tokens[previous][0]]
        if self.marked[k].goes_on or (here == there and self._sentences_between(previous, k) < 2):
            self._add(last, k)
        elif here == there + 1 and self._fills_paragraph(k):
            self._add_new(Joined(None, last.speaker, confidence=0.6), k)

    def _sentences_between(self, previous: int, k: int) -> int:
        """How many sentences of the narrator end between two passages."""
        between = range(self.tokens[previous][1], self.tokens[k][0])
        return sum(self.doc[i].text in _FINAL for i in between)

    def _runs_into(self, k: int, later: int) -> bool:
        """Whether a passage goes straight on in the later one, the cue coming only after that."""
        if self.marked[k].opens_more:
            return True
        start, end = self.tokens[k][1], self.tokens[later][0]
        return self._blank(start, end) and self.paragraph[start - 1] == self.paragraph[end]

    def _starts_sentence(self, k: int) -> bool:
        start = self.tokens[k][0]
        before = start - 1
        while before >= 0 and self.doc[before].is_space:
            before -= 1
        if before < 0 or self.paragraph[before] != self.paragraph[start]:
            return True
        return self.inside[before] >= 0 or self.doc[before].text in _FINAL

    def _whole_sentences(self, k: int) -> bool:
        """Whether the passage starts a sentence, or goes on after a comma, and ends one."""
        before = self.doc[self.tokens[k][0] - 1] if self.tokens[k][0] else None
        opens = self._starts_sentence(k) or (before is not None and before.text == ",")
        return opens and self.text[self.marked[k].start : self.marked[k].end].rstrip("'’\"”")[-1:] in set(".?!…")

    def _is_speech(self, k: int) -> bool:
        """Whether a passage that nobody is named for is yet a quotation: sentences that fill their paragraph."""
        start, end = self.tokens[k]
        return end - start >= _SPEECH and self._fills_paragraph(k) and self._whole_sentences(k)

    def _fills_paragraph(self, k: int) -> bool:
        start, end = self.tokens[k]
        first = start == 0 or self.paragraph[start - 1] != self.paragraph[start] or self.doc[start - 1].is_space
        last = end == len(self.doc) or self.paragraph[end] != self.paragraph[start] or self.doc[end].is_space
        return first and last

    # What a record needs to know

    def nested(self) -> list[Draft]:
        """The drafts whose cue itself stands in a marked passage."""
        return [d for d in self.drafts if self.inside[d.head] >= 0]

    def inner_passage(self, draft: Draft) -> int | None:
        """The passage in inner marks that stands beside a cue in a marked passage: ``“she told me ‘go’”``."""
        outer = self.marked[self.inside[draft.head]]
        edge = self.doc[draft.cue[1] - 1]
        after = edge.idx + len(edge)
        first = draft.cue[0] if draft.speaker is None else min(draft.cue[0], draft.speaker[0])
        before = self.doc[first].idx
        for k in range(self.inside[draft.head] + 1, len(self.marked)):
            passage = self.marked[k]
            if passage.outer_start >= outer.outer_end:
                break
            if passage.level != 1:
                continue
            gap = self.text[after : passage.outer_start] if passage.outer_start >= after else None
            if gap is not None and len(gap) <= 40 and not set(gap) & _FINAL:
                return k
            if passage.outer_end <= before and not self.text[passage.outer_end : before].strip():
                return k
        return None

    def ranges_of(self, joined: Joined) -> list[Range]:
        """The content's token ranges in order, merged where only punctuation or space is between, trimmed."""
        merged: list[Range] = []
        for start, end in sorted(joined.content):
            if merged and (start <= merged[-1][1] or self._blank(merged[-1][1], start)):
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        trimmed = [r for whole in merged if (r := self._trim(whole)) is not None]
        return [r for r in trimmed if len(trimmed) == 1 or any(self.doc[i].pos_ != "SCONJ" for i in range(*r))]

    def of_another(self, joined: Joined, k: int) -> bool:
        """Whether a passage within what one tells is said by somebody whom he tells of."""
        owner = self.owner.get(k)
        if owner is None or owner is joined or owner.draft is None or owner.speaker is None:
            return False
        inside = any(a <= owner.draft.head < b for a, b in joined.content)
        return inside and utters(self.doc[owner.draft.head].lemma_.lower())

    def only_frames(self, joined: Joined, ranges: list[Range]) -> bool:
        """Whether nothing but another attribution's speaker and cue is attributed: ``“…,” she said, according to``."""
        if joined.draft is None or joined.draft.frame != "according":
            return False
        frame = {i for d in self.outer if d is not joined.draft for r in (d.cue, d.speaker) if r for i in range(*r)}
        return all(i in frame or not self._says(i) for r in ranges for i in range(*r))

    def within_passage(self, whole: Range, head: int) -> Range | None:
        """The part of a range that lies in the same marked passage as ``head``, trimmed."""
        first, last = self.tokens[self.inside[head]]
        return self._trim((max(whole[0], first), min(whole[1], last)))

    def is_name(self, k: int) -> bool:
        """Whether a marked passage is a title or a nickname: capitals throughout, or named as one."""
        start, end = self.tokens[k]
        words = [t for t in self.doc[start:end] if t.is_alpha]
        if start > 0 and self.doc[start - 1].lemma_.lower() in _NAMING:
            return True
        if start > 1 and self.doc[start - 1].text == "-" and self.doc[start - 2].lower_ == "so":
            return True
        heavy = [t for t in words if t.pos_ not in {"ADP", "DET", "CCONJ", "PART", "SCONJ"}]
        capitals = all(t.text[0].isupper() for t in (heavy if len(heavy) > 1 else words))
        return len(words) > 1 and capitals and self.text[self.marked[k].end - 1] not in "?!"

    def _blank(self, start: int, end: int) -> bool:
        return all(not self._says(i) for i in range(start, end))

    def _trim(self, whole: Range) -> Range | None:
        start, end = whole
        while start < end and self._loose(start):
            start += 1
        while end > start and self._loose(end - 1):
            end -= 1
        return (start, end) if start < end else None

    def _loose(self, i: int) -> bool:
        """Whether a token at the edge of a content is no part of it: punctuation, or a conjunction to the rest."""
        return self._plain(i) and (not self._says(i) or self.doc[i].lower_ in _JOINING)

    def _plain(self, i: int) -> bool:
        """Whether a token of punctuation is no part of a marked passage and no bracket."""
        return self.inside[i] < 0 and self.doc[i].text not in {"(", ")", "[", "]"}


def _position(joined: Joined) -> Range:
    return min(joined.content) if joined.content else (0, 0)


def _distance(joined: Joined, tokens: Range) -> int:
    assert joined.draft is not None
    cue = joined.draft.cue
    return max(tokens[0] - cue[1], cue[0] - tokens[1], 0)
