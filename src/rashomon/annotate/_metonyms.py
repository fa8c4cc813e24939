"""Does a capital stand for its government ("Moscow denied it") or for the town ("at talks in Moscow")?"""

from __future__ import annotations

from rashomon.annotate._words import Hit, Words

_ACTS = frozenset(
    "accept accuse acknowledge act adhere admit agree aim allege annex announce appeal approve argue arm ask assert "
    "assure back ban blame block boycott call cancel caution claim complain concede condemn confirm consider contend "
    "criticize criticise cut declare decline decry defend demand denounce deny deploy describe dismiss dispatch "
    "dispute downplay draw drop embrace endorse expel express favor favour fear finance fund give grant hint hope "
    "ignore impose insist intend intervene invade invite join justify know lash launch levy lift lobby maintain make "
    "move negotiate notify object offer oppose order pledge plan portray praise prefer press prod promise propose "
    "protest provide pursue push put question reach react recall recognize recognise refuse regard reiterate reject "
    "release reply reportedly request resist respond retaliate say seek see seize send share show side sign signal "
    "stop stress suggest supply support suspect suspend take tell threaten treat try underestimate understand urge "
    "aspire begin continue decide fail fight hesitate manage persist plead prepare resume rule struggle summon "
    "use veto view vow want warn weigh welcome withdraw withhold worry".split()
)
_ACTED_ON = frozenset(
    "accuse ally anger antagonize appease ask assure blame condemn confront convince criticize criticise defy demand "
    "embarrass infuriate irk irritate isolate persuade placate press pressure prompt provoke punish push reassure "
    "rebuke sanction tell threaten thank unnerve urge warn".split()
)
_BONDS = frozenset(
    "accord agreement alliance alignment animosity conflict confrontation contact cooperation co-operation crisis deal "
    "dealings dialogue diplomacy dispute distrust divide entente feud friction friendship hostility link mistrust "
    "negotiation pact partnership quarrel rapprochement relation relationship rift rivalry row spat split standoff "
    "stand-off talk tension thaw tie treaty truce understanding war conversation communication".split()
)
_OWNED = frozenset(
    "action advance aggression aim allegation ally ambassador ambition annexation approach argument assertion attempt "
    "attitude backing behavior behaviour bid call claim commitment concern condemnation control cooperation decision "
    "demand denial desire diplomacy diplomat effort embassy envoy failure fear foe force foreign forces goal "
    "government help hope influence insistence intention interest interference intervention invasion involvement "
    "leadership leader meddling message military motive move offer offensive officials official opposition order "
    "participation plan pledge policy position power pressure priority promise proposal provocation reaction refusal "
    "rejection relation relationship reluctance request resistance response retaliation rhetoric role rule ruler "
    "sanction seizure stance statement strategy support suspicion takeover threat tie treatment troops troop view "
    "ambition apology arsenal capability crackdown launch law ministry missile parliament program programme silence "
    "test warning weapon will willingness work".split()
)
_BACKED = frozenset(
    "backed led controlled funded installed sponsored supported allied brokered aligned appointed imposed friendly "
    "occupied dominated trained supplied".split()
)
_MESSENGERS = frozenset(
    "diplomat envoy official message signal pressure support permission approval assurance representative demand "
    "warning instruction order response reaction guarantee".split()
)
_WILLING = frozenset(
    "ready willing unwilling reluctant prepared able unable likely unlikely keen eager committed concerned worried "
    "angry furious skeptical wary responsible serious".split()
)


def acts(words: Words, hit: Hit) -> bool:
    """Is the capital or seat at ``hit`` used as an actor? Only where the syntax says so; else it is a place."""
    return _acts(words, hit.last, hit.last, 0)


def _acts(words: Words, root: int, last: int, depth: int) -> bool:
    if depth > 4:
        return False
    dep, head = words.dep[root], words.head[root]
    lemma = words.lemma[head].lower()
    if last + 2 < len(words) and words.text[last + 1] == "-" and words.lower[last + 2] in _BACKED:
        return True
    if dep in ("nsubj", "agent"):
        return words.pos[head] in ("VERB", "AUX") and (lemma in _ACTS or _is_aux_of_act(words, head))
    if dep == "nsubjpass":
        return lemma in _ACTED_ON
    if dep in ("dobj", "dative", "iobj"):
        return lemma in _ACTED_ON
    if dep == "poss":
        return lemma in _OWNED
    if dep == "conj":
        return _acts(words, head, head, depth + 1) or _between(words, head)
    if dep == "pobj":
        return _object(words, head)
    return False


def _is_aux_of_act(words: Words, verb: int) -> bool:
    """ "Moscow has been trying", "Beijing is unlikely to agree": the acting verb hangs below the copula."""
    return any(
        words.head[i] == verb and words.dep[i] in ("xcomp", "acomp") and words.lemma[i].lower() in _WILLING | _ACTS
        for i in range(verb + 1, min(verb + 6, len(words)))
    )


def _object(words: Words, preposition: int) -> bool:
    """The object of a preposition: "by Moscow", "ties with Moscow", "sanctions against Moscow"."""
    lower, governor = words.lower[preposition], words.head[preposition]
    lemma, verb = words.lemma[governor].lower(), words.pos[governor] == "VERB"
    if lower == "by":
        return words.dep[preposition] == "agent" or lemma in _OWNED | _BONDS | {"search"}
    if lower == "between":
        return lemma in _BONDS
    if lower == "with":
        return lemma in _BONDS or (
            verb and lemma in ("agree", "cooperate", "negotiate", "ally", "side", "work", "deal")
        )
    if lower == "against":
        return lemma not in ("game", "match", "win", "lose", "play")
    if lower == "from":
        return lemma in _MESSENGERS
    if lower == "on":
        return lemma in ("sanction", "pressure", "embargo", "rely", "blame")
    if lower == "to":
        return lemma in ("ambassador", "loyal", "message", "warning", "signal", "concession", "threat", "close", "ally")
    return False


def _between(words: Words, conjunct: int) -> bool:
    """A conjunct under "between" with a noun that names a bond: "ties between the White House and Moscow"."""
    at = conjunct
    for _ in range(6):
        head = words.head[at]
        if head == at:
            return False
        if words.lower[head] == "between":
            return words.lemma[words.head[head]].lower() in _BONDS
        if words.dep[at] not in ("conj", "pobj", "prep", "compound", "nmod", "poss", "appos"):
            return False
        at = head
    return False
