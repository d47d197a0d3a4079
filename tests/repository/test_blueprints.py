"""Every blueprint can be imported by its button, is one for Home Assistant, and knows what the code knows."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.util.yaml.loader import parse_yaml

from custom_components.immich_syncthing.engine.model import HoldKind
from custom_components.immich_syncthing.services import Action

from .sources import INTEGRATION, ROOT

BLUEPRINTS = sorted((ROOT / "blueprints").rglob("*.yaml"))
PAGE = (ROOT / "docs" / "blueprints.md").read_text()
IMPORT = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="


def content(path: Path) -> Any:
    return parse_yaml(path.read_text())


def actions(part: Any) -> set[str]:
    """Return the names of all actions of ours, wherever they are called."""
    if isinstance(part, dict):
        own = {part["action"]} if str(part.get("action", "")).startswith("immich_syncthing.") else set()
        return own.union(*map(actions, part.values()))
    return set().union(*map(actions, part)) if isinstance(part, list) else set()


def test_they_are_where_home_assistant_puts_what_is_imported() -> None:
    assert {path.parent for path in BLUEPRINTS} == {ROOT / "blueprints" / "automation" / "immich_syncthing"}


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_it_is_a_blueprint_for_automations(path: Path) -> None:
    blueprint = Blueprint(content(path), expected_domain="automation", schema=AUTOMATION_BLUEPRINT_SCHEMA)
    assert blueprint.validate() is None
    minimum = blueprint.metadata["homeassistant"]["min_version"]
    assert minimum == json.loads((ROOT / "hacs.json").read_text())["homeassistant"]
    assert all(one["name"] and one["selector"] for one in blueprint.inputs.values())
    called = {name.partition(".")[2] for name in actions(content(path)) if "{" not in name}
    assert called <= set(Action)


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_its_button_imports_it_from_the_projects_home(path: Path) -> None:
    home = json.loads((INTEGRATION / "manifest.json").read_text())["documentation"]
    address = quote(f"{home}/blob/main/{path.relative_to(ROOT).as_posix()}", safe="")
    assert f"\n[{path.stem}]: {IMPORT}{address}\n" in PAGE
    assert f"[![Import][badge]][{path.stem}]" in PAGE


def test_the_page_offers_no_other() -> None:
    assert set(re.findall(r"\]\[(\w+)\] \|", PAGE)) == {path.stem for path in BLUEPRINTS}


def test_a_notification_goes_whatever_kind_of_question_it_was() -> None:
    [path] = [path for path in BLUEPRINTS if path.stem == "ask_me_on_my_phone"]
    [kinds] = re.findall(r"\{\{ \[([^\]]+)\]\s+\| reject", path.read_text())
    assert set(re.findall(r"'(\w+)'", kinds)) == {kind.value for kind in HoldKind}
