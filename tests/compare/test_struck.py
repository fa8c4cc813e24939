"""Findings that a careful editor struck from real reports (docs/errors.md), each class with an invented example.

Beside every pair that must yield nothing stands one, nearly the same, that must yield the finding: a guard that
silenced the detector altogether would fail.
"""

from __future__ import annotations

import pytest
from tellings import compared, found

STRUCK = "when the ferry Hilda struck the pier at Velm"
KILLED = "people were killed"
LEDGERS = "the ledgers of the harbour fund"
SAILED = "left the harbour of Velm with the ferry Hilda."
SIGNED = "signed the treaty on fishing."


@pytest.mark.parametrize(
    ("kind", "one", "other", "near"),
    [
        pytest.param("number", f"Nine {KILLED} {STRUCK}.", f"Eight to ten {KILLED} {STRUCK}.",
                     f"Ten {KILLED} {STRUCK}.", id="a-range-is-no-count"),
        pytest.param("number", f"Nine {KILLED} {STRUCK}.", f"Two more {KILLED} {STRUCK}.",
                     f"Two {KILLED} {STRUCK}.", id="on-top-of-others"),
        pytest.param("number", f"Twelve {KILLED} {STRUCK}.",
                     "Nine people and three boys were killed when the ferry Hilda struck the pier at Velm.",
                     f"Nine {KILLED} {STRUCK}.", id="parts-that-make-up-the-whole"),
        pytest.param("date", "Mayor Ida Korn closed the old bridge in March.",
                     "Mayor Ida Korn closed the old bridge more than a month ago.",
                     "Mayor Ida Korn closed the old bridge in April.", id="only-a-bound"),
        pytest.param("polarity", f"Mayor Ida Korn handed over {LEDGERS}.",
                     f"Mayor Ida Korn did not hand over {LEDGERS} until March.",
                     f"Mayor Ida Korn did not hand over {LEDGERS}.", id="not-until-is-later"),
        pytest.param("event-name", "Otto Brill met Ida Korn at the G8 summit in Oslo.",
                     "Otto Brill met Ida Korn at meetings of the G8 foreign ministers in Oslo.",
                     "Otto Brill met Ida Korn at a meeting of the G8 foreign ministers in Oslo.", id="several-and-one"),
        pytest.param("name", f"Captain Jonas Haverbeck {SAILED}", f"Captain Jonas Haver\u00adbeck {SAILED}",
                     f"Captain Jonas Haverbek {SAILED}", id="typesetters-signs"),
        pytest.param("term", f"The Kremlin {SIGNED}", f"Russia {SIGNED} The ink came to the Kremlin by cart.",
                     f"Russia {SIGNED}", id="a-word-that-the-other-has-too"),
    ],
)  # fmt: skip
def test_what_was_struck(kind: str, one: str, other: str, near: str) -> None:
    assert kind not in found(one, other)
    assert kind in found(one, near)


def test_an_account_that_prints_the_words_says_nothing_in_its_own() -> None:
    quoted = "Mayor Ida Korn said: “The harbour fund will pay for a new lighthouse and for two tugs next spring.”"
    rendered = "Mayor Ida Korn said the harbour fund would pay for a new lighthouse and two tugs."
    printed = "The harbour fund will pay for a new lighthouse and for two tugs next spring."
    told = [{f.kind for f in compared(quoted, text).findings} for text in (rendered, f"{rendered}\n{printed}")]
    assert "quoted-paraphrased" in told[0] and "quoted-paraphrased" not in told[1]
