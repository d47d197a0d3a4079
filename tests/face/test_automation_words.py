"""What automations are made of is described as it is: triggers, conditions, and the choices of actions."""

import json
from collections.abc import Set
from typing import Any

import pytest
import yaml

from custom_components.immich_syncthing import folder_conditions, folder_triggers, history_actions, job_action
from tests.repository.sources import INTEGRATION

from .words import WORDS

ICONS: dict[str, Any] = json.loads((INTEGRATION / "icons.json").read_text())


@pytest.mark.parametrize(
    ("kind", "icon", "known"),
    [
        ("triggers", "trigger", folder_triggers.TRIGGERS.keys()),
        ("conditions", "condition", folder_conditions.CONDITIONS.keys()),
    ],
)
def test_triggers_and_conditions_are_described_as_they_are(kind: str, icon: str, known: Set[str]) -> None:
    described = yaml.safe_load((INTEGRATION / f"{kind}.yaml").read_text())
    described = {name: one for name, one in described.items() if not name.startswith(".")}
    assert described.keys() == WORDS[kind].keys() == ICONS[kind].keys() == known
    for name, one in described.items():
        assert WORDS[kind][name]["name"]
        assert WORDS[kind][name]["description"]
        assert one.get("fields", {}).keys() == WORDS[kind][name].get("fields", {}).keys()
        assert ICONS[kind][name].keys() == {icon}


def test_every_kind_of_the_history_has_a_name_and_can_be_chosen() -> None:
    assert WORDS["selector"]["history_kind"]["options"].keys() == set(history_actions.KINDS)
    fields = yaml.safe_load((INTEGRATION / "services.yaml").read_text())["history"]["fields"]
    assert fields["kind"]["selector"]["select"]["options"] == list(history_actions.KINDS)


def test_every_job_of_immich_has_a_name_and_can_be_chosen() -> None:
    assert WORDS["selector"]["immich_job"]["options"].keys() == job_action.JOBS.keys()
    fields = yaml.safe_load((INTEGRATION / "services.yaml").read_text())["run_job"]["fields"]
    assert fields["job"]["selector"]["select"]["options"] == list(job_action.JOBS)
