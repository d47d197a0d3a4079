"""A million files: no everyday question may walk through all of them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.database import Database
from custom_components.immich_syncthing.engine.ledger.views import IntentKind
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetFact,
    AssetState,
    Base,
    Departure,
    HoldKind,
)

from .stories import CAT, DOG, OWL, PHONE, TABLET, entry, linked, look, photo, row, sha

FEW = {"clock", "folders", "holds", "intents", "json_each", "some_failures", "tallies", "CONSTANT", "answers"}
"""What never has more than some rows."""

WHOLE_FOLDER = r"SEARCH (f|files|sidecars) USING PRIMARY KEY \(folder=\?\)"
"""How SQLite says that it walks through all files or sidecars of a folder."""

OF_A_FOLDER = {"list the directories"}

KEPT_SHORT = {"prune": {"history"}}
"""What walks, once a day, through that of which it keeps so many rows whatever the number of files."""

EVERYDAY: dict[str, Callable[[Ledger], object]] = {
    "look at a path": lambda ledger: ledger.file(PHONE, "a.jpg"),
    "list a directory": lambda ledger: ledger.directory(PHONE, "DCIM"),
    "list the directories": lambda ledger: ledger.directories(PHONE),
    "observe": lambda ledger: ledger.apply_observation(PHONE, [row("b.jpg")], [("a.jpg", Departure.ABSENT)], 2.0),
    "hash": lambda ledger: ledger.set_hash(PHONE, "new.jpg", look(), DOG, 2.0),
    "what to hash": lambda ledger: ledger.unhashed(PHONE, 10),
    "what is unsettled": lambda ledger: ledger.unsettled(PHONE),
    "plan": lambda ledger: ledger.dirty(2.0, CAT, 10),
    "settle": lambda ledger: ledger.settle([CAT], ledger.moment()),
    "what took its place": lambda ledger: ledger.content(OWL),
    "what every device knows": lambda ledger: ledger.confirmed_paths(PHONE, 3),
    "which sidecars to pass on": lambda ledger: ledger.dirty_sidecars(PHONE, 2.0, 10),
    "which sidecars are bad": lambda ledger: ledger.bad_sidecars(PHONE),
    "page through all": lambda ledger: ledger.checksums(CAT, 10),
    "what is known of assets": lambda ledger: ledger.assets([CAT, DOG]),
    "hear of an asset": lambda ledger: ledger.set_assets([(CAT, AssetFact(AssetState.GONE))], 2.0),
    "record": lambda ledger: ledger.record(CAT, Base.REMOVED, None, 2.0, action=entry()),
    "fail": lambda ledger: ledger.fail(CAT, 2.0, 3.0, "quota", True),
    "ask": lambda ledger: ledger.ask([(HoldKind.VANISHED, (PHONE,), CAT)], 2.0),
    "list a hold": lambda ledger: ledger.hold_items(ledger.holds()[0].id, None, 10),
    "answer": lambda ledger: ledger.answer(ledger.holds()[0].id, 1, Answer.LEAVE, 2.0),
    "take back": lambda ledger: ledger.retract([DOG], 2.0),
    "journal": lambda ledger: ledger.close_intent(ledger.open_intent(IntentKind.TRASH, CAT, None, {}, 2.0)),
    "guard": lambda ledger: ledger.applied_since("file", PHONE, 2.0, 3600.0),
    "count a deletion": lambda ledger: ledger.count_applied("file", (PHONE,), CAT, False, 2.0),
    "history": lambda ledger: ledger.history(10, 50),
    "prune": lambda ledger: ledger.prune_history(2.0, 1.0, 10, 10, 99),
    "numbers": lambda ledger: (ledger.counts(PHONE), ledger.linked_assets(), ledger.unresolved()),
}


@pytest.mark.parametrize("task", EVERYDAY)
def test_an_everyday_question_goes_by_an_index(place: Path, task: str) -> None:
    database = Database.open(place)
    ledger = Ledger(database)
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    ledger.add_folder(TABLET, "/media/tablet", 0.0)
    linked(ledger, "a.jpg", CAT)
    photo(ledger, "DCIM/dog.jpg", DOG)
    ledger.apply_observation(PHONE, [row("new.jpg")], [], 1.0)
    ledger.ask([(HoldKind.MANY_FILES, (PHONE,), DOG)], 1.0)
    linked(ledger, "DCIM/owl.jpg", OWL)
    photo(ledger, "DCIM/owl.jpg", sha("owl, edited"), mtime=2)
    linked(ledger, "gone.jpg", sha("gone"))
    ledger.apply_observation(PHONE, [], [("gone.jpg", Departure.ABSENT)], 1.0)
    ledger.confirm(PHONE, ledger.moment())

    statements: list[str] = []
    database.connection.set_trace_callback(statements.append)
    EVERYDAY[task](ledger)
    database.connection.set_trace_callback(None)

    asked = [one for one in statements if one.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "INSERT"))]
    assert asked
    for statement in asked:
        plan = [step[-1] for step in database.rows(f"EXPLAIN QUERY PLAN {statement}")]
        walked = {step.split()[1] for step in plan if step.startswith("SCAN")}
        assert walked <= FEW | KEPT_SHORT.get(task, set()), (statement, plan)
        whole_folders = {step for step in plan if re.fullmatch(WHOLE_FOLDER, step)}
        assert not whole_folders or task in OF_A_FOLDER, (statement, plan)
    ledger.close()
