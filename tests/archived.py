"""News of an invented coast to fill archives with: eight events, each told by several invented outlets."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

OUTLETS = ("Velm Courier", "Radio Sarn", "The Tidewater Post", "Halm Evening Sheet", "Coast and Country")
# What happened, who spoke, what was said, and what else belongs to it; every report takes some of it.
EVENTS = (
    (
        "Ferry Hilda rams pier at Velm",
        "Harbour master Ida Korn",
        "We heard a bang and then the whole pier moved",
        (
            "The ferry Hilda rammed the wooden pier at Velm in thick fog.",
            "Twelve passengers were taken to the Velm infirmary with broken bones.",
            "Divers searched the hull of the Hilda for cracks until dusk.",
            "The ferry company had put off an inspection of the rudder twice.",
        ),
    ),
    (
        "Teachers of Upper Sarn walk out over heating",
        "Union leader Petra Osk",
        "Children cannot learn arithmetic in their winter coats",
        (
            "Teachers at nine schools of Upper Sarn walked out because classrooms stayed at eleven degrees.",
            "The school board had cut the heating budget by a third in spring.",
            "Parents brought blankets and thermos flasks to the school gates.",
            "Talks between the teachers' union and the board broke off after an hour.",
        ),
    ),
    (
        "Lighthouse on Gannet Rock sold to brewer",
        "Brewer Tomas Quell",
        "It will be the only pub that sailors are warned away from",
        (
            "The lighthouse on Gannet Rock was auctioned to a brewer for 340,000 crowns.",
            "The lamp of Gannet Rock has been dark since the radio beacon was built.",
            "Ornithologists fear for the gannet colony below the tower.",
            "The brewer wants to open a taproom beneath the old lens.",
        ),
    ),
    (
        "Court frees Halm oyster poacher",
        "Judge Agnes Thorn",
        "An oyster that nobody counted cannot be stolen",
        (
            "A court in Halm acquitted a man accused of poaching four tonnes of oysters.",
            "Prosecutors had based the indictment on an anonymous letter.",
            "The oyster growers' association announced an appeal within a fortnight.",
            "The defendant celebrated outside the courthouse with a bucket of shells.",
        ),
    ),
    (
        "Dredger finds bronze bell off Marrick",
        "Archaeologist Lene Vold",
        "The inscription is older than the town",
        (
            "A dredger clearing the Marrick channel hauled up a bronze bell weighing half a tonne.",
            "The bell bears an inscription to a saint whom no chronicle mentions.",
            "The museum of Marrick wants to display the bell in a tank of brine.",
            "Dredging was suspended along two hundred metres of the channel.",
        ),
    ),
    (
        "Storm Ottilie tears roof off Tarn stadium",
        "Groundsman Emil Rast",
        "The goalposts ended up in the brewery yard",
        (
            "Storm Ottilie tore the roof off the football stadium of Tarn.",
            "Gusts of 140 kilometres an hour were measured on the stadium's floodlights.",
            "The cup match against Sarn Rovers was moved to a hockey pitch.",
            "Insurers put the damage to the stadium at two million crowns.",
        ),
    ),
    (
        "Mayor of Brackwater resigns over swimming pool",
        "Mayor Ulla Henk",
        "I signed a contract that I had not read",
        (
            "The mayor of Brackwater resigned after the cost of a swimming pool tripled.",
            "Auditors found that the pool had been tendered to a single bidder.",
            "The unfinished pool of Brackwater has become a home for herons.",
            "A by-election for the office of mayor will be held in six weeks.",
        ),
    ),
    (
        "Cheese of Old Ferrow wins protected name",
        "Dairy owner Bram Fleck",
        "A cheese knows its valley better than any lawyer",
        (
            "The blue cheese of Old Ferrow may from now on be made in its own valley only.",
            "Dairies in neighbouring Lunt must rename eleven kinds of blue cheese.",
            "The application for the protected name had been rejected three times.",
            "Exports of Ferrow cheese doubled last year to nine hundred tonnes.",
        ),
    ),
)
_FIRST = date(2031, 3, 3)


def report(event: int, outlet: int, version: int = 1) -> dict[str, str]:
    """One outlet's report of one event; later versions of it have a sentence more each."""
    title, speaker, speech, facts = EVENTS[event]
    told = [facts[(outlet + n) % len(facts)] for n in range(3)]
    told.insert(1 + outlet % 2, f"“{speech},” {speaker} said.")
    told += [f"Update {n}: the {OUTLETS[outlet]} was told that nothing has changed." for n in range(2, version + 1)]
    name = OUTLETS[outlet].lower().replace(" ", "-")
    return {
        "title": title if outlet % 2 == 0 else f"{title}, witnesses say",
        "outlet": OUTLETS[outlet],
        "published": (_FIRST + timedelta(days=event)).isoformat(),
        "url": f"https://{name}.example/news/{event}",
        "text": "\n\n".join(told),
    }


def reports(events: int = len(EVENTS), outlets: int = 3) -> list[dict[str, str]]:
    """Reports of the first so many events by the first so many outlets, event by event."""
    return [report(event, outlet) for event in range(events) for outlet in range(outlets)]


def many(number: int) -> list[dict[str, str]]:
    """So many reports: the same events again and again, each time as if of another year and place."""
    found = []
    for again in range(number):
        record = report(again % len(EVENTS), again // len(EVENTS) % len(OUTLETS))
        year = 2032 + again // (len(EVENTS) * len(OUTLETS))
        record["url"] += f"-{year}"
        record["published"] = record["published"].replace("2031", str(year))
        record["text"] += f"\n\nIt is the story of the year {year}, wrote reader number {again}."
        found.append(record)
    return found


def written(path: Path, records: list[dict[str, str]]) -> str:
    """The records as a file of JSON lines; gives its name."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)
