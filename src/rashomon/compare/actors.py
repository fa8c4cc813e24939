"""One cast for a story: which actors of its articles are the same person, organisation, country or place.

Articles introduce people differently ("Sergei" / "Sergey", by surname alone, with or without an office); two actors are
joined when their names allow it and nothing the articles say forbids it. Where one name fits two actors of the story it
joins neither. The result does not depend on the order of the articles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rashomon.data.countries import entry_at
from rashomon.data.names import (
    family_first,
    fold,
    gender_of,
    generation,
    given_name,
    given_names_agree,
    is_abbreviation,
    is_short_form,
    organisation_key,
    same_person_name,
    spelling_variants,
    surname,
    words,
)
from rashomon.data.offices import given_name_genders, office_words
from rashomon.data.plover import sector
from rashomon.types import Actor, ActorKind, Annotations

_Key = tuple[str, str]
_PERSONAL = frozenset({"he", "she", "him", "her", "his"})
_NAMING = frozenset({"name", "metonym", "nationality", "role"})


def merge(annotated: Sequence[Annotations]) -> tuple[tuple[Actor, ...], dict[tuple[str, str], str]]:
    """The story's actors, and for each ``(article id, local actor id)`` the story-wide id.

    Ids are ``a1``, ``a2``, ... by number of articles, then of mentions (both falling), then name. All written forms of
    a name are among an actor's ``aliases``, different spellings of one name too.
    """
    groups = _Joining(_collect(annotated)).run()
    groups.sort(key=lambda g: (-len(g.articles), -g.mentions, fold(g.name), g.kind, g.country or "", min(g.keys)))
    actors = tuple(_actor(f"a{number}", group) for number, group in enumerate(groups, 1))
    ids = {key: f"a{number}" for number, group in enumerate(groups, 1) for key in group.keys}
    return actors, dict(sorted(ids.items()))


@dataclass(slots=True, eq=False)
class _Group:
    """Local actors taken to be one.

    ``names`` weighs the names that the articles settled on by mentions, ``forms`` counts how often each written form is
    used. Not ``named`` are those known by a description alone ("an aide to the mayor"): the same words join them.
    """

    name: str
    kind: ActorKind
    keys: list[_Key]
    countries: set[str] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    forms: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    roles: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    pronouns: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    mentions: int = 0
    named: bool = True

    @property
    def country(self) -> str | None:
        """The country if the articles agree on it."""
        return next(iter(self.countries)) if len(self.countries) == 1 else None

    @property
    def articles(self) -> set[str]:
        return {article for article, _ in self.keys}

    def full_names(self) -> list[str]:
        """The forms of several words, or the only form there is."""
        return sorted(f for f in self.forms if len(words(f)) > 1) or sorted(self.forms)

    def absorb(self, other: _Group) -> None:
        self.keys += other.keys
        self.countries |= other.countries
        self.mentions += other.mentions
        for name, count in other.names.items():
            self.names[name] += count
        for form, count in other.forms.items():
            self.forms[form] += count
        for role, count in other.roles.items():
            self.roles[role] += count
        for pronoun, count in other.pronouns.items():
            self.pronouns[pronoun] += count
        self.name = _best_name(self)


def _collect(annotated: Sequence[Annotations]) -> list[_Group]:
    groups: list[_Group] = []
    for one in sorted(annotated, key=lambda a: a.article.id):
        counts: dict[str, int] = defaultdict(int)
        described = {m.actor for m in one.mentions} - {m.actor for m in one.mentions if m.form in _NAMING}
        named: dict[tuple[str, str], int] = defaultdict(int)
        pronouns: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for mention in one.mentions:
            if mention.form == "pronoun":
                pronouns[mention.actor][mention.span.text.lower()] += 1
            counts[mention.actor] += 1
            named[(mention.actor, " ".join(mention.span.text.split()))] += 1
        for actor in one.actors:
            group = _Group(actor.name, actor.kind, [(one.article.id, actor.id)], mentions=counts[actor.id])
            group.named = actor.id not in described
            group.pronouns = pronouns[actor.id]
            if actor.country:
                group.countries.add(actor.country)
            group.names[actor.name] += counts[actor.id]
            for form in (actor.name, *actor.aliases):
                group.forms[form] += named[(actor.id, form)]
            for role in actor.roles:
                group.roles[role] += named[(actor.id, role)] + 1
            groups.append(group)
    return groups


class _Joining:
    """The passes, surest first; each joins groups that one test allows and no other group contests."""

    def __init__(self, groups: list[_Group]) -> None:
        self._groups = groups

    def run(self) -> list[_Group]:
        """The joined groups, in no particular order."""
        self._one_kind()
        self._by_key(_identity)
        self._pairs("person", _same_full_name)
        self._pairs("person", _variant_spelling)
        self._misread_surnames()
        self._short_names()
        self._pairs("organisation", _same_organisation)
        return self._groups

    def _one_kind(self) -> None:
        """The same written name is of one kind in all accounts: that for which they hold most evidence together."""
        bearers: dict[str, list[_Group]] = defaultdict(list)
        for group in self._groups:
            if group.kind != "country":
                bearers[fold(group.name)].append(group)
        for same in bearers.values():
            if len({g.kind for g in same}) > 1 and any(g.named for g in same):
                winner = _likeliest_kind([g for g in same if g.named])
                for group in same:
                    group.kind, group.named = winner, True

    def _misread_surnames(self) -> None:
        """A bare surname that an account takes for a body's or a place's name is the person's who bears it."""
        people = [g for g in self._groups if g.kind == "person" and len(words(g.name)) > 1 and _looks_personal(g)]
        for group in self._groups:
            short = group.kind in ("organisation", "place") and group.named and len(words(group.name)) == 1
            if not short or group.country or group.name.isupper() or group.pronouns or len(group.forms) > 1:
                continue
            fitting = [p for p in people if surname(p.name) == fold(group.name)]
            if len(fitting) == 1 and entry_at(group.name, 0) is None:
                group.kind = "person"

    def _by_key(self, key: Callable[[_Group], tuple[str, ...] | None]) -> None:
        kept: dict[tuple[str, ...], _Group] = {}
        rest: list[_Group] = []
        for group in self._groups:
            found = key(group)
            if found is None:
                rest.append(group)
            elif found in kept:
                kept[found].absorb(group)
            else:
                kept[found] = group
        self._groups = [*kept.values(), *rest]

    def _pairs(self, kind: ActorKind, same: Callable[[_Group, _Group], bool]) -> None:
        """Join the groups of one kind that pass the test with each other, the fullest names first."""
        kept: list[_Group] = []
        for group in sorted(self._groups, key=lambda g: (-len(fold(g.name)), -g.mentions, g.name, min(g.keys))):
            candidates = (k for k in kept if k.kind == kind == group.kind and k.named and group.named)
            fitting = [k for k in candidates if same(k, group)]
            if len(fitting) == 1:
                fitting[0].absorb(group)
            else:
                kept.append(group)
        self._groups = kept

    def _short_names(self) -> None:
        """A bare surname joins the one person of the story who bears it, unless the articles know two."""
        people = [g for g in self._groups if g.kind == "person" and g.named]
        full = [g for g in people if len(words(g.name)) > 1]
        joined: set[int] = set()
        for group in people:
            if len(words(group.name)) > 1:
                continue
            fitting = [f for f in full if _bears(f, group.name) and _countries_agree(f, group)]
            if len(fitting) > 1:
                fitting = [f for f in fitting if _share_office(f, group)]
            if len(fitting) == 1:
                fitting[0].absorb(group)
                joined.add(id(group))
        self._groups = [g for g in self._groups if id(g) not in joined]
        self._by_key(_lone_surname)


def _identity(group: _Group) -> tuple[str, ...] | None:
    """What makes two actors the same at once: a country's code, a place's or group's name."""
    if not group.named:
        return ("described", group.kind, fold(group.name))
    if group.kind == "country":
        return ("country", group.country or fold(group.name))
    if group.kind in ("place", "group"):
        return (group.kind, fold(group.name))
    if group.kind == "person" and len(words(group.name)) > 1:
        return ("person", *words(group.name), generation(group.name))
    return None


def _likeliest_kind(same: list[_Group]) -> ActorKind:
    """By the number of accounts and by what they tell; where that is even by mentions, then without a person."""
    votes: dict[ActorKind, tuple[int, int]] = {}
    for group in same:
        count, mentions = votes.get(group.kind, (0, 0))
        votes[group.kind] = (count + 1 + _evidence(group), mentions + group.mentions)
    order: tuple[ActorKind, ...] = ("organisation", "place", "group", "person")
    return min(votes, key=lambda kind: (-votes[kind][0], -votes[kind][1], order.index(kind)))


def _evidence(group: _Group) -> int:
    """What an account tells of the kind it gives a name, beside giving it."""
    if group.kind == "person":
        return 3 * bool(group.roles) + 3 * _bears_given_name(group) + bool(_PERSONAL & group.pronouns.keys())
    if group.kind == "organisation":
        shortened = any(is_abbreviation(form, group.name) for form in group.forms)
        return 3 * shortened + 2 * bool({"it", "its"} & group.pronouns.keys())
    return 6 * bool(group.country)


def _bears_given_name(group: _Group) -> bool:
    return len(words(group.name)) > 1 and group.name.split()[0] in given_name_genders()


def _looks_personal(group: _Group) -> bool:
    return bool(group.roles) or _bears_given_name(group)


def _lone_surname(group: _Group) -> tuple[str, ...] | None:
    alone = group.kind == "person" and group.named and len(words(group.name)) == 1
    return ("person", fold(group.name)) if alone else None


def _same_full_name(one: _Group, other: _Group) -> bool:
    """Within one story that is enough: a country given differently is likelier misread than a namesake."""
    if min(len(words(one.name)), len(words(other.name))) < 2:
        return False
    return all(same_person_name(a, b) for a in one.full_names() for b in other.full_names())


def _variant_spelling(one: _Group, other: _Group) -> bool:
    """Another transliteration: like surnames, with like given names or the same office; never two genders."""
    a, b = one.name, other.name
    if not _countries_agree(one, other) or not spelling_variants(surname(a), surname(b)):
        return False
    if (
        generation(a) != generation(b)
        or {gender_of(a), gender_of(b)} == {"m", "f"}
        or family_first(a) != family_first(b)
    ):
        return False
    if given_name(a) and given_name(b):
        told_apart = bool(one.articles & other.articles)
        return not told_apart and given_names_agree(given_name(a), given_name(b))
    return surname(a) != surname(b) and _share_office(one, other)


def _bears(full: _Group, short: str) -> bool:
    return any(is_short_form(short, name) for name in full.full_names())


def _countries_agree(one: _Group, other: _Group) -> bool:
    """Unknown agrees with everything."""
    return not one.countries or not other.countries or bool(one.countries & other.countries)


def _share_office(one: _Group, other: _Group) -> bool:
    offices = [office_words(role) for role in one.roles]
    return any(a and (a <= b or b <= a) for a in offices for b in (office_words(role) for role in other.roles) if b)


def _same_organisation(one: _Group, other: _Group) -> bool:
    if not _countries_agree(one, other):
        return False
    keys = {organisation_key(form) for form in one.forms}
    if keys & {organisation_key(form) for form in other.forms}:
        return True
    forms = [(a, b) for a in one.forms for b in other.forms]
    return any(is_abbreviation(a, b) or is_abbreviation(b, a) for a, b in forms)


def _best_name(group: _Group) -> str:
    """A person's fullest form; else the name that the articles settled on most often; then the first by alphabet."""
    if group.kind == "person":
        return min(group.forms, key=lambda f: (-len(words(f)), -group.forms[f], f))
    return min(group.names, key=lambda n: (-group.names[n], n))


def _actor(id: str, group: _Group) -> Actor:
    roles = tuple(sorted(group.roles, key=lambda r: (-group.roles[r], r)))
    return Actor(
        id=id,
        name=group.name,
        kind=group.kind,
        country=group.country,
        aliases=tuple(sorted((f for f in group.forms if f != group.name), key=lambda f: (-group.forms[f], f))),
        roles=roles,
        sector=sector(group.kind, group.name, roles),
    )
