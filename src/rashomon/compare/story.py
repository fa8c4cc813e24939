"""The comparison of one story, put together from its parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import msgspec

from rashomon.compare import actors as casting
from rashomon.compare import events as eventing
from rashomon.compare import relations as relating
from rashomon.compare import utterances as apparatus
from rashomon.compare._quote_scene import outlet_names
from rashomon.compare.align import Links, Logistic, trained, with_quotations
from rashomon.compare.attributes import attribute_findings
from rashomon.compare.coherence import Separation, separation
from rashomon.compare.contrasts import Scene
from rashomon.compare.differences import differences
from rashomon.compare.events import ToldEvent
from rashomon.compare.evidence import Indexed
from rashomon.compare.naming import naming
from rashomon.compare.opinions import Judge, Tick, heard
from rashomon.compare.overview import overview
from rashomon.compare.points import Matter, join
from rashomon.compare.predicates import predicate
from rashomon.compare.relations import Relation
from rashomon.compare.tellings import nearest, shared_words, tellings
from rashomon.data.kinds import group_of
from rashomon.data.strength import REFUSING
from rashomon.headline import headline
from rashomon.types import (
    Actor,
    Annotations,
    Article,
    Claim,
    Comparison,
    Event,
    Finding,
    JudgeReport,
    Lineage,
    Point,
    Span,
    Stance,
    Story,
    Telling,
    TimelineEntry,
    Utterance,
    Versions,
)

_BRIEF = 7
# Findings of these kinds on a point make the accounts differ there; others show a choice of words or form.
_DISSENT = {"number", "date", "place", "strength", "attribution", "cause"}
_SURE = 0.75  # how likely such a finding must be a difference
_COUNTED = 0.5  # of a number, which is looked up, too, less says enough
_WHO = 6
_RANKED = 0.45  # where a finding that is looked up and weighs nothing comes among those that are likely


class Cast(msgspec.Struct):
    """The annotated articles of one story under story-wide identifiers."""

    annotated: list[Annotations]
    actors: tuple[Actor, ...]
    accounts: list[Indexed]

    def separation(self) -> Separation | None:
        """What separates the articles, if they plainly report different events."""
        return separation(self.accounts, {a.id: a for a in self.actors})


def cast(annotated: Sequence[Annotations]) -> Cast:
    """Give actors, quotes and claims identifiers that hold throughout the story."""
    actors, ids = casting.merge(annotated)
    renamed: list[Annotations] = []
    quotes = claims = 0
    for one in annotated:
        local = {a.id: ids[one.article.id, a.id] for a in one.actors}
        statements = [q for q in one.quotes if q.statement]
        new_quotes = {q.id: f"q{quotes + n}" for n, q in enumerate(statements, 1)}
        renamed.append(_renamed(one, local, new_quotes, claims))
        quotes += len(statements)
        claims += len(one.claims)
    return Cast(renamed, actors, [Indexed(one) for one in renamed])


def _renamed(one: Annotations, actors: Mapping[str, str], quotes: Mapping[str, str], claims: int) -> Annotations:
    replace = msgspec.structs.replace
    return replace(
        one,
        actors=tuple(replace(a, id=actors[a.id]) for a in one.actors),
        mentions=tuple(replace(m, actor=actors[m.actor]) for m in one.mentions),
        quotes=tuple(
            replace(
                q,
                id=quotes[q.id],
                speaker=actors.get(q.speaker or ""),
                addressee=actors.get(q.addressee or ""),
                chain=tuple(actors[a] for a in q.chain),
            )
            for q in one.quotes
            if q.id in quotes
        ),
        claims=tuple(
            replace(
                c,
                id=f"c{claims + n}",
                voice=tuple(actors[a] for a in c.voice),
                quote=quotes.get(c.quote or ""),
            )
            for n, c in enumerate(one.claims, 1)
        ),
        events=tuple(eventing.renamed(e, actors) for e in one.events),
    )


def compare(
    cast: Cast, lineage: Lineage, versions: Versions, judge: Judge | None = None, progress: Tick | None = None
) -> Comparison:
    """Compare the articles of one story. With the model ``alignment`` among the versions it links their claims.

    A ``judge`` is asked about the links; ``progress`` is told how many of its answers are there, and of how many.
    """
    aligner = trained() if "alignment" in versions.models else Logistic()
    articles = [one.article for one in cast.annotated]
    utterances = apparatus.collate(cast.annotated)
    links = with_quotations(aligner.links(cast.accounts), utterances)
    matters = _ranked(join(links), lineage)
    scene = _scene(cast, lineage, links)
    homes = {claim.id: f"p{n}" for n, matter in enumerate(matters, 1) for claim in matter.claims}
    happened = eventing.tellings(cast.annotated, homes)
    looked_up = _looked_up(cast, matters, utterances, happened, scene)
    links = aligner.compared(links, relating.asked(matters, links, scene))
    said = None if judge is None else heard(matters, scene, judge, progress)
    relations = [relating.relations(matter, links, scene, said.verdicts if said else None) for matter in matters]
    related = _on_points(relating.findings(some, scene) for some in relations)
    findings = _numbered([*looked_up, *relating.untold(related, looked_up, scene.groups)], matters)
    points = tuple(
        _point(n, matter, articles, findings, scene, links, relations[n - 1]) for n, matter in enumerate(matters, 1)
    )
    events = eventing.rows(happened)
    return Comparison(
        versions=versions,
        story=_story(articles, cast, points, matters, lineage),
        articles=tuple(articles),
        actors=cast.actors,
        mentions=tuple(m for one in cast.annotated for m in one.mentions),
        quotes=tuple(q for one in cast.annotated for q in one.quotes),
        times=tuple(t for one in cast.annotated for t in one.times),
        events=events,
        claims=tuple(c for one in cast.annotated for c in one.claims),
        points=points,
        utterances=utterances,
        findings=findings,
        lineage=lineage,
        overview=overview(cast.annotated, points),
        timeline=_timeline(cast, events),
        judge=msgspec.UNSET if said is None else _resting(said.judged, related, findings),
    )


def _scene(cast: Cast, lineage: Lineage, links: Links) -> Scene:
    """What the findings are told of: the accounts, their outlets' names, and which of them print one text."""
    return Scene(
        accounts={account.article.id: account for account in cast.accounts},
        names=outlet_names([one.article for one in cast.annotated]),
        actors={actor.id: actor for actor in cast.actors},
        groups={article: n for n, members in enumerate(lineage.groups) for article in members},
        comparable=links.bounds.linked,
    )


def _looked_up(
    cast: Cast,
    matters: Sequence[Matter],
    utterances: Sequence[Utterance],
    happened: Sequence[ToldEvent],
    scene: Scene,
) -> list[Finding]:
    """The findings that no trained network has a say in: of quotations, claims, names, ages and events."""
    found = [
        *apparatus.findings(utterances, cast.annotated, scene.groups),
        *_on_points(differences(matter, scene) for matter in matters),
        *naming(cast.accounts, scene.actors, scene.names),
        *attribute_findings(matters, scene),
    ]
    return found + relating.untold(list(eventing.findings(happened, scene)), found, scene.groups)


def _on_points(found: Iterable[Iterable[Finding]]) -> list[Finding]:
    """The findings of each point, in the order of the points, with the point that they are on."""
    return [msgspec.structs.replace(finding, point=f"p{n}") for n, some in enumerate(found, 1) for finding in some]


def _resting(judged: JudgeReport, related: Sequence[Finding], findings: Sequence[Finding]) -> JudgeReport:
    """What a judge said, with the findings that rest on it: of those of relations the ones without a confidence."""
    own = {(f.kind, f.nonconflict, f.spans, f.reason) for f in related if f.confidence is None}
    resting = tuple(f.id for f in findings if (f.kind, f.nonconflict, f.spans, f.reason) in own)
    return msgspec.structs.replace(judged, findings=resting)


def _ranked(matters: Sequence[Matter], lineage: Lineage) -> list[Matter]:
    """Most widely shared first (independent accounts, then articles), then in the order of the accounts."""
    group = {article: n for n, members in enumerate(lineage.groups) for article in members}
    return sorted(
        matters,
        key=lambda m: (-len({group[c.article] for c in m.claims}), -len({c.article for c in m.claims})),
    )


def _numbered(findings: Sequence[Finding], matters: Sequence[Matter]) -> tuple[Finding, ...]:
    """Findings in order, each with an id and, where its spans lie in the claims of one point, that point.

    What is looked up is seldom wrong: however little it weighs, it comes before what is about as likely as not.
    """
    home: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for n, matter in enumerate(matters, 1):
        for claim in matter.claims:
            home[claim.article] += [(s.start, s.end, f"p{n}") for s in claim.spans]
    ordered = sorted(
        findings, key=lambda f: (-_rank(f), f.kind, [(s.article, s.start, s.end) for s in f.spans], f.reason)
    )
    return tuple(
        msgspec.structs.replace(f, id=f"f{n}", group=group_of(f.kind), point=f.point or _home(f.spans, home))
        for n, f in enumerate(ordered, 1)
    )


def _rank(finding: Finding) -> float:
    return finding.weight if finding.confidence is not None else _RANKED + (1 - _RANKED) * finding.weight


def _home(spans: Sequence[Span], home: Mapping[str, Sequence[tuple[int, int, str]]]) -> str | None:
    reach: dict[str, int] = {}
    shared: set[str] | None = None
    for span in spans:
        here = [
            (end - start, p) for start, end, p in home.get(span.article, ()) if start < span.end and span.start < end
        ]
        shared = {p for _, p in here} if shared is None else shared & {p for _, p in here}
        for length, p in here:
            reach[p] = reach.get(p, 0) + length
    # Claims overlap where one is a clause of the other: the tightest one is meant.
    return min(shared or (), key=lambda p: (reach[p], int(p[1:])), default=None)


def _point(
    number: int,
    matter: Matter,
    articles: Sequence[Article],
    findings: Sequence[Finding],
    scene: Scene,
    links: Links,
    relations: Sequence[Relation],
) -> Point:
    point = f"p{number}"
    texts = {a.id: a for a in articles}
    label = _label(matter)
    here = [f for f in findings if f.point == point]
    dissent = {id for f in here if _is_dissent(f, scene) for id in _dissenters(f, label.article, scene)}
    stances: dict[str, Stance] = {}
    for article in articles:
        claims = [c for c in matter.claims if c.article == article.id]
        if not claims:
            stances[article.id] = "silent"
        elif _denies(claims, matter, scene):
            stances[article.id] = "denies"
        else:
            stances[article.id] = "differs" if article.id in dissent else "says"
    members = tuple(c.id for c in matter.claims)
    told: tuple[Telling, ...] = ()
    if len({c.article for c in matter.claims}) > 1:
        apart = (*(f.sides for f in here), *relating.apart(relations, scene))
        told = tellings(matter, links, scene.accounts, relating.values(relations), apart)
    worded = texts[label.article].span(label.spans[0].start, label.spans[-1].end)
    return Point(
        id=point,
        label=shared_words([t for t in told if not t.possible], scene.accounts) or worded,
        claims=members,
        stances=stances,
        confidence=matter.confidence,
        tellings=told,
        nearest=nearest(matter, links, scene.accounts),
    )


def _is_dissent(finding: Finding, scene: Scene) -> bool:
    """Whether a finding makes accounts differ on its point, and is sure enough to say so in a word.

    An update does where the reports are of one day, so that no date of theirs tells which is the later, unless one says
    of itself that it is.
    """
    sure = finding.confidence is None or finding.confidence >= (_COUNTED if finding.kind == "number" else _SURE)
    days = {(day or "")[:10] for s in finding.sides for day in scene.published(s.article, finding.sides[0].article)[:1]}
    if finding.nonconflict == "update":
        articles = [side.article for side in finding.sides]
        return sure and len(days) == 1 and not any(scene.revised(a, b) for a, b in combinations(articles, 2))
    return sure and finding.kind in _DISSENT


def _dissenters(finding: Finding, article: str, scene: Scene) -> set[str]:
    """The accounts that do not read as the article that words the point.

    Of reprints with the same words a finding shows one; they read alike. Where the article is not among those that
    the finding shows, the reading most accounts have stands for it.
    """
    shown = {side.article: side.reading for side in finding.sides}
    # Two reprints that are shown read differently; a third is taken for the one that comes first in the alphabet.
    of_group = {scene.groups[id]: reading for id, reading in sorted(shown.items(), reverse=True)}
    readings = {id: shown.get(id, of_group[group]) for id, group in scene.groups.items() if group in of_group}
    common = sorted(Counter(shown.values()).items(), key=lambda item: (-item[1], item[0]))[0][0]
    shared = readings.get(article, common)
    return {id for id, reading in readings.items() if reading != shared or not reading}


def _denies(claims: Sequence[Claim], matter: Matter, scene: Scene) -> bool:
    """Whether an account has in the negative what another has in the affirmative, or tells that somebody denies it.

    Most of its claims deny it outright, or negate the verb by which an account that negates nothing affirms it. A
    refusal, a general truth or a deed not done that no account affirms ("we will not leave", "she did not know") is a
    statement like any other, and so is what all accounts have denied.
    """
    if not any(c.strength == "denied" or c.polarity == "negated" for c in claims):
        return False
    negating = {c.article for c in matter.claims if c.polarity == "negated"}
    affirming = [
        told
        for c in matter.claims
        if c.article not in negating and c.polarity == "affirmed"
        for told in (predicate(scene.accounts[c.article], c.spans),)
        if not told.negations and not told.governors & REFUSING  # "will stop selling" affirms no sale
    ]
    if not affirming and len({scene.groups[c.article] for c in matter.claims}) > 1:
        return False
    affirmed = frozenset[str]().union(*(told.stems for told in affirming))

    def is_denial(claim: Claim) -> bool:
        account = scene.accounts[claim.article]
        # "The cause is not known" denies nothing of "the cause is being looked into".
        negated = claim.polarity == "negated" and _is_negated(account, claim)
        return claim.strength == "denied" or (negated and bool(predicate(account, claim.spans).stems & affirmed))

    return 2 * sum(map(is_denial, claims)) > len(claims)


def _is_negated(account: Indexed, claim: Claim) -> bool:
    """Whether the main verb of a claim is negated; "nobody" and "no" negate no deed."""
    negations = [i for i in account.children(account.head_of(claim.spans)) if account.tokens[i].dep == "neg"]
    return any(account.word(i) in {"not", "n't", "never"} for i in negations)


def _label(matter: Matter) -> Claim:
    """The claim that words a point most fully: well matched by the others, in one piece, and not too short."""

    def rank(claim: Claim) -> tuple[bool, float, str, int]:
        others = [matter.score(claim, other) for other in matter.claims if other is not claim]
        length = sum(s.end - s.start for s in claim.spans)
        fullness = round(sum(others) / max(len(others), 1) + 0.06 * min(1.0, length / 80), 3)
        return len(claim.spans) > 1, -fullness, claim.article, claim.spans[0].start

    return min(matter.claims, key=rank)


def _story(
    articles: Sequence[Article], cast: Cast, points: Sequence[Point], matters: Sequence[Matter], lineage: Lineage
) -> Story:
    dates = sorted(a.published.value[:10] for a in articles if a.published)
    counts: dict[str, set[str]] = defaultdict(set)
    for one in cast.annotated:
        for mention in one.mentions:
            counts[mention.actor].add(one.article.id)
    widely = [a for a in cast.actors if len(counts[a.id]) > 1 or len(articles) == 1]
    return Story(
        title=_title(articles, cast),
        start=dates[0] if dates else None,
        end=dates[-1] if dates else None,
        places=tuple(a.id for a in widely if a.kind in {"place", "country"})[:_WHO],
        actors=tuple(a.id for a in widely if a.kind in {"person", "organisation", "group"})[:_WHO],
        brief=_brief(points, matters, lineage),
    )


def _title(articles: Sequence[Article], cast: Cast) -> str:
    """The headline that may stand for the story; without any, the first sentence."""
    first = cast.annotated[0].sentences[:1]
    return headline(articles) or (first[0].text if first else "")


def _brief(points: Sequence[Point], matters: Sequence[Matter], lineage: Lineage) -> tuple[str, ...]:
    """The points that most independent accounts share, the best supported first."""
    group = {article: n for n, members in enumerate(lineage.groups) for article in members}
    shared = []
    for point, matter in zip(points, matters, strict=True):
        groups = {group[c.article] for c in matter.claims}
        if len(groups) > 1:
            strength = sum(matter.scores.values()) / max(len(matter.scores), 1)
            shared.append((-len(groups), -round(strength, 3), int(point.id[1:]), point.id))
    return tuple(id for *_, id in sorted(shared)[:_BRIEF])


def _timeline(cast: Cast, events: Sequence[Event]) -> tuple[TimelineEntry, ...]:
    """The claims and events by the dates they tell of; relative and unresolved expressions place nothing."""
    dated: dict[str, list[str]] = defaultdict(list)
    for account in cast.accounts:
        for claim in account.annotated.claims:
            for time in account.times_in(claim.spans):
                value = (time.value or "")[:10]
                if time.type in {"DATE", "TIME"} and value[:4].isdigit() and claim.id not in dated[value]:
                    dated[value].append(claim.id)
    happened = eventing.by_date(events)
    return tuple(
        TimelineEntry(date=date, claims=tuple(dated.get(date, ())), events=tuple(happened.get(date, ())))
        for date in sorted({*dated, *happened})
    )
