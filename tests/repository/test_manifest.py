"""The manifest, the icons and the actions' fields, as Home Assistant's own checks want them of a custom integration."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import voluptuous as vol
import yaml
from homeassistant.helpers import selector

from custom_components.immich_syncthing import services

from .sources import INTEGRATION

ICONS: dict[str, Any] = json.loads((INTEGRATION / "icons.json").read_text())
WORDS: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text())
ACTIONS: dict[str, Any] = yaml.safe_load((INTEGRATION / "services.yaml").read_text())
FIELDS = [(action, field) for action, described in ACTIONS.items() for field in described["fields"]]

HTTPS = vol.All(str, vol.Match(r"https://(?!(www\.)?home-assistant\.io)"))
MANIFEST = vol.Schema(
    {
        vol.Required("domain"): "immich_syncthing",
        vol.Required("name"): str,
        vol.Required("codeowners"): vol.All([vol.Match(r"@")], vol.Length(min=1)),
        vol.Required("config_flow"): True,
        vol.Optional("after_dependencies"): [str],
        vol.Optional("dependencies"): [str],
        vol.Required("documentation"): HTTPS,
        vol.Required("integration_type"): vol.In(["device", "hub", "service"]),
        vol.Required("iot_class"): vol.In(["cloud_polling", "cloud_push", "local_polling", "local_push"]),
        vol.Required("issue_tracker"): HTTPS,
        vol.Required("loggers"): [str],
        vol.Optional("quality_scale"): vol.In(["bronze", "silver", "gold", "platinum"]),
        vol.Required("requirements"): [vol.Match(r"[\w.-]+==[\w.]+$")],
        vol.Required("version"): vol.Match(r"\d+\.\d+\.\d+$"),
    }
)
"""The keys that hassfest takes of a custom integration and that this one may need; it refuses what it does not know."""


def test_the_manifest_holds_what_it_must_and_nothing_unknown() -> None:
    manifest = json.loads((INTEGRATION / "manifest.json").read_text())
    assert MANIFEST(manifest) == manifest


def test_what_must_not_be_there_is_not() -> None:
    """A custom integration has flat translations, and the oldest Home Assistant stands in hacs.json only."""
    assert not (INTEGRATION / "strings.json").exists()
    assert "[%key:" not in json.dumps(WORDS)
    assert "homeassistant" not in json.loads((INTEGRATION / "manifest.json").read_text())


def icons(part: dict[str, Any]) -> Iterator[str]:
    for value in part.values():
        if isinstance(value, str):
            yield value
        else:
            yield from icons(value)


def test_icons_are_material_and_a_state_has_one_of_its_own() -> None:
    assert [icon for icon in icons(ICONS) if not re.fullmatch(r"mdi:[a-z0-9]+(-[a-z0-9]+)*", icon)] == []
    described = [(key, one) for keys in ICONS["entity"].values() for key, one in keys.items()]
    assert [key for key, one in described if one["default"] in set(one.get("state", {}).values())] == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_action_is_named_and_explained(action: str) -> None:
    words = WORDS["services"][action]
    assert words["name"]
    assert words["description"]
    assert not words["description"].endswith(" ")
    assert (ACTIONS[action].get("target") is not None) == ("entity_id" in _schema(action))


@pytest.mark.parametrize(("action", "field"), FIELDS)
def test_a_field_is_asked_for_as_the_action_takes_it(action: str, field: str) -> None:
    described, words = ACTIONS[action]["fields"][field], WORDS["services"][action]["fields"][field]
    assert words["name"]
    assert words["description"]
    assert described.keys() <= {"default", "example", "required", "selector"}
    selector.validate_selector(described["selector"])
    key = _schema(action)[field]
    assert described.get("required", False) is isinstance(key, vol.Required)
    default = getattr(key, "default", vol.UNDEFINED)
    assert described.get("default") == (None if default is vol.UNDEFINED else default())


def _schema(action: str) -> dict[str, Any]:
    """Return the keys of an action's schema by their names."""
    return {str(key): key for key in services.ACTIONS[services.Action(action)].schema.schema}
