"""Every event and every reason for one has words, and there are no others."""

import ast
import json
from typing import Any

from custom_components.immich_syncthing.engine.model import HoldKind
from custom_components.immich_syncthing.event import ACTIVITY, Happening
from tests.repository.sources import INTEGRATION

WORDS: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text())
ATTRIBUTES = WORDS["entity"]["event"][ACTIVITY.key]["state_attributes"]

SAID_OTHERWISE = {"asset_back", "changed_twice", "file_back"}
"""Reasons that the engine does not name by keyword."""

NO_EVENT = {"live_photo", "sidecar_changed"}


def reasons() -> set[str]:
    """Return the literals given as ``why`` where the engine acts."""
    trees = [ast.parse(path.read_text()) for path in (INTEGRATION / "engine" / "apply").glob("*.py")]
    given = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "why"]
    words = [one.value.value for one in given if isinstance(one.value, ast.Constant)]
    return {word for word in words if isinstance(word, str)}


def test_every_event_has_a_word() -> None:
    assert ATTRIBUTES["event_type"]["state"].keys() == {happening.value for happening in Happening}


def test_every_reason_has_a_word() -> None:
    known = reasons() | SAID_OTHERWISE | {kind.value for kind in HoldKind}
    assert known - NO_EVENT == ATTRIBUTES["reason"]["state"].keys()
