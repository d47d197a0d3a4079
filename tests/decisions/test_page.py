"""The page *What happens when…* says what is done, of every row of the decision table."""

from itertools import product

import pytest

from custom_components.immich_syncthing.engine.model import AssetState, Base, Files, HoldKind, Preset

from .page import PAGE, covered, page, sentence
from .situations import ACTIVE, AWAY, CHAPTERS, HERE, Situation, case


def test_the_page_is_as_the_code_decides() -> None:
    """After a change of either, look at what ``.venv/bin/python -m tests.decisions`` makes of it."""
    assert PAGE.read_text() == page()


def test_every_row_of_the_table_is_told() -> None:
    assert covered() == set(product(Base, Files, AssetState))


def test_every_question_is_told_with_its_answers() -> None:
    asked = page().partition("## When I am asked")[2]
    questions = {
        line.split(" | ")[0].lstrip("| ") for line in asked.splitlines() if line.startswith(("| Some", "| Many"))
    }
    assert len(questions) == len(HoldKind)


def test_a_situation_may_not_stand_for_facts_that_lead_to_different_ends() -> None:
    mixed = Situation("mixed", (case(Base.LINKED, ACTIVE, present=HERE), case(Base.LINKED, ACTIVE, absent=AWAY)))
    with pytest.raises(ValueError, match="mixed"):
        sentence(mixed, Preset.MIRROR)


def test_no_situation_is_told_twice() -> None:
    told = [situation.when for chapter in CHAPTERS for situation in chapter.situations]
    assert len(told) == len(set(told))
