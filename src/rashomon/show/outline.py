"""What a report shows and in which order, before any layout: the terminal report and the page both draw from here."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from rashomon.data.kinds import group_of
from rashomon.data.names import plain
from rashomon.data.timex import date_words
from rashomon.show.gist import headed, meaningful
from rashomon.show.pieces import (
    Account,
    Block,
    Cell,
    Collation,
    Deed,
    Dispute,
    Form,
    Moment,
    Naming,
    Part,
    PlacedVariant,
    Row,
    Silence,
    Witness,
)
from rashomon.show.words import DEED_STATUS, DEEDS, GROUPS, counted, listed, sentence, siglum, visible
from rashomon.spans import complement, lies_in, marked, merged, overlap, together
from rashomon.types import (
    Actor,
    Article,
    Claim,
    Comparison,
    Event,
    EventStatus,
    Finding,
    FindingGroup,
    FindingKind,
    Point,
    Quote,
    Side,
    Span,
    Utterance,
    Variant,
    Voice,
)

# Code points on each side of the differing words where only an excerpt is shown: a line or two of type.
_CONTEXT = 70
_STRETCH = 240  # code points from the first of several words that differ to the last that is shown with it
# So many names at most in a sentence; of more, the rest is counted.
_NAMED = 6
# Findings about how something was said stand with the utterance, even where it also makes a point.
_ABOUT_WORDS: frozenset[FindingKind] = frozenset(
    {"quote-wording", "quoted-paraphrased", "omission-within", "addressee"}
)
_PLAIN_FORMS = frozenset({"name", "pronoun", "nationality"})


# Words that lead on to what is said stand so many characters before it at most.
_LEADS_ON = 8
_MIDNIGHT = re.compile(r"T00:00(:00(\.0+)?)?$")


class Outline:
    """A comparison arranged for reading. Every property is derived from the record alone, in a fixed order."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.actors = {actor.id: actor for actor in comparison.actors}
        self.claims = {claim.id: claim for claim in comparison.claims}
        self.utterances = {utterance.id: utterance for utterance in comparison.utterances}
        self._group: dict[str, str] = {}
        for members in comparison.lineage.groups:
            self._group.update(dict.fromkeys(members, members[0]))
        self.accounts = self._name_accounts()
        self._account = {account.article.id: account for account in self.accounts}

    def _name_accounts(self) -> tuple[Account, ...]:
        articles = self.comparison.articles
        seen = Counter(article.outlet for article in articles)
        letters = {article.id: siglum(number) for number, article in enumerate(articles)}
        names = {}
        for article in articles:
            unique = article.outlet if article.outlet and seen[article.outlet] == 1 else None
            letter = letters[article.id]
            doubled = f"{article.outlet} ({letter})" if article.outlet else f"Account {letter} (no outlet given)"
            names[article.id] = unique or doubled
        return tuple(
            Account(
                article=article,
                siglum=letters[article.id],
                name=names[article.id],
                date=_published_words(article),
                same_text_as=tuple(
                    names[other.id]
                    for other in articles
                    if other.id != article.id and self.group(other.id) == self.group(article.id)
                ),
            )
            for article in articles
        )

    def group(self, article: str) -> str:
        """The independent account that an article belongs to, named by its first article."""
        return self._group.get(article, article)

    def account(self, article: str) -> Account:
        """The account with this article id."""
        return self._account[article]

    @property
    def copies(self) -> tuple[str, ...]:
        """The letters of the accounts that have the text of one before them."""
        return tuple(a.siglum for a in self.accounts if self.group(a.article.id) != a.article.id)

    def sigla(self, part: Part) -> str:
        """The letters of the accounts whose words a part shows."""
        return " ".join(dict.fromkeys(self.account(side.article).siglum for side in part.sides))

    def by_words(self, spans: Iterable[Span]) -> list[list[Span]]:
        """Passages in order, those of the very same words together."""
        found: dict[str, list[Span]] = {}
        for span in spans:
            found.setdefault(" ".join(span.text.split()), []).append(span)
        return list(found.values())

    def actor_name(self, actor: str | None) -> str | None:
        """The name of an actor; ``None`` stays ``None``, since unknown is an answer."""
        if actor is None:
            return None
        return self.actors[actor].name if actor in self.actors else actor

    def places(self) -> tuple[str, ...]:
        """The places of the story by name."""
        return tuple(
            self.actors[place].name if place in self.actors else place for place in self.comparison.story.places
        )

    def place(self, span: Span) -> str:
        """Where in its article a span begins: a paragraph, the headline, furniture, or bare offsets."""
        for block in self.blocks(span.article):
            if block.span.start <= span.start < max(block.span.end, block.span.start + 1):
                return f"¶{block.number}" if block.number else block.kind
        return f"{span.article}:{span.start}–{span.end}"

    def title_span(self) -> Span | None:
        """Where the story's title stands as a headline, if it is an article's own."""
        for article in self.comparison.articles:
            for heading in article.headings:
                if heading.text == self.comparison.story.title:
                    return heading
        return None

    def title_account(self) -> Account | None:
        """The account whose headline is the story's title."""
        title = self.comparison.story.title
        return next((a for a in self.accounts if title and a.article.title == title), None)

    def independence(self) -> str:
        """How many accounts there are and how many are independent, and which share a text, in one sentence or two."""
        total, independent = len(self.accounts), self.comparison.lineage.independent
        if total == independent:
            others = "the other" if total == 2 else "the others"
            told = f"{counted(total, 'account')}, each independent of {others} as far as their texts show."
        else:
            told = f"{counted(total, 'account')}, {independent} of them independent."
        agencies = {self.group(e.target): e.agency for e in self.comparison.lineage.edges if e.agency}
        shared = []
        for members in self.comparison.lineage.groups:
            if len(members) > 1:
                names = listed([self.account(m).name for m in members], _NAMED)
                agency = agencies.get(members[0])
                shared.append(f"{names} print {f'the text of {agency}' if agency else 'one text'} and count once.")
        return " ".join([told, *shared, *self._credited()])

    def _credited(self) -> list[str]:
        """Whose text accounts say that they print, where it is not their own, in one sentence if any do.

        What is said of those that print one text of an agency is not said again.
        """
        known = {(self.group(e.target), e.agency) for e in self.comparison.lineage.edges}
        by_credits: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for account in self.accounts:
            outlet, group = (account.article.outlet or "").lower(), self.group(account.article.id)
            credited = (c for c in account.article.credits if c.lower() not in outlet and (group, c) not in known)
            by_credits[tuple(map(visible, credited))].append(account.siglum)
        told = (
            f"{listed(sigla, _NAMED)} {'credit' if len(sigla) > 1 else 'credits'} {listed(credits)}"
            for credits, sigla in by_credits.items()
            if credits
        )
        said = "; ".join(told)
        return [f"{said}."] if said else []

    def told(self, row: Row) -> str:
        """How many accounts tell a point, how many of these are independent and how many deny it."""
        denied = f"; {counted(row.denials, 'denies it', 'deny it')}" if row.denials else ""
        if not row.accounts:
            return f"denied by {self._share(row.denials)}"
        independent = f", {row.independent} independent" if row.independent < row.accounts else ""
        return f"told by {self._share(row.accounts)}{independent}{denied}"

    def _share(self, number: int) -> str:
        total = len(self.accounts)
        if number < total:
            return f"{number} of {counted(total, 'account')}"
        return "both accounts" if total == 2 else f"all {total} accounts"

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All points, those told by most independent accounts first, of these the ones that are surely one matter.

        Of these those in which the accounts differ.
        """
        rows = [self._row(point) for point in self.comparison.points]
        return tuple(sorted(rows, key=lambda row: (-row.independent, row.loose, not row.differs, -row.accounts)))

    def _row(self, point: Point) -> Row:
        spans: dict[str, list[Span]] = {}
        for claim in self._claims(point.claims):
            spans.setdefault(claim.article, []).extend(claim.spans)
        cells = tuple(
            Cell(
                a,
                point.stances.get(a.article.id, "silent"),
                tuple(spans.get(a.article.id, ())),
                tuple(t for t in point.tellings if t.article == a.article.id and not t.possible),
                point.nearest.get(a.article.id),
                self._values.get((point.id, a.article.id)),
                tuple(t for t in point.tellings if t.article == a.article.id and t.possible),
            )
            for a in self.accounts
        )
        tell = [c.account.article.id for c in cells if c.stance in ("says", "differs")]
        return Row(
            point=point,
            gist=self._gist(point),
            cells=cells,
            accounts=len(tell),
            independent=len({self.group(article) for article in tell}),
            denials=sum(c.stance == "denies" for c in cells),
        )

    def _gist(self, point: Point) -> tuple[Span, ...]:
        """Of one telling the clause, or what others have, too; the label of the point where little is set apart."""
        telling = next((t for t in point.tellings if not t.possible and lies_in(point.label, t.passage)), None)
        if telling is None:
            return (point.label,)
        own = self._values.get((point.id, telling.article))
        marks = (own, telling.value, *self._disputed.get(telling.article, ()))
        set_off = [mark for mark in marks if mark is not None and overlap(mark, telling.passage)]
        claims = [claim.spans for claim in self._claims(point.claims) if lies_in(claim.spans[0], telling.passage)]
        return headed(telling, point.label, claims, set_off, self._frames.get(telling.article, ()))

    @cached_property
    def _disputed(self) -> Mapping[str, Sequence[Span]]:
        """By article the words that findings set off: none of them heads a row."""
        found: dict[str, list[Span]] = {}
        for finding in self.comparison.findings:
            for side in finding.sides:
                found.setdefault(side.article, []).extend(meaningful(side.marks))
        return found

    @cached_property
    def _frames(self) -> Mapping[str, Sequence[Span]]:
        """By article the words for who speaks and that he does."""
        found: dict[str, list[Span]] = {}
        for quote in self.comparison.quotes:
            for span in (quote.cue, quote.speaker_span):
                if span is not None:
                    found.setdefault(span.article, []).append(span)
        return found

    @cached_property
    def _values(self) -> Mapping[tuple[str, str], Span]:
        """For a point and an article the words by which that tells it otherwise, so that a row speaks of one thing.

        Of what the findings of a point set off, else of what its tellings do, it is the thing that most accounts word;
        an account that is said to differ, and does so in something else, has its own.
        """
        told: dict[str, list[dict[str, Span]]] = {point.id: [] for point in self.comparison.points}
        for finding in self.comparison.findings:
            if finding.point in told:
                told[finding.point].append({s.article: m for s in finding.sides for m in meaningful(s.marks)[:1]})
        found: dict[tuple[str, str], Span] = {}
        for point in self.comparison.points:
            values = {t.article: t.value for t in point.tellings if t.value is not None and not t.possible}
            of_findings = together(told[point.id])
            set_off = together([values], of_findings)
            one = max(set_off[: len(of_findings)] or set_off, key=len)
            own = {a: span for some in (values, *reversed(told[point.id])) for a, span in some.items()}
            differing = {a: span for a, span in own.items() if point.stances.get(a) == "differs"}
            found |= {(point.id, article): span for article, span in (differing | one).items()}
        return found

    def _claims(self, ids: Iterable[str]) -> list[Claim]:
        return [self.claims[id] for id in ids if id in self.claims]

    @cached_property
    def _row_by_point(self) -> dict[str, Row]:
        return {row.point.id: row for row in self.rows}

    @cached_property
    def brief(self) -> tuple[Row, ...]:
        """The points that most independent accounts share, as the story names them; else those that some do."""
        rows = [self._row_by_point[id] for id in self.comparison.story.brief if id in self._row_by_point]
        return tuple([row for row in rows if self._most_speak(row)] or rows)

    @property
    def brief_title(self) -> str:
        """What is said above the points of the brief."""
        most = all(map(self._most_speak, self.brief))
        return "What most accounts share" if most else "What several accounts share"

    def _most_speak(self, row: Row) -> bool:
        return 2 * len(self._speaking(row)) > self.comparison.lineage.independent

    @cached_property
    def shared(self) -> tuple[Row, ...]:
        """The points that at least two independent accounts speak to, in whatever way, and those that one denies."""
        return tuple(row for row in self.rows if len(self._speaking(row)) > 1 or row.denials)

    @cached_property
    def matters(self) -> tuple[Row, ...]:
        """The points that two independent accounts or more tell in words that can be set side by side."""
        return tuple(
            row for row in self.shared if len({self.group(c.account.article.id) for c in row.cells if c.tellings}) > 1
        )

    @cached_property
    def _told_at(self) -> dict[str, list[tuple[int, int]]]:
        """By article where it tells what others tell, too: the place, and the number of the matter."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, row in enumerate(self.matters, 1):
            for telling in (t for cell in row.cells for t in cell.tellings):
                found[telling.article].append((telling.passage.start, number))
        return found

    def points_at(self, span: Span) -> list[int]:
        """The numbers of the matters (as they stand in :attr:`matters`, from 1) that are told in a stretch of text."""
        return sorted({n for at, n in self._told_at.get(span.article, ()) if span.start <= at < span.end})

    @cached_property
    def openings(self) -> tuple[tuple[Account, Span | None, Span | None], ...]:
        """Each account with its headline, where that stands in its text, and its first paragraph."""
        return tuple(
            (a, next(iter(a.article.headings), None), next(iter(a.article.paragraphs), None)) for a in self.accounts
        )

    @cached_property
    def prominence(self) -> tuple[tuple[Row, tuple[tuple[int, int] | None, ...]], ...]:
        """The points of the brief, each with the paragraph in which every account tells it first, and of how many."""
        told = self.comparison.overview.prominence
        sizes = [max(1, len(a.article.paragraphs)) for a in self.accounts]
        return tuple(
            (
                row,
                tuple(
                    (told[row.point.id][a.article.id], size) if a.article.id in told[row.point.id] else None
                    for a, size in zip(self.accounts, sizes, strict=True)
                ),
            )
            for row in self.brief
            if row.point.id in told
        )

    @cached_property
    def most_words(self) -> int:
        """The most words that an account lets one speaker say."""
        return max((voice.words for voice in self.comparison.overview.voices), default=1)

    @cached_property
    def voices(self) -> tuple[tuple[str, tuple[Voice | None, ...]], ...]:
        """The speakers by name, those with most words first, each with how much every account lets them say."""
        found: dict[str, dict[str, Voice]] = {}
        for voice in self.comparison.overview.voices:
            found.setdefault(voice.actor, {})[voice.article] = voice
        order = sorted(
            found.items(), key=lambda item: (-len(item[1]), -sum(v.words for v in item[1].values()), item[0])
        )
        return tuple(
            (self.actor_name(actor) or actor, tuple(said.get(a.article.id) for a in self.accounts))
            for actor, said in order
        )

    def has_row(self, row: Row) -> bool:
        """Whether a point stands in the matrix."""
        return row.point.id in self._shared_ids

    @cached_property
    def _shared_ids(self) -> frozenset[str]:
        return frozenset(row.point.id for row in self.shared)

    def _speaking(self, row: Row) -> set[str]:
        return {self.group(cell.account.article.id) for cell in row.cells if cell.stance != "silent"}

    @cached_property
    def silences(self) -> tuple[Silence, ...]:
        """For each independent account, what it alone reports and what it leaves out of what most others report."""
        groups: dict[str, list[Account]] = {}
        for account in self.accounts:
            groups.setdefault(self.group(account.article.id), []).append(account)
        most = [row for row in self.shared if row.independent * 2 > self.comparison.lineage.independent]
        speaking = {row.point.id: self._speaking(row) for row in self.rows}
        found = []
        for group, members in groups.items():
            missing = tuple(row for row in most if group not in speaking[row.point.id])
            found.append(
                Silence(
                    accounts=tuple(members),
                    alone=tuple(
                        row for row in self.rows if speaking[row.point.id] == {group} and self._is_told_alone(row)
                    ),
                    missing=missing,
                    only_missing=tuple(row for row in missing if len(speaking[row.point.id]) == len(groups) - 1),
                )
            )
        return tuple(silence for silence in found if silence.alone or silence.missing)

    def _is_told_alone(self, row: Row) -> bool:
        """Whether a point that one account makes is a report of its own.

        It is none where all that it says is that somebody spoke ("After the talks Korn said"), and none where others
        report the same words of his, which then stand among the utterances.
        """
        claims = self._claims(row.point.claims)
        spoken = (overlap(span, told) for claim in claims for span in claim.spans for told in self._shared_speech)
        return not all(map(self._is_frame, claims)) and not any(spoken)

    def _is_frame(self, claim: Claim) -> bool:
        """Whether a claim is what stands around somebody's words: it holds the cue, or the speaker just before them."""
        return any(
            (quote.cue is not None and lies_in(quote.cue, span))
            or (
                quote.speaker_span is not None
                and lies_in(quote.speaker_span, span)
                and 0 <= quote.content[0].start - span.end <= _LEADS_ON
            )
            for span in claim.spans
            for quote in self._quotes[claim.article]
            if quote.id != claim.quote
        )

    @cached_property
    def _quotes(self) -> Mapping[str, Sequence[Quote]]:
        found: dict[str, list[Quote]] = {article.id: [] for article in self.comparison.articles}
        for quote in self.comparison.quotes:
            found[quote.content[0].article].append(quote)
        return found

    @cached_property
    def _shared_speech(self) -> Sequence[Span]:
        """The passages that render utterances which several independent accounts have."""
        found: list[Span] = []
        for utterance in self.comparison.utterances:
            spans = [utterance.base, *(f.span for f in utterance.fragments), *(p.span for p in utterance.paraphrases)]
            if len({self.group(span.article) for span in spans}) > 1:
                found += spans
        return found

    @cached_property
    def disputes(self) -> tuple[Dispute, ...]:
        """All findings that are differences, gathered by what they are about, the weightiest first."""
        return self._gather(f for f in self.comparison.findings if f.kind != "not-a-conflict")

    @property
    def difference_count(self) -> int:
        """How many findings are differences."""
        return sum(len(dispute.findings) for dispute in self.disputes)

    @cached_property
    def grouped(self) -> tuple[tuple[FindingGroup, tuple[Dispute, ...], int], ...]:
        """The disputes in the groups of ``words.GROUPS``, each with how many findings it has; no empty group.

        A dispute stands in the first group that one of its findings belongs to.
        """
        found: dict[FindingGroup, list[Dispute]] = {group: [] for group in GROUPS}
        for dispute in self.disputes:
            groups = {group_of(f.kind) for f in dispute.findings}
            found[next(group for group in GROUPS if group in groups)].append(dispute)
        return tuple((group, tuple(some), sum(len(d.findings) for d in some)) for group, some in found.items() if some)

    @property
    def kinds(self) -> list[tuple[FindingKind, int]]:
        """The kinds of difference that occur, the most frequent first."""
        return Counter(f.kind for dispute in self.disputes for f in dispute.findings).most_common()

    @cached_property
    def non_conflicts(self) -> tuple[Part, ...]:
        """What only looks like a conflict."""
        return self.parts(f for f in self.comparison.findings if f.kind == "not-a-conflict")

    def _gather(self, findings: Iterable[Finding]) -> tuple[Dispute, ...]:
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in findings:
            named = [("point", finding.point), ("utterance", finding.utterance), ("actor", finding.actor)]
            if finding.kind in _ABOUT_WORDS:
                named.insert(0, named.pop(1))
            key = next(((kind, id) for kind, id in named if id is not None), ("finding", finding.id))
            groups.setdefault(key, []).append(finding)
        return tuple(
            Dispute(
                key=f"{kind}-{id}",
                findings=tuple(members),
                parts=self.parts(members),
                row=self._row_by_point.get(id) if kind == "point" else None,
                utterance=self.utterances.get(id) if kind == "utterance" else None,
                actor=self.actors.get(id) if kind == "actor" else None,
            )
            for (kind, id), members in groups.items()
        )

    def parts(self, findings: Iterable[Finding]) -> tuple[Part, ...]:
        """Findings over the same passages, and those of one kind that share one, together.

        A reader so meets a passage once, where a difference among many accounts comes as a finding for each pair.
        """
        parts: list[tuple[list[Finding], set[Span]]] = []
        places: dict[str, int] = {}
        for number, finding in enumerate(findings):
            places[finding.id] = number
            passages = {side.passage for side in finding.sides}
            members, covered = [finding], set(passages)
            rest = []
            for part in parts:
                same_kind = any(f.kind == finding.kind for f in part[0]) and not part[1].isdisjoint(passages)
                if part[1] == passages or same_kind:
                    members, covered = [*part[0], *members], covered | part[1]
                else:
                    rest.append(part)
            parts = [*rest, (members, covered)]
        parts.sort(key=lambda part: min(places[f.id] for f in part[0]))
        return tuple(Part(tuple(_by_kind(members)), self._joined_sides(members)) for members, _ in parts)

    def _joined_sides(self, findings: Sequence[Finding]) -> tuple[Side, ...]:
        passages: dict[Span, dict[Span, None]] = {}
        for finding in findings:
            for side in self.sides(finding):
                passages.setdefault(side.passage, {}).update(dict.fromkeys(side.marks))
        return tuple(
            Side(article=passage.article, passage=passage, marks=tuple(sorted(marks, key=lambda m: (m.start, m.end))))
            for passage, marks in passages.items()
        )

    @property
    def judged(self) -> str:
        """What was asked of a model that a person brought along, and what came of it; empty where none was."""
        judge = self.comparison.judge
        if not judge:
            return ""
        told = [f"The model {visible(judge.model)} was asked about {judge.asked} of {counted(judge.links, 'link')}"]
        one = len(judge.findings) == 1
        resting = "rests on its word alone and is" if one else "rest on its word alone and are"
        told.append(f"{counted(len(judge.findings), 'finding')} {resting} marked")
        if judge.refused:
            told.append(f"{counted(judge.refused, 'answer')} did not keep to the kinds and the words, and do not count")
        if judge.unanswered:
            told.append(f"{counted(judge.unanswered, 'question')} had no answer: there the program's own stands")
        return "; ".join(told) + "."

    def reason(self, finding: Finding) -> str:
        """Why a finding is one, as a sentence that calls the accounts by the names they have in the report.

        Where it only says who has which words, the accounts' letters stand before these. What rests on a model that a
        person brought along says so.
        """
        judge = self.comparison.judge
        by = f" Named by {visible(judge.model)}." if judge and finding.id in judge.findings else ""
        return self._reason(finding) + by

    def _reason(self, finding: Finding) -> str:
        text = finding.reason
        readings = [(self.account(side.article).siglum, side.reading) for side in finding.sides]
        if (
            len(readings) > 1
            and all(f"“{said}”: " in text or not said for _, said in readings)
            and any(said for _, said in readings)
        ):
            return (
                "; ".join(
                    f"{letter} “{said}”" if said else f"{letter} has nothing there"
                    for letter, said in readings
                    if said or finding.kind == "omission-within"
                )
                + "."
            )
        for account in self.accounts:
            text = text.replace(f"{account.article.outlet} ({account.article.id})", account.name)
            if account.article.outlet is None:
                name = rf"(?<![\w.,]){re.escape(account.article.id)}(?!\w)"
                text = re.sub(name, f"Account {account.siglum}", text)
        return sentence(text)

    def sides(self, finding: Finding) -> tuple[Side, ...]:
        """A finding's sides, each different wording once before any comes again.

        Where a side lacks words of the utterance that another has, it gets an empty mark.
        """
        empty = [span for span in finding.spans if span.start == span.end]
        if finding.kind in ("quote-wording", "omission-within") and finding.utterance in self.utterances:
            variants = self.utterances[finding.utterance].variants
            empty += [span for variant in variants for span in variant.spans if span.start == span.end]
        first: list[Side] = []
        again: list[Side] = []
        seen: set[tuple[str, ...]] = set()
        for side in finding.sides:
            wording = tuple(plain(mark.text) for mark in side.marks)
            marks = side.marks + tuple(s for s in dict.fromkeys(empty) if lies_in(s, side.passage))
            (again if wording in seen else first).append(Side(article=side.article, passage=side.passage, marks=marks))
            seen.add(wording)
        return (*first, *again)

    @cached_property
    def collations(self) -> tuple[Collation, ...]:
        """Every utterance, those that several accounts carry first."""
        return tuple(sorted((self._collate(u) for u in self.comparison.utterances), key=lambda c: not c.shared))

    def _collate(self, utterance: Utterance) -> Collation:
        length = len(utterance.base.text)
        quoted: dict[str, list[tuple[Span, tuple[int, int]]]] = {
            utterance.base.article: [(utterance.base, (0, length))]
        }
        for fragment in utterance.fragments:
            quoted.setdefault(fragment.span.article, []).append((fragment.span, fragment.at))
        witnesses = [
            Witness(self.account(article), tuple(dict(parts)), merged(at for _, at in parts), quoted=True)
            for article, parts in quoted.items()
        ]
        for paraphrase in utterance.paraphrases:
            kept = complement(paraphrase.drops, length)
            witnesses.append(Witness(self.account(paraphrase.span.article), (paraphrase.span,), kept, quoted=False))
        order = {account.siglum: number for number, account in enumerate(self.accounts)}
        base = self.account(utterance.base.article)
        witnesses.sort(key=lambda w: (not w.quoted, w.account.siglum != base.siglum, order[w.account.siglum]))
        return Collation(
            utterance=utterance,
            speaker=self.actor_name(utterance.speaker),
            setting=self._setting(utterance.base),
            account=base,
            witnesses=tuple(witnesses),
            readings=tuple(self._reading(utterance.base, v) for v in sorted(utterance.variants, key=lambda v: v.at)),
        )

    def _setting(self, base: Span) -> str:
        around = [
            quote for quote in self.comparison.quotes for span in (*quote.content, *quote.quoted) if lies_in(base, span)
        ]
        if not around:
            return ""
        quote = min(around, key=lambda q: (sum(s.end - s.start for s in q.content), q.id))
        outer = [name for name in map(self.actor_name, quote.chain[:-1]) if name]
        told = [f"through {' and '.join(outer)}"] if outer else []
        if quote.polarity == "negated":
            told.append("a negation stands outside the marks")
        if quote.modality is not None:
            told.append(f"outside the marks stands “{visible(quote.modality.text)}”")
        return "; ".join(told)

    def _reading(self, base: Span, variant: Variant) -> PlacedVariant:
        lemma = self.within(base, variant.at) if variant.base.strip() else None
        return PlacedVariant(
            variant, lemma, tuple(self.account(id) for id in dict.fromkeys(s.article for s in variant.spans))
        )

    def within(self, base: Span, at: tuple[int, int]) -> Span:
        """The span at offsets into a base text, without the white space around it."""
        text = base.text[at[0] : at[1]]
        start = base.start + at[0] + len(text) - len(text.lstrip())
        return self.account(base.article).article.span(start, max(start, base.start + at[0] + len(text.rstrip())))

    @cached_property
    def namings(self) -> tuple[Naming, ...]:
        """The actors that two or more accounts name, where they do not all use one name."""
        found: dict[str, dict[str, tuple[list[Span], list[Span]]]] = {}
        for mention in self.comparison.mentions:
            if mention.form == "pronoun" or mention.actor not in self.actors:
                continue
            uses = found.setdefault(mention.actor, {}).setdefault(mention.span.article, ([], []))
            uses[self._inside_marks(mention.span)].append(mention.span)
        namings = []
        for actor in self.comparison.actors:
            named = found.get(actor.id, {})
            forms = {frozenset(plain(s.text) for s in (*own, *quoted)) for own, quoted in named.values()}
            if len(named) > 1 and len(forms) > 1:
                rows = ((a, *named[a.article.id]) for a in self.accounts if a.article.id in named)
                namings.append(Naming(actor, tuple((a, _forms(own), _forms(quoted)) for a, own, quoted in rows)))
        return tuple(sorted(namings, key=lambda naming: -len(naming.uses)))

    @cached_property
    def _marked(self) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for quote in self.comparison.quotes:
            for span in marked(quote):
                found.setdefault(span.article, []).append(span)
        return found

    def _inside_marks(self, span: Span) -> bool:
        return any(q.start <= span.start and span.end <= q.end for q in self._marked.get(span.article, ()))

    @cached_property
    def timeline(self) -> tuple[Moment, ...]:
        """What happened by its dates, last what has none; with the dated passages on what several accounts tell."""
        deeds: dict[str | None, list[Deed]] = {}
        for event in self.comparison.events:
            deeds.setdefault(event.date, []).append(self._deed(event))
        shared = {claim for row in self.rows if row.accounts > 1 for claim in row.point.claims}
        told = {entry.date: [id for id in entry.claims if id in shared] for entry in self.comparison.timeline}
        moments = []
        for date in sorted({*told, *(date for date in deeds if date)}):
            here = sorted(deeds.get(date, ()), key=lambda deed: -deed.accounts)
            spans = dict.fromkeys(span for claim in self._claims(told.get(date, ())) for span in claim.spans[:1])
            own = [span for deed in here for span in deed.event.spans]
            others = tuple(span for span in spans if not any(overlap(span, s) for s in own))
            moments.append(Moment(date, date_words(date), tuple(here), others))
        undated = sorted(deeds.get(None, ()), key=lambda deed: -deed.accounts)
        moments.append(Moment(None, "No date told", tuple(undated)))
        return tuple(moment for moment in moments if moment.deeds or moment.spans)

    def deed_words(self, deed: Deed) -> str:
        """Who does what to whom, and who tells it as what, in one line."""
        parties = " → ".join(listed(names) for names in (deed.actors, deed.recipients) if names)
        told = "; ".join(f"{DEED_STATUS[s]} in {', '.join(a.siglum for a in accounts)}" for s, accounts in deed.told)
        return f"{parties}: {deed.what} ({told})"

    def _names(self, ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.actors[id].name for id in ids if id in self.actors)

    def _deed(self, event: Event) -> Deed:
        actors, recipients = (self._names(ids) for ids in (event.actors, event.recipients))
        place = self.actors.get(event.place or "")
        where = f", {place.name}" if place is not None else ""
        told: dict[EventStatus, list[Account]] = {}
        for article, status in event.accounts.items():
            told.setdefault(status, []).append(self.account(article))
        by_status = tuple((status, tuple(told[status])) for status in DEED_STATUS if status in told)
        return Deed(event, actors, recipients, f"{DEEDS[event.type]}{where}", by_status)

    def blocks(self, article: str) -> tuple[Block, ...]:
        """The whole text of an article in order, in blocks; only white space is left between them."""
        return self._blocks[article]

    @cached_property
    def _blocks(self) -> dict[str, tuple[Block, ...]]:
        return {account.article.id: self._divide(account.article) for account in self.accounts}

    def _divide(self, article: Article) -> tuple[Block, ...]:
        parts = [("paragraph", s) for s in article.paragraphs]
        parts += [("headline", s) for s in article.headings]
        parts += [("page furniture", s) for s in article.furniture]
        blocks: list[Block] = []
        at = number = 0
        for kind, span in [
            *sorted(parts, key=lambda p: (p[1].start, p[1].end)),
            ("", article.span(len(article.text), len(article.text))),
        ]:
            gap = article.text[at : span.start]
            if gap.strip():
                left = at + len(gap) - len(gap.lstrip())
                blocks.append(Block("unclassified text", article.span(left, left + len(gap.strip()))))
            at = max(at, span.end)
            if kind == "paragraph":
                number += 1
                blocks.append(Block(kind, span, number))
            elif kind:
                blocks.append(Block("cross-head" if kind == "headline" and number else kind, span))
        return tuple(blocks)

    def annotated_blocks(self, article: str) -> tuple[Block, ...]:
        """The blocks of an article, each paragraph with what was read off it."""
        quotes = [q for q in self.comparison.quotes if q.content and q.content[0].article == article]
        times = [t for t in self.comparison.times if t.span.article == article]
        names = self._first_names(article)
        sides = [(side.passage, f) for f in self.comparison.findings for side in f.sides if side.article == article]
        blocks = []
        for block in self.blocks(article):
            start, end = block.span.start, block.span.end
            blocks.append(
                Block(
                    kind=block.kind,
                    span=block.span,
                    number=block.number,
                    quotes=tuple(q for q in quotes if start <= q.content[0].start < end),
                    times=tuple(t for t in times if start <= t.span.start < end),
                    names=tuple((s, actor) for s, actor in names if start <= s.start < end),
                    findings=tuple(dict.fromkeys(f for passage, f in sides if start <= passage.start < end)),
                )
            )
        return tuple(blocks)

    def _first_names(self, article: str) -> list[tuple[Span, Actor]]:
        """The first use of each name whose bearer a reader has to be told: an office, a capital, a description."""
        here = [m for m in self.comparison.mentions if m.span.article == article and m.actor in self.actors]
        named = {(m.actor, at) for m in here if m.form == "name" for at in (m.span.start, m.span.end)}
        seen: set[tuple[str, str]] = set()
        found = []
        for mention in here:
            key = (mention.actor, plain(mention.span.text))
            beside = (
                (mention.actor, at) for at in (mention.span.end + 1, mention.span.end + 2, mention.span.start - 2)
            )
            if mention.form in _PLAIN_FORMS or key in seen or not named.isdisjoint(beside):
                continue
            if plain(self.actors[mention.actor].name) != key[1]:
                seen.add(key)
                found.append((mention.span, self.actors[mention.actor]))
        return found


def excerpt_range(side: Side) -> tuple[int, int]:
    """The stretch of a side's passage around the words that differ, cut at spaces; its beginning if none differ.

    Of words far apart those that stand near the first.
    """
    first, last = side.passage.start, side.passage.end
    if side.marks:
        at = side.marks[0].start
        inner = (at, max(m.end for m in side.marks if m is side.marks[0] or m.end - at <= _STRETCH))
        start, end = inner[0] - _CONTEXT, inner[1] + _CONTEXT
    else:
        inner = (first, first)
        start, end = first, first + 2 * _CONTEXT
    text = side.passage.text
    if start > first:
        cut = text.find(" ", start - first, inner[0] - first)
        start = first + cut + 1 if cut >= 0 else inner[0]
    if end < last:
        cut = text.rfind(" ", inner[1] - first, end - first)
        end = first + cut if cut >= 0 else max(inner[1], end)
    return max(start, first), min(end, last)


def _by_kind(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of one kind next to each other, the kinds in the order in which they first come."""
    order = list(dict.fromkeys(f.kind for f in findings))
    return sorted(findings, key=lambda f: order.index(f.kind))


def _published_words(article: Article) -> str:
    if article.published is None:
        return "date unknown"
    # Midnight to the second is what is written where no time of day is known.
    value = _MIDNIGHT.sub("", article.published.value)
    return date_words(value) + (" (inferred from the text)" if article.published.inferred else "")


def _forms(spans: Sequence[Span]) -> tuple[Form, ...]:
    by_text: dict[str, list[Span]] = {}
    for span in spans:
        by_text.setdefault(plain(span.text), []).append(span)
    return tuple(Form(uses[0], len(uses)) for uses in by_text.values())
