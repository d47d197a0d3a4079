"""The rules of the quality scale that are called done, looked for in the code itself or in the tests that show them."""

import ast
import importlib
import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from homeassistant.helpers.entity import Entity

from .sources import INTEGRATION, PACKAGE, ROOT
from .test_quality_scale import EVIDENCE

FACE = sorted(path for part in (".", "issues", "panel", "repair_flows") for path in (INTEGRATION / part).glob("*.py"))
WORDS = json.loads((INTEGRATION / "translations" / "en.json").read_text())

SHOWN: dict[str, str] = {
    "async-dependency": "test_stores_are_asked_asynchronously",
    "config-flow-test-coverage": "test_config_flow.py",
    "dependency-transparency": "test_everything_it_imports_comes_with_python_home_assistant_or_its_requirements",
    "devices": "test_registered.py",
    "dynamic-devices": "test_syncthing_entities.py",
    "entity-category": "test_registered.py",
    "entity-device-class": "test_registered.py",
    "entity-disabled-by-default": "test_registered.py",
    "entity-event-setup": "test_entities_listen_only_while_they_are_there",
    "entity-unavailable": "test_a_lost_immich_makes_unavailable_what_it_told",
    "entity-unique-id": "test_registered.py",
    "inject-websession": "test_no_session_but_home_assistants_is_used",
    "integration-owner": "test_the_integration_has_an_owner",
    "log-when-unavailable": "test_a_lost_immich_is_said_once_and_its_return_once",
    "parallel-updates": "test_every_platform_says_how_many_updates_run_at_once",
    "stale-devices": "test_syncthing_entities.py",
    "strict-typing": "test_types_are_strict_without_exceptions",
    "test-before-configure": "test_config_flow.py",
    "test-before-setup": "test_init.py",
    "test-coverage": "test_module_coverage.py",
}
"""The test, or the file of tests, that shows of a rule that it is kept."""

RAISED = {
    *("ConfigEntryAuthFailed", "ConfigEntryError", "ConfigEntryNotReady"),
    *("HomeAssistantError", "ServiceValidationError", "UpdateFailed"),
}


def nodes[Node: ast.AST](path: Path, kind: type[Node]) -> Iterator[Node]:
    """Yield what a module holds of one kind, wherever in it."""
    yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kind))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.name}:{getattr(node, 'lineno', 0)}"


def entities() -> list[type[Entity]]:
    """Return the classes of our entities."""
    modules = [importlib.import_module(f"{PACKAGE}.{path.stem}") for path in INTEGRATION.glob("[!_]*.py")]
    classes = {one for module in modules for _, one in inspect.getmembers(module, inspect.isclass)}
    ours = [one for one in classes if one.__module__.startswith(PACKAGE) and issubclass(one, Entity)]
    return sorted(ours, key=lambda one: one.__name__)


def test_whatever_is_called_done_is_shown_by_a_test_or_looked_for() -> None:
    rules = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]
    done = {name for name, entry in rules.items() if (entry if isinstance(entry, str) else entry["status"]) == "done"}
    assert done - EVIDENCE.keys() - SHOWN.keys() == set()


@pytest.mark.parametrize("rule", sorted(SHOWN))
def test_the_test_of_a_rule_exists(rule: str) -> None:
    name = SHOWN[rule]
    files = [
        path for path in (ROOT / "tests").rglob("test_*.py") if path.name == name or f"def {name}(" in path.read_text()
    ]
    assert files or (ROOT / name).is_file()


def test_exceptions_are_raised_in_words_of_the_translations() -> None:
    """They are unpacked from ``translated``, whose errors are compared with the translations, or named here."""
    bare, unknown = [], []
    for path in FACE:
        for node in nodes(path, ast.Raise):
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if not isinstance(raised, ast.Name) or raised.id not in RAISED:
                continue
            keywords = node.exc.keywords if isinstance(node.exc, ast.Call) else []
            named = {one.arg: one.value for one in keywords}
            unpacked = named.get(None)
            if isinstance(unpacked, ast.Call) and ast.unparse(unpacked.func) == "translated":
                continue
            if not {"translation_domain", "translation_key"} <= named.keys():
                bare.append(place(path, node))
            key = named.get("translation_key")
            if isinstance(key, ast.Constant) and key.value not in WORDS["exceptions"]:
                unknown.append(place(path, node))
    assert (bare, unknown) == ([], [])


def test_every_entity_has_a_name_below_its_devices() -> None:
    assert len(entities()) > 10
    unnamed = [one.__name__ for one in entities() if getattr(one, "__attr_has_entity_name", False) is not True]
    assert unnamed == []


def test_entities_listen_only_while_they_are_there() -> None:
    loose = [
        place(path, function)
        for path in FACE
        for function in nodes(path, ast.AsyncFunctionDef)
        if function.name == "async_added_to_hass" and "self.async_on_remove(" not in ast.unparse(function)
    ]
    assert loose == []


def test_what_runs_is_kept_at_the_entry_and_its_type_is_known() -> None:
    shared = [
        path.name for path in FACE if re.search(r"hass\.data\[DOMAIN\]|hass\.data\.\w+\(DOMAIN", path.read_text())
    ]
    untyped = [
        place(path, argument)
        for path in FACE
        for function in nodes(path, ast.AsyncFunctionDef)
        if function.name in {"async_setup_entry", "async_unload_entry", "async_remove_entry", "async_migrate_entry"}
        for argument in function.args.args
        if argument.arg == "entry" and ast.unparse(argument.annotation or ast.Constant(None)) == "ConfigEntry"
    ]
    assert (shared, untyped) == ([], [])


def test_no_session_but_home_assistants_is_used() -> None:
    own = [path.name for path in INTEGRATION.rglob("*.py") if re.search(r"ClientSession\(", path.read_text())]
    assert own == []


def test_stores_are_asked_asynchronously() -> None:
    """Each function of ``obstore`` has a twin that blocks; a list blocks unless it is gone through asynchronously."""
    blocking = [
        f"{place(path, call)} {call.func.attr}"
        for path in INTEGRATION.rglob("*.py")
        for listed in [{place(path, loop.iter) for loop in nodes(path, ast.AsyncFor)}]
        for call in nodes(path, ast.Call)
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "obstore"
        if not call.func.attr.endswith("_async") and place(path, call) not in listed
    ]
    taken = [
        f"{place(path, one)} {name.name}"
        for path in INTEGRATION.rglob("*.py")
        for one in nodes(path, ast.ImportFrom)
        for name in one.names
        if one.module == "obstore" and name.name[0].islower()
    ]
    assert blocking + taken == []


def test_types_are_strict_without_exceptions() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert settings["strict"] is True
    assert "custom_components" in settings["files"]
    assert not any("custom_components" in str(one["module"]) for one in settings["overrides"])


def test_the_integration_has_an_owner() -> None:
    owners = json.loads((INTEGRATION / "manifest.json").read_text())["codeowners"]
    assert owners
    assert all(re.fullmatch(r"@[\w-]+(/[\w-]+)?", owner) for owner in owners)


@pytest.mark.parametrize(
    ("kind", "page"), [("services", "actions"), ("triggers", "triggers"), ("conditions", "triggers")]
)
def test_every_action_trigger_and_condition_is_documented(kind: str, page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text()
    missing = [name for name, words in WORDS[kind].items() if f"`{name}`" not in text and words["name"] not in text]
    assert missing == []


def test_every_entity_is_documented() -> None:
    page = (ROOT / "docs" / "entities.md").read_text().casefold()
    names = {words["name"] for keys in WORDS["entity"].values() for words in keys.values()}
    assert sorted(name for name in names if name.partition(" {")[0].removesuffix(" of").casefold() not in page) == []
