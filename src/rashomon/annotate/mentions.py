"""Who is named where: actors and their mentions, from spaCy's entities, the gazetteer and the offices in the text.

The rules are those of news style: a person is introduced by full name and office and then called by surname or office;
a country acts under its name, its capital or its seat of government; an abbreviation follows its name in brackets.
Where two actors fit, none is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from rashomon.annotate import _holders, _speakers
from rashomon.annotate._cast import Cast, Form, Player, Use, cast_of
from rashomon.annotate._descriptions import Descriptions
from rashomon.annotate._metonyms import acts
from rashomon.annotate._names import Name, NameFinder, form_genders, is_state_body, speaks
from rashomon.annotate._offices import OfficeFinder
from rashomon.annotate._words import Hit, Words, gazetteer_hits
from rashomon.annotate.document import register
from rashomon.data.countries import AMBIGUOUS
from rashomon.data.names import fold, is_abbreviation

register()

_KIN = frozenset("lady wife husband daughter son widow mother father brother sister niece nephew cousin".split())


_FAMILY = frozenset("wife husband daughter son widow mother father".split())


@Language.component(
    "rashomon_mentions",
    requires=["token.dep", "token.tag", "token.lemma", "doc.ents"],
    assigns=["doc._.actors", "doc._.mentions"],
)
def mentions(doc: Doc) -> Doc:
    """Fill ``doc._.actors`` (ids ``a1``, ``a2``, ... in order of first mention) and ``doc._.mentions``."""
    if len(doc):
        _Casting(doc).run().publish(doc)
    return doc


def resolve_speaker(doc: Doc, speaker: SpacySpan, said: Sequence[tuple[int, int]] = ()) -> str | None:
    """The id of the actor that a speaker's noun phrase or pronoun names; adds an unnamed actor where there is none.

    ``None`` means that the text does not say, or that two actors fit. Needs ``rashomon_mentions`` to have run.
    Adds mentions (of form pronoun, role or nominal) to ``doc._.mentions`` as it resolves them; call it in the order
    of the text, since a pronoun looks back at the speakers before it. ``said`` are the words that are attributed, as
    ranges of tokens.
    """
    cast = cast_of(doc)
    return None if cast is None else _speakers.resolve(doc, cast, speaker, said)


class _Casting:
    """One pass over one Doc."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.words = Words(doc)
        self.hits = gazetteer_hits(self.words)
        self.offices = OfficeFinder(self.words, self.hits).find()
        self.names = NameFinder(self.words, self.hits, self.offices).find()
        Descriptions(self.words).set_kinds(self.names)
        self.cast = Cast()
        self._name_at: dict[int, Name] = {}
        self._player_of: dict[int, Player] = {}
        self._codes = {
            (h.entry.country, h.entry.form) for h in self.hits if h.entry.kind in ("nationality", "capital", "country")
        }

    def run(self) -> Cast:
        """Gather the whole cast."""
        self._settle_overlaps()
        self._people()
        self._known_organisations()
        self._others()
        self._countries_and_places()
        self._brackets()
        holders = _holders.introduce(self.words, self.cast, self.offices)
        _holders.stand_alone(self.words, self.cast, self.offices, holders)
        _speakers.observe_pronouns(self.words, self.cast)
        self.doc.user_data["rashomon_words"] = self.words
        self.doc.user_data["rashomon_offices"] = self.offices
        return self.cast

    # -- gazetteer against names -------------------------------------------------------------------------------

    def _settle_overlaps(self) -> None:
        """Where a name and a gazetteer form overlap, decide which of them stands, or both, one within the other."""
        at = {i: hit for hit in self.hits for i in range(hit.first, hit.last + 1)}
        dropped: set[int] = set()
        kept: list[Name] = []
        for name in self.names:
            inside = list(dict.fromkeys(id(at[i]) for i in range(name.first, name.last + 1) if i in at))
            hits = [h for h in self.hits if id(h) in inside]
            if not hits:
                kept.append(name)
            elif self._same_words(name, hits):
                if self._is_person_here(name, hits[0]):
                    dropped.add(id(hits[0]))
                    kept.append(name)
            elif self._keeps(name, hits, dropped):
                kept.append(name)
        self.names = kept
        self.hits = [h for h in self.hits if id(h) not in dropped]

    def _same_words(self, name: Name, hits: list[Hit]) -> bool:
        return hits[0].first <= name.first and hits[-1].last >= name.last

    def _is_person_here(self, name: Name, hit: Hit) -> bool:
        if hit.entry.form in AMBIGUOUS:
            return name.kind == "person"
        return name.kind == "person" and (name.titled or hit.entry.kind == "place")

    def _keeps(self, name: Name, hits: list[Hit], dropped: set[int]) -> bool:
        """May the longer ``name`` stand, and do the ``hits`` in it stand beside it?"""
        first = hits[0]
        leads = first.first == name.first and first.entry.kind in ("country", "nationality")
        if name.kind == "person":
            dropped.update(id(h) for h in hits)
            return True
        if name.kind == "group" or (name.kind == "place" and first.entry.kind in ("country", "nationality")):
            return False
        if name.kind == "place":
            whole = hits[-1].entry.kind == "place" and len(hits) == 1 and hits[0].last == name.last
            dropped.update(() if whole else (id(h) for h in hits))
            return not whole
        if leads and is_state_body(self.words, first.last + 1, name.last):
            name.country = first.entry.country
            dropped.update(id(h) for h in hits[1:])
            return True
        if any(h.entry.kind == "organisation" for h in hits) and not self.words.lower[name.last].endswith("s"):
            name.hit = next(h for h in hits if h.entry.kind == "organisation")
        dropped.update(id(h) for h in hits)
        return True

    # -- people ------------------------------------------------------------------------------------------------

    def _people(self) -> None:
        people = [n for n in self.names if n.kind == "person"]
        full = [n for n in people if n.several]
        introduced: dict[int, int] = {}
        for name in full:
            player = self._enter_full(name)
            introduced.setdefault(id(player), name.first)
            self._note(name, player)
        short = [n for n in people if n.first not in self._player_of]
        genders = form_genders(self.words, short)
        owners: dict[tuple[str, str], list[Player]] = {}
        for name in short:
            gender = name.gender or genders.get(name.form, "")
            key = (name.form, gender)
            if key not in owners:
                owners[key] = self._owners(name, introduced)
            self._note(name, self.cast.short_person(name.form, gender, owners[key]))

    def _owners(self, name: Name, introduced: dict[int, int]) -> list[Player]:
        """Whom a short name can mean: of several bearers those introduced before, and of these not who is introduced
        later on as somebody's wife or child, or is called by the given name alone; more than one of them leave it open.
        So do two who come in together, as a couple, and relatives who speak themselves."""
        bearers = self.cast.bearers(name.form)
        if any(n.led and not n.titled for n in self.names if n.form == name.form):
            bearers = [p for p in bearers if not self._is_kin(introduced.get(id(p), 0))]
        earlier = [p for p in bearers if introduced.get(id(p), 0) < name.first]
        if name.titled or len(bearers) < 2:
            return bearers
        candidates = earlier or bearers
        aside = [self._is_aside(p, candidates, introduced) or self._on_first_name_terms(p) for p in candidates]
        own = [p for p, other in zip(candidates, aside, strict=True) if not other]
        return own if len(own) == 1 else candidates

    def _is_aside(self, player: Player, others: list[Player], introduced: dict[int, int]) -> bool:
        """Is this somebody's wife or child, who comes in after another and does not speak?"""
        words, first = self.words, introduced.get(id(player), 0)
        if not any(word in _FAMILY for word in words.lower[max(0, first - 3) : first]):
            return False
        couple = any(self._is_couple(introduced.get(id(p), 0), first) for p in others if p is not player)
        own = (name for name in self.names if self._player_of.get(name.first) is player)
        return not couple and not any(speaks(words, name.last) for name in own)

    def _is_couple(self, first: int, other: int) -> bool:
        """ "Tom Delgado and his wife Rosa": does one come in with the other, no verb between them?"""
        words = self.words
        between = range(first, other)
        return (
            words.together(first, other)
            and any(words.lower[i] in ("and", "&") for i in between)
            and not any(words.pos[i] in ("VERB", "AUX") for i in between)
        )

    def _on_first_name_terms(self, player: Player) -> bool:
        """Does the article also call this person by the given name alone?"""
        words, given = self.words, player.name.split()[0]
        return any(text == given and not words.capital(i + 1) for i, text in enumerate(words.text))

    def _is_kin(self, first: int) -> bool:
        """Is the person introduced as somebody's wife or son, so that "President Aldo" means somebody else?"""
        return any(word in _KIN for word in self.words.lower[max(0, first - 3) : first])

    def _enter_full(self, name: Name) -> Player:
        """A name of several words may still be a short one ("de Blasio")."""
        bearers = [p for p in self.cast.bearers(name.form) if fold(p.name) != fold(name.form)]
        return bearers[0] if len(bearers) == 1 else self.cast.full_person(name.form)

    def _note(self, name: Name, player: Player) -> None:
        if name.gender:
            player.genders[name.gender] += 10
        self._player_of[name.first] = player
        self._use(name.first, name.last, player)

    def _use(self, first: int, last: int, player: Player) -> None:
        words = self.words
        self.cast.use(Use(words.start[first], words.end[last], first, last, player, "name"))

    # -- organisations, places, groups -------------------------------------------------------------------------

    def _others(self) -> None:
        rest = [n for n in self.names if n.kind != "person"]
        for name in sorted(rest, key=lambda n: (not n.several, n.first)):
            if name.kind == "organisation":
                self._organisation(name)
            elif name.kind == "group":
                self._group(name)
            else:
                self._note(name, self.cast.other(name.form, "place"))

    def _organisation(self, name: Name) -> None:
        country = name.country or self._possessor_country(name.first)
        player = None if name.several else self.cast.organisation_like(name.form)
        if player is not None:
            self.cast.link(name.form, player)
        else:
            player = self.cast.organisation(name.form, country)
        self._note(name, player)

    def _possessor_country(self, first: int) -> str | None:
        """The country whose possessive or adjective stands directly before word ``first``."""
        before = first - 2 if self.words.is_possessive(first - 1) else first - 1
        for hit in self.hits:
            if hit.last == before and hit.entry.kind in ("country", "nationality"):
                return hit.entry.country
        return None

    def _group(self, name: Name) -> None:
        words = self.words
        plural = words.tag[name.last] in ("NNPS", "NNS") or (name.form.endswith("s") and words.pos[name.last] != "ADJ")
        if plural:
            player = self.cast.other(name.form, "group")
            player.plural = True
            self._note(name, player)

    # -- the gazetteer -----------------------------------------------------------------------------------------

    def _known_organisations(self) -> None:
        for hit in self.hits:
            entry = hit.entry
            if entry.kind == "organisation" and self._is_name(hit):
                self._hit(hit, self.cast.organisation(entry.form, entry.country, entry.name), "name")

    def _is_name(self, hit: Hit) -> bool:
        """Short forms ("ICE", "IS") are words, too, and count only where the tagger sees a name or a digit ("G20")."""
        form = hit.entry.form
        return len(form) > 3 or bool(self.words.label[hit.first]) or any(c.isdigit() for c in form)

    def _countries_and_places(self) -> None:
        for hit in self.hits:
            entry = hit.entry
            if entry.kind == "organisation":
                continue
            if entry.kind == "place" or (entry.form in AMBIGUOUS and not self._witness(hit)):
                self._hit(hit, self.cast.other(entry.form, "place", self._place_country(hit), entry.name), "name")
            elif entry.kind == "capital":
                self._capital(hit)
            elif entry.kind == "seat":
                self._seat(hit)
            elif entry.country is not None:
                player = self.cast.country(entry.country)
                player.forms.setdefault(entry.form)
                self._hit(hit, player, "name" if entry.kind == "country" else "nationality")

    def _witness(self, hit: Hit) -> bool:
        code = hit.entry.country
        if any(c == code and form != hit.entry.form for c, form in self._codes):
            return True
        return hit.entry.kind == "country" and hit.entry.form != "Georgia" and self.words.label[hit.first] == "GPE"

    def _place_country(self, hit: Hit) -> str | None:
        return None if hit.entry.form in AMBIGUOUS else hit.entry.country

    def _capital(self, hit: Hit) -> None:
        code = hit.entry.country
        assert code is not None
        if hit.entry.name != "Brussels" and acts(self.words, hit):
            player = self.cast.country(code)
            player.forms.setdefault(hit.entry.name)
            self._hit(hit, player, "metonym")
        else:
            self._hit(hit, self.cast.other(hit.entry.form, "place", code, hit.entry.name), "name")

    def _seat(self, hit: Hit) -> None:
        code = hit.entry.country
        assert code is not None
        if hit.entry.name:
            self._hit(hit, self.cast.organisation(hit.entry.form, code, hit.entry.name), "name")
            return
        player = self.cast.country(code)
        player.forms.setdefault(hit.entry.form)
        self._hit(hit, player, "metonym")

    def _hit(self, hit: Hit, player: Player, form: Form) -> None:
        self._player_of.setdefault(hit.first, player)
        self.cast.use(Use(hit.start, hit.end, hit.first, hit.last, player, form))

    # -- abbreviations -----------------------------------------------------------------------------------------

    def _brackets(self) -> None:
        """ "Federal Security Service (FSB)": the abbreviation in brackets is another name of what precedes it."""
        ends = {use.last: use for use in self.cast.ordered() if use.player.kind == "organisation"}
        for i, text in enumerate(self.words.text[:-2]):
            if text != "(" or self.words.text[i + 2] != ")" or i - 1 not in ends:
                continue
            short = self.words.text[i + 1]
            if len(short) < 2 or not short.replace(".", "").isupper():
                continue
            owner = ends[i - 1].player
            if short[0] == owner.name[0] or is_abbreviation(short, owner.name):
                self._rename(short, owner)

    def _rename(self, short: str, owner: Player) -> None:
        """Every mention of ``short`` names ``owner``."""
        self.cast.link(short, owner)
        for i, text in enumerate(self.words.text):
            if text == short:
                key = (self.words.start[i], self.words.end[i])
                self.cast.uses.pop(key, None)
                self._use(i, i, owner)
