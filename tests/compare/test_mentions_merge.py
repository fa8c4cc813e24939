"""One cast for a story: actors of several articles joined, or kept apart. All people are invented."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rashomon.compare.actors import merge
from rashomon.types import Actor, ActorKind, Annotations, Article, Mention, Span


def _article(id: str, *actors: Actor) -> Annotations:
    """An article that mentions each actor once, by its name."""
    text, mentions = "", []
    for actor in actors:
        start = len(text)
        text += actor.name + "\n"
        mentions.append(Mention(span=Span(id, start, start + len(actor.name), actor.name), actor=actor.id))
    return Annotations(article=Article(id=id, text=text), actors=actors, mentions=tuple(mentions))


def _person(name: str, *, id: str = "a1", country: str | None = None, roles: tuple[str, ...] = ()) -> Actor:
    return Actor(id=id, name=name, kind="person", country=country, roles=roles)


def _organisation(name: str, *, id: str = "a1", country: str | None = None, aliases: tuple[str, ...] = ()) -> Actor:
    return Actor(id=id, name=name, kind="organisation", country=country, aliases=aliases)


def _same(one: Actor, other: Actor) -> bool:
    _, ids = merge([_article("x", one), _article("y", other)])
    return ids[("x", one.id)] == ids[("y", other.id)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_person("Sergei Malakov"), _person("Sergey Malakov")),
        (_person("Tom Hobson"), _person("Thomas J. Hobson")),
        (_person("Hobson"), _person("Tom Hobson")),
        (_person("Tomas Lindqvist"), _person("Thomas Lindquist")),
        (_person("J.P. Marlow"), _person("Juan Pedro Marlow")),
        (_person("Kim Dae-ho"), _person("Kim Dae Ho")),
        (_person("Rosa Delgado"), _organisation("Rosa Delgado")),
        (_person("Kestrel Shipping"), _organisation("Kestrel Shipping")),
        (_person("Rosa Delgado", roles=("mayor",)), _organisation("Delgado")),
        (_person("Umar Qaddar"), _person("Omar Gaddar")),
        (_person("Petrovich", roles=("Foreign Minister",)), _person("Petrovitch", roles=("foreign minister",))),
        (_person("Bashir al-Nasri"), _person("Nasri")),
        (_person("Li Weimin", country="CHN"), _person("Li")),
        (_organisation("Foreign Office", country="GBR"), _organisation("British Foreign Office", country="GBR")),
        (_organisation("Defense Ministry", country="ESP"), _organisation("Ministry of Defence", country="ESP")),
        (_organisation("National Water Authority"), _organisation("NWA")),
    ],
)
def test_one_actor_under_two_names(one: Actor, other: Actor) -> None:
    assert _same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_person("Rosa Delgado"), _person("Pedro Delgado")),
        (_person("Martin Keller"), _person("Martina Keller")),
        (_person("Andrew Keller"), _person("Andrea Keller")),
        (_person("Kim Dae-ho"), _person("Kim Dae Shik")),
        (_person("Adam Reuters", roles=("mayor",)), _organisation("Reuters")),
        (_person("Hobson", country="CAN"), _person("Tom Hobson", country="USA")),
        (_person("Hu"), _person("Wu")),
        (_person("Bush"), _person("Rush")),
        (_person("John Hall II"), _person("John Hall III")),
        (_organisation("Defense Ministry", country="ESP"), _organisation("Defense Ministry", country="FRA")),
        (_organisation("Justice Party"), _organisation("Justice Department")),
    ],
)
def test_two_actors_with_like_names(one: Actor, other: Actor) -> None:
    assert not _same(one, other)


def test_a_surname_that_two_bear_joins_neither() -> None:
    both = _article("x", _person("Rosa Delgado"), _person("Pedro Delgado", id="a2"))
    _, ids = merge([both, _article("y", _person("Delgado"))])
    assert len(set(ids.values())) == 3


def test_an_initial_that_two_can_bear_joins_neither() -> None:
    both = _article("x", _person("Rosa Delgado"), _person("Ramon Delgado", id="a2"))
    _, ids = merge([both, _article("y", _person("R. Delgado"))])
    assert len(set(ids.values())) == 3


def test_an_office_decides_between_two_who_bear_a_surname() -> None:
    both = _article(
        "x", _person("Rosa Delgado", roles=("mayor",)), _person("Pedro Delgado", id="a2", roles=("senator",))
    )
    _, ids = merge([both, _article("y", _person("Delgado", roles=("Sen.",)))])
    assert ids[("y", "a1")] == ids[("x", "a2")]


def test_one_known_by_a_description_contests_no_name() -> None:
    aide = Actor(id="a2", name="aide to Delgado", kind="person")
    article = _article("x", _person("Rosa Delgado"), aide)
    nominal = Mention(span=article.mentions[1].span, actor="a2", form="nominal")
    article = Annotations(article=article.article, actors=article.actors, mentions=(article.mentions[0], nominal))
    _, ids = merge([article, _article("y", _person("Delgado"))])
    assert ids[("y", "a1")] == ids[("x", "a1")] != ids[("x", "a2")]


def test_two_whom_one_article_names_are_no_spellings_of_one_name() -> None:
    both = _article("x", _person("Tomas Lindqvist"), _person("Thomas Lindquist", id="a2"))
    _, ids = merge([both, _article("y", _person("Tomas Lindqvist"))])
    assert ids[("x", "a1")] == ids[("y", "a1")] != ids[("x", "a2")]


def test_the_kind_of_a_name_is_that_which_most_accounts_bear_out() -> None:
    accounts = [_article(id, _organisation("Rosa Delgado")) for id in "uvw"]
    actors, _ = merge([*accounts, _article("x", _person("Rosa Delgado", roles=("mayor",)))])
    assert [(a.name, a.kind) for a in actors] == [("Rosa Delgado", "person")]
    accounts = [_article(id, Actor(id="a1", name="Port Velm", kind="place")) for id in "uv"]
    actors, _ = merge([*accounts, _article("x", _person("Port Velm"))])
    assert [(a.name, a.kind) for a in actors] == [("Port Velm", "place")]


def test_all_spellings_are_among_the_aliases() -> None:
    actors, _ = merge([_article("x", _person("Sergei Malakov")), _article("y", _person("Sergey Malakov"))])
    assert [(a.name, a.aliases) for a in actors] == [("Sergei Malakov", ("Sergey Malakov",))]


def test_countries_join_by_code() -> None:
    one = Actor(id="a1", name="Russia", kind="country", country="RUS", aliases=("Moscow",))
    other = Actor(id="a7", name="Russia", kind="country", country="RUS", aliases=("Kremlin",))
    actors, ids = merge([_article("x", one), _article("y", other)])
    assert ids == {("x", "a1"): "a1", ("y", "a7"): "a1"}
    assert set(actors[0].aliases) == {"Moscow", "Kremlin"}


_KINDS: tuple[ActorKind, ...] = ("person", "organisation", "country", "place", "group")
_NAMES = st.sampled_from(
    ["Rosa Delgado", "Pedro Delgado", "Delgado", "R. Delgado", "Sergei Malakov", "Sergey Malakov", "Malakov", "NWA",
     "National Water Authority", "Russia", "Oslo", "officials", "Li Weimin", "Li", "Defense Ministry"]
)  # fmt: skip
_ACTORS = st.builds(
    lambda name, kind, country, role: Actor(id="", name=name, kind=kind, country=country, roles=role),
    _NAMES,
    st.sampled_from(_KINDS),
    st.sampled_from([None, "RUS", "ESP"]),
    st.sampled_from([(), ("mayor",), ("Foreign Minister",)]),
)


@given(st.lists(st.lists(_ACTORS, max_size=5), max_size=4), st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order_of_articles(casts: list[list[Actor]], random: Random) -> None:
    articles = [
        _article(
            f"x{n}",
            *(
                Actor(id=f"a{k}", name=a.name, kind=a.kind, country=a.country, roles=a.roles)
                for k, a in enumerate(cast)
            ),
        )
        for n, cast in enumerate(casts)
    ]
    actors, ids = merge(articles)
    shuffled = list(articles)
    random.shuffle(shuffled)
    assert merge(shuffled) == (actors, ids)
    assert [a.id for a in actors] == [f"a{n}" for n in range(1, len(actors) + 1)]
    assert set(ids) == {(a.article.id, actor.id) for a in articles for actor in a.actors}
    assert set(ids.values()) == {a.id for a in actors}
