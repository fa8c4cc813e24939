"""The cast of one article: its actors as they are gathered, and where each is mentioned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from spacy.tokens import Doc

from rashomon.data.countries import country_names
from rashomon.data.names import (
    fold,
    gender_of,
    given_name,
    is_abbreviation,
    is_short_form,
    organisation_key,
    same_person_name,
)
from rashomon.data.plover import sector
from rashomon.types import Actor, ActorKind, Article, Mention

Form = Literal["name", "role", "metonym", "nationality", "pronoun", "nominal"]
_RANK: dict[str, int] = {"name": 0, "metonym": 1, "nationality": 2, "role": 3, "nominal": 4, "pronoun": 5}


@dataclass(slots=True, eq=False)
class Player:
    """An actor in the making. ``cores`` are the distinguishing words of its offices (see ``offices.office_words``);
    ``noun`` is the noun that describes an actor without a name."""

    name: str
    kind: ActorKind
    country: str | None = None
    forms: dict[str, None] = field(default_factory=dict)
    roles: dict[str, None] = field(default_factory=dict)
    cores: list[tuple[frozenset[str], str | None]] = field(default_factory=list)
    genders: Counter[str] = field(default_factory=Counter)
    plural: bool = False
    named: bool = True
    noun: str = ""
    id: str = ""

    def gender(self) -> str:
        """``"m"`` or ``"f"`` where the evidence points one way, else ``""``."""
        male, female = self.genders["m"], self.genders["f"]
        if male == female:
            return ""
        strong, weak = max(male, female), min(male, female)
        return ("m" if male > female else "f") if strong >= 2 * weak else ""

    def add_role(self, role: str, core: frozenset[str], country: str | None) -> None:
        """Note an office that the text gives this actor."""
        self.roles.setdefault(role)
        if core and (core, country) not in self.cores:
            self.cores.append((core, country))


@dataclass(slots=True)
class Use:
    """One mention: characters ``[start, end)``, of the words ``first`` to ``last`` (included)."""

    start: int
    end: int
    first: int
    last: int
    player: Player
    form: Form


class Cast:
    """All actors and mentions of one Doc; grows while names, offices and speakers are resolved."""

    def __init__(self) -> None:
        self.players: list[Player] = []
        self.uses: dict[tuple[int, int], Use] = {}
        self.spoken: dict[int, Player] = {}
        self._countries: dict[str, Player] = {}
        self._organisations: dict[tuple[str, str | None], Player] = {}
        self._others: dict[tuple[ActorKind, str], Player] = {}
        self._short: dict[str, Player] = {}
        self._made: dict[tuple[int, int], Mention] = {}

    # -- finding or making actors ------------------------------------------------------------------------------

    def country(self, code: str) -> Player:
        """The country with an alpha-3 code."""
        if code not in self._countries:
            player = Player(country_names()[code], "country", code)
            self._countries[code] = self._enter(player)
        return self._countries[code]

    def organisation(self, form: str, country: str | None, canonical: str | None = None) -> Player:
        """The organisation with that name (``canonical``: the usual one), of that country as far as both are known."""
        key = organisation_key(canonical or form)
        player = self._organisations.get((key, country))
        if player is None:
            same = [p for (k, c), p in self._organisations.items() if k == key and (c is None or country is None)]
            player = same[0] if len(same) == 1 else None
        if player is None:
            player = self._enter(Player(canonical or form, "organisation", country))
        player.country = player.country or country
        self._organisations[(key, country)] = player
        self._organisations.setdefault((key, player.country), player)
        player.forms.setdefault(form)
        return player

    def organisation_like(self, form: str) -> Player | None:
        """The one organisation that ``form`` abbreviates, or begins ("Goldman" for "Goldman Sachs")."""
        organisations = list(dict.fromkeys(self._organisations.values()))
        found = [p for p in organisations if any(is_abbreviation(form, f) for f in (p.name, *p.forms))]
        if not found and " " not in form:
            found = [p for p in organisations if p.name.split()[0] == form and len(p.name.split()) == 2]
        return found[0] if len(found) == 1 else None

    def link(self, form: str, player: Player) -> None:
        """From now on ``form`` is a name of this organisation."""
        player.forms.setdefault(form)
        self._organisations[(organisation_key(form), player.country)] = player

    def other(self, form: str, kind: ActorKind, country: str | None = None, name: str | None = None) -> Player:
        """The place or group of that name."""
        key = (kind, fold(name or form))
        if key not in self._others:
            self._others[key] = self._enter(Player(name or form, kind, country))
        self._others[key].forms.setdefault(form)
        return self._others[key]

    def full_person(self, form: str) -> Player:
        """The person with a name of several words."""
        bearers = [p for p in self.people() if " " in p.name and self._same_name(p, form)]
        if len(bearers) == 1:
            player = bearers[0]
            player.forms.setdefault(form)
            if len(form) > len(player.name) and len(form.split()) >= len(player.name.split()):
                player.name = form
            return player
        player = self._enter(Player(form, "person", forms={form: None}))
        if gender := gender_of(form):
            player.genders[gender] += 10
        return player

    def _same_name(self, player: Player, form: str) -> bool:
        return all(same_person_name(form, f) for f in player.forms if " " in f)

    def short_person(self, form: str, gender: str, bearers: list[Player]) -> Player:
        """The person with that short name; ``bearers`` are those whose full name it can shorten, as introduced.

        Where two can be meant and their title does not tell, the short name stays an actor of its own.
        """
        if gender:
            bearers = [p for p in bearers if p.gender() in ("", gender)]
        if len(bearers) == 1:
            bearers[0].forms.setdefault(form)
            return bearers[0]
        return self._lone_person(form)

    def _lone_person(self, form: str) -> Player:
        """The person known by that short name alone."""
        known = self._short.get(fold(form))
        if known is None:
            known = self._enter(Player(form, "person", forms={form: None}))
            self._short[fold(form)] = known
        return known

    def bearers(self, form: str) -> list[Player]:
        """The people whose full name ``form`` can shorten, or whose given name it is."""
        people = [p for p in self.people() if " " in p.name]
        found = [p for p in people if any(is_short_form(form, f) for f in p.forms if " " in f)]
        return found or [p for p in people if " " not in form and given_name(p.name) == fold(form)]

    def unnamed(self, phrase: str, kind: ActorKind, *, plural: bool) -> Player:
        """An actor known only by a description; the same description is the same actor."""
        key = (kind, fold(phrase))
        if key not in self._others:
            self._others[key] = self._enter(Player(phrase, kind, plural=plural, named=False, forms={phrase: None}))
        return self._others[key]

    def people(self) -> list[Player]:
        """The named persons."""
        return [p for p in self.players if p.kind == "person" and p.named]

    def _enter(self, player: Player) -> Player:
        self.players.append(player)
        return player

    # -- mentions ----------------------------------------------------------------------------------------------

    def use(self, use: Use) -> None:
        """Note a mention; of two on the same characters the more telling one stays."""
        known = self.uses.get((use.start, use.end))
        if known is None or _RANK[use.form] < _RANK[known.form]:
            self.uses[(use.start, use.end)] = use

    def ordered(self) -> list[Use]:
        """The mentions by position."""
        return sorted(self.uses.values(), key=lambda u: (u.start, u.end))

    def publish(self, doc: Doc) -> None:
        """Write actors and mentions to the Doc; ids, once given, stay."""
        uses = self.ordered()
        number = sum(1 for p in self.players if p.id)
        for use in uses:
            if not use.player.id:
                number += 1
                use.player.id = f"a{number}"
        article = doc._.article
        doc._.mentions = tuple(self._mention(article, use) for use in uses)
        present = sorted((p for p in self.players if p.id), key=lambda p: int(p.id[1:]))
        doc._.actors = tuple(
            Actor(
                id=p.id,
                name=p.name,
                kind=p.kind,
                country=p.country,
                aliases=tuple(f for f in p.forms if f != p.name),
                roles=tuple(p.roles),
                sector=sector(p.kind, p.name, p.roles),
            )
            for p in present
        )
        doc.user_data["rashomon_cast"] = self

    def _mention(self, article: Article, use: Use) -> Mention:
        known = self._made.get((use.start, use.end))
        if known is None or known.actor != use.player.id or known.form != use.form:
            known = Mention(span=article.span(use.start, use.end), actor=use.player.id, form=use.form)
            self._made[(use.start, use.end)] = known
        return known


def cast_of(doc: Doc) -> Cast | None:
    """The cast that the mentions annotator left on a Doc, if it has run."""
    cast = doc.user_data.get("rashomon_cast")
    return cast if isinstance(cast, Cast) else None
