"""quality_scale.yaml is complete, explains itself, and does not claim what is not there."""

from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

import pytest
import yaml
from homeassistant.const import Platform

from .sources import INTEGRATION, ROOT

type Entry = str | dict[Literal["status", "comment"], str]

PLATFORMS = [str(platform) for platform in Platform]

# What must be found where a rule is called done: a file, and words in it.
EVIDENCE: dict[str, tuple[Path, str]] = {
    "action-setup": (INTEGRATION / "__init__.py", "async def async_setup("),
    "action-exceptions": (INTEGRATION / "services.py", "ServiceValidationError"),
    "appropriate-polling": (INTEGRATION / "coordinator.py", "update_interval"),
    "brands": (INTEGRATION / "brand" / "icon.png", ""),
    "common-modules": (INTEGRATION / "entity.py", "CoordinatorEntity"),
    "config-entry-unloading": (INTEGRATION / "__init__.py", "async def async_unload_entry("),
    "config-flow": (INTEGRATION / "translations" / "en.json", '"data_description"'),
    "diagnostics": (INTEGRATION / "diagnostics.py", "async_get_device_diagnostics"),
    "docs-actions": (ROOT / "README.md", "\n## Actions\n"),
    "docs-configuration-parameters": (ROOT / "README.md", "\n### Settings\n"),
    "docs-conditions": (ROOT / "docs" / "triggers.md", "\n## Conditions\n"),
    "docs-data-update": (ROOT / "README.md", "\n## How it works\n"),
    "docs-examples": (ROOT / "README.md", "\n## Examples\n"),
    "docs-high-level-description": (ROOT / "README.md", "# Immich Syncthing\n"),
    "docs-installation-instructions": (ROOT / "README.md", "\n## Install\n"),
    "docs-installation-parameters": (ROOT / "README.md", "\n## Set up\n"),
    "docs-known-limitations": (ROOT / "README.md", "\n## Known limitations\n"),
    "docs-removal-instructions": (ROOT / "README.md", "\n## Remove\n"),
    "docs-supported-devices": (ROOT / "README.md", "\n## What it works with\n"),
    "docs-supported-functions": (ROOT / "README.md", "\n## Devices and entities\n"),
    "docs-triggers": (ROOT / "docs" / "triggers.md", "\n## Triggers\n"),
    "docs-troubleshooting": (ROOT / "README.md", "\n## Troubleshooting\n"),
    "docs-use-cases": (ROOT / "README.md", "\n## What it is for\n"),
    "entity-translations": (INTEGRATION / "translations" / "en.json", '"entity"'),
    "exception-translations": (INTEGRATION / "translations" / "en.json", '"exceptions"'),
    "has-entity-name": (INTEGRATION / "entity.py", "_attr_has_entity_name = True"),
    "icon-translations": (INTEGRATION / "icons.json", '"entity"'),
    "reauthentication-flow": (INTEGRATION / "config_flow.py", "async def async_step_reauth("),
    "reconfiguration-flow": (INTEGRATION / "config_flow.py", "async def async_step_reconfigure("),
    "repair-issues": (INTEGRATION / "issues" / "board.py", "create_issue"),
    "runtime-data": (INTEGRATION / "__init__.py", ".runtime_data"),
    "unique-config-entry": (INTEGRATION / "config_flow.py", "async_set_unique_id"),
}


@pytest.fixture(scope="module")
def rules() -> dict[str, Entry]:
    document = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())
    assert list(document) == ["rules"]
    return cast("dict[str, Entry]", document["rules"])


def status(entry: Entry) -> str:
    return entry if isinstance(entry, str) else entry["status"]


def test_it_lists_the_rules_of_home_assistant(rules: dict[str, Entry]) -> None:
    of_a_core_integration = files("homeassistant.components.immich").joinpath("quality_scale.yaml").read_text()
    assert set(rules) == set(yaml.safe_load(of_a_core_integration)["rules"])
    assert len(rules) == 54


def test_every_rule_has_a_status_and_an_exemption_its_reason(rules: dict[str, Entry]) -> None:
    assert {status(entry) for entry in rules.values()} <= {"done", "todo", "exempt"}
    assert [name for name, entry in rules.items() if entry == "exempt"] == []
    assert [name for name, entry in rules.items() if isinstance(entry, dict) and not entry.get("comment")] == []


def test_what_is_called_done_is_there(rules: dict[str, Entry]) -> None:
    claimed = {name: EVIDENCE[name] for name, entry in rules.items() if status(entry) == "done" and name in EVIDENCE}
    missing = [
        name
        for name, (path, words) in claimed.items()
        if not path.exists() or (words and words not in path.read_text())
    ]
    assert missing == []


def test_every_platform_says_how_many_updates_run_at_once(rules: dict[str, Entry]) -> None:
    platforms = [path for name in PLATFORMS if (path := INTEGRATION / f"{name}.py").exists()]
    silent = [path.name for path in platforms if "\nPARALLEL_UPDATES = " not in path.read_text()]
    assert status(rules["parallel-updates"]) != "done" or (platforms and silent == [])
