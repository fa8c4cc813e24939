"""Who holds which office: "Foreign Minister Ana Petrov", "Ana Petrov, the foreign minister", then "the minister"."""

from __future__ import annotations

from rashomon.annotate._cast import Cast, Player, Use
from rashomon.annotate._offices import Office
from rashomon.annotate._words import Words
from rashomon.data.offices import office_heads, titles

_ARTICLES = frozenset({"the", "a", "an"})
_OWNERS = frozenset({"his", "her", "its", "their"})
_CLOSING = frozenset({",", ".", ")", "(", "of", "who", "-", "–", "—"})
_BE = frozenset({"is", "was", "became", "becomes", "remains", "served", "serves"})
# Offices of which a report usually has one holder in mind when it says "the ...", without saying of what.
_SINGULAR = frozenset(
    "president premier chancellor king queen prince princess pope mayor governor minister secretary ambassador senator "
    "chairperson general admiral speaker sheriff judge justice archbishop bishop cardinal envoy congressman "
    "representative candidate nominee chief executive".split()
)


def introduce(words: Words, cast: Cast, offices: list[Office]) -> set[int]:
    """Give offices to the people that the text gives them to; the indices of the offices that found a holder."""
    ends = {use.last: use for use in cast.ordered() if use.player.kind == "person" and use.form == "name"}
    starts = {use.first: use for use in ends.values()}
    held: set[int] = set()
    for number, office in enumerate(offices):
        use = (
            _name_behind(words, office, starts)
            or _name_before(words, office, ends)
            or _name_in_apposition(words, office, starts)
        )
        if use is not None:
            held.add(number)
            _hold(words, cast, office, use.player)
    return held


def _hold(words: Words, cast: Cast, office: Office, player: Player) -> None:
    player.add_role(words.surface(office.first, office.last), core_of(words, office), office.country)
    player.country = player.country or office.country
    if office.gender:
        player.genders[office.gender] += 10
    start, end = words.start[office.first], words.end[office.last]
    cast.use(Use(start, end, office.first, office.last, player, "role"))


def core_of(words: Words, office: Office) -> frozenset[str]:
    """The office's distinguishing words; "former" is one of them."""
    front = words.lower[office.first : office.head]
    return office.core | {"former"} if "former" in front or "ex" in front else office.core


def _name_behind(words: Words, office: Office, starts: dict[int, Use]) -> Use | None:
    """The name directly behind the office, with a title between them at most."""
    i = office.last + 1
    if i in starts and words.together(office.last, i):
        return starts[i]
    if i + 1 in starts and words.lower[i] in ("sir", "lord", "dame", "dr.", "mr.", "mrs.", "ms."):
        return starts[i + 1]
    return None


def _name_before(words: Words, office: Office, ends: dict[int, Use]) -> Use | None:
    """The name that the office is an apposition or a predicate of."""
    i = office.first - 1
    if i > 0 and words.is_possessive(i):
        i -= 1
        while i > 0 and words.capital(i):
            i -= 1
    elif i > 0 and words.lower[i] in _OWNERS:
        i -= 1
    while i > 0 and (words.lower[i] in _ARTICLES or words.lower[i] in ("then", "now", "also", "currently")):
        i -= 1
    if i < 1 or not words.together(i - 1, office.head):
        return None
    if words.text[i] == "," and i - 1 in ends and _apposed(words, office):
        return ends[i - 1]
    if words.lower[i] in _BE and i - 1 in ends:
        return ends[i - 1]
    return None


def _apposed(words: Words, office: Office) -> bool:
    if words.dep[office.head] == "appos":
        return True
    closed = office.last + 1 < len(words) and words.text[office.last + 1] in (",", ".", ")")
    return closed and words.dep[office.head] not in ("nsubj", "nsubjpass", "conj")


def _name_in_apposition(words: Words, office: Office, starts: dict[int, Use]) -> Use | None:
    """The name between commas behind "the Velian foreign minister"."""
    use = apposed_name(words, office.last, starts)
    if use is None or not _definite(words, office) or not words.together(office.head, use.last):
        return None
    direct = use.first == office.last + 2 and words.lower[use.last + 1 : use.last + 2] in ([","], ["."], [")"])
    opening = words.dep[office.head] == "pobj"  # "In a letter to the lawyer, Sen. Ana Petrov said"
    return use if direct or not opening or words.head[use.last] in range(office.first, office.last + 1) else None


def apposed_name(words: Words, last: int, starts: dict[int, Use]) -> Use | None:
    """The name between commas behind word ``last``, with a title in front of it or not; ``starts`` has names by word.

    What follows must close the apposition or say more of its bearer: "…, Sen. Ana Petrov of Velm, …".
    """
    i = last + 1
    if i >= len(words) or words.text[i] != ",":
        return None
    i += 1
    while i < len(words) and i not in starts and _leads(words, i):
        i += 1
    use = starts.get(i)
    if use is None:
        return None
    closing = words.lower[use.last + 1] if use.last + 1 < len(words) else "."
    return use if closing in _CLOSING else None


def _leads(words: Words, i: int) -> bool:
    """Is the word a title or an office, or the full stop of one that the tokeniser took off ("Capt.")?"""
    if words.text[i] == ".":
        return words.end[i - 1] == words.start[i] and words.lower[i - 1] in titles()
    return words.lower[i] in titles() or words.lower[i] in office_heads()


def _definite(words: Words, office: Office) -> bool:
    before = words.lower[office.first - 1] if office.first > 0 else ""
    if before in _ARTICLES:
        return before == "the"
    return before in _OWNERS or words.is_possessive(office.first - 1) or office.country is not None


def stand_alone(words: Words, cast: Cast, offices: list[Office], held: set[int]) -> None:
    """Offices without a name beside them ("the Velian foreign minister") name the one person who holds them."""
    for number, office in enumerate(offices):
        if number in held or not _definite(words, office):
            continue
        player = _counterpart(words, cast, office) if office.counterpart else _sole_holder(words, cast, office)
        if player is not None:
            start, end = words.start[office.first], words.end[office.last]
            cast.use(Use(start, end, office.first, office.last, player, "role"))


def _sole_holder(words: Words, cast: Cast, office: Office) -> Player | None:
    core = core_of(words, office)
    if office.country is None and len(core) < 2 and not core & _SINGULAR:
        return None
    found = holders(cast, core, office.country)
    return found[0] if len(found) == 1 else None


def holders(cast: Cast, core: frozenset[str], country: str | None) -> list[Player]:
    """The people who hold an office with these words, of that country where both name one."""
    if not core:
        return []
    exact: list[Player] = []
    loose: list[Player] = []
    for player in cast.people():
        for words, held_country in player.cores:
            if not core <= words or ("former" in core) != ("former" in words) or _lesser(words, core):
                continue
            of = held_country or player.country
            if country is None or of == country:
                exact.append(player)
            elif of is None:
                loose.append(player)
            break
    return exact or loose


def _lesser(words: frozenset[str], core: frozenset[str]) -> bool:
    """Is the one office that of a deputy and the other not?"""
    deputies = frozenset({"vice", "deputy", "assistant", "under"})
    return bool(words & deputies) != bool(core & deputies)


def _counterpart(words: Words, cast: Cast, office: Office) -> Player | None:
    """ "His Velian counterpart": the one Velian who holds the office of the person spoken of before."""
    sentence = words.sentence[office.head]
    before = [u for u in cast.ordered() if u.player.kind == "person" and u.form == "name"
              and u.last < office.first and words.sentence[u.last] == sentence]  # fmt: skip
    if not before or office.country is None:
        return None
    own = before[0].player
    found: list[Player] = []
    for core, _ in own.cores:
        found += [p for p in holders(cast, core, office.country) if p is not own and p.country == office.country]
    unique = list(dict.fromkeys(found))
    return unique[0] if len(unique) == 1 else None
