"""Every word that a person may get to see exists, with the values that it names, and none is left over."""

import ast
import importlib
import inspect
import json
import re
from typing import Any

import pytest
import yaml
from homeassistant.const import Platform

from custom_components.immich_syncthing import (
    errors as refusals,
    services,
)
from custom_components.immich_syncthing.albums import errors as album_errors
from custom_components.immich_syncthing.engine import errors as engine_errors, gate
from custom_components.immich_syncthing.engine.errors import IgnoreDeleteError, OneWayFolderError
from custom_components.immich_syncthing.engine.looking import Step
from custom_components.immich_syncthing.engine.model import (
    Answer,
    FolderState,
    HoldKind,
)
from custom_components.immich_syncthing.engine.sorting import errors as rule_errors
from custom_components.immich_syncthing.faults.coded import Problem
from custom_components.immich_syncthing.immich import errors as immich_errors
from custom_components.immich_syncthing.immich_changes import Way, Webhook, Websocket
from custom_components.immich_syncthing.issues import replicas, root, vault
from custom_components.immich_syncthing.issues.account import FULL_DISK, FULL_QUOTA
from custom_components.immich_syncthing.issues.devices import DEAF, MIXED
from custom_components.immich_syncthing.replica import errors as replica_errors, model as replica_model
from custom_components.immich_syncthing.stores import errors as store_errors
from custom_components.immich_syncthing.syncthing import errors as syncthing_errors
from custom_components.immich_syncthing.syncthing.errors import FolderFaultError
from custom_components.immich_syncthing.vault import errors as vault_errors
from tests.repository.sources import INTEGRATION

from .words import WORDS, classes, placeholders, texts

ICONS: dict[str, Any] = json.loads((INTEGRATION / "icons.json").read_text())
PACKAGE = "custom_components.immich_syncthing"
ROOMS = (engine_errors, immich_errors, syncthing_errors, vault_errors)
SAID_BY_ACTIONS = {
    "bad_destination",
    "damaged_count",
    "describe_what",
    "taken_where",
    "taken_zone_alone",
    "taken_zone_unknown",
    "export_among_photos",
    "export_not_allowed",
    "job_not_for_all",
    "job_not_for_photos",
    "job_of_admins",
    "left_behind",
    "media_not_a_file",
    "migration_runs",
    "no_account",
    "no_such_album",
    "no_such_tag",
    "ocr_off",
    "search_mixed",
    "smart_search_off",
    "download_among_photos",
    "download_not_allowed",
    "download_not_writable",
    "drill_failed",
    "free_what",
    "not_all_freed",
    "no_rules",
    "no_such_folder",
    "not_all_restored",
    "no_such_replica",
    "nothing_answered",
    "nothing_damaged",
    "nothing_to_migrate",
    "nothing_to_restore",
    "other_count",
    "page_of_what",
    "photos_failed",
    "restore_what",
    "same_place",
    "several_accounts",
    "several_albums",
    "several_folders",
    "stopped",
    "unknown_answer",
    "unknown_revision",
    "upload_what",
    "vault_count",
    "vault_shared",
}


def made(error: Any) -> Any:
    """Return an instance, whatever its constructor wants first."""
    wants = list(inspect.signature(error).parameters.values())
    return error(*[503 if one.annotation is int else "x" for one in wants if one.default is one.empty])


ERRORS = {error.code: made(error) for room in ROOMS for error in classes(room)}
# Patterns are typed nowhere but in a form.
SAID_BY_SWITCHES = {error.code for error in classes(refusals)} - {"refused", "bad_ignore", "bad_include"}

SAID_BY_THE_MEDIA_BROWSER = {"media_not_there"}
SAID_BY_THE_PANEL = {"account_not_loaded", "account_not_there"}


def constants(name: str, position: int, *modules: str) -> set[str]:
    """Return the literals given to calls of ``name`` at ``position`` in modules of the engine."""
    trees = [ast.parse((INTEGRATION / "engine" / f"{module}.py").read_text()) for module in modules]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]
    arguments = [call.args[position] for call in named if len(call.args) > position]
    return {one.value for one in arguments if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def returned(function: str, module: str) -> set[str]:
    """Return the strings that a function of the engine may return."""
    tree = ast.parse((INTEGRATION / "engine" / f"{module}.py").read_text())
    [found] = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function]
    values = [node.value for node in ast.walk(found) if isinstance(node, ast.Return) and node.value is not None]
    parts = [part for value in values for part in ast.walk(value) if isinstance(part, ast.Constant)]
    return {part.value for part in parts if isinstance(part.value, str)}


# No folder has these problems: they are said by actions, and of what is kept elsewhere.
ELSEWHERE = {
    **{
        error.code: made(error)
        for room in (album_errors, replica_errors, rule_errors, store_errors)
        for error in classes(room)
    },
    **{
        code: Problem(code, {"detail": ""})
        for code in (replica_model.LIBRARY_SHRUNK, replica_model.LIBRARY_WENT_BACK, replica_model.NOT_LISTED)
    },
}
PROBLEMS = ERRORS.keys() | constants("Problem", 0, "cycle", "gate")


def test_every_error_has_words_and_there_are_no_others() -> None:
    said = SAID_BY_ACTIONS | SAID_BY_SWITCHES | SAID_BY_THE_MEDIA_BROWSER | SAID_BY_THE_PANEL
    assert WORDS["exceptions"].keys() == PROBLEMS | ELSEWHERE.keys() | said


@pytest.mark.parametrize("code", sorted(ERRORS.keys() | ELSEWHERE.keys()))
def test_the_words_for_an_error_name_only_what_it_carries(code: str) -> None:
    assert placeholders(WORDS["exceptions"][code]["message"]) <= (ERRORS | ELSEWHERE)[code].placeholders.keys()


def test_every_problem_has_a_short_name_on_its_sensor() -> None:
    attributes = WORDS["entity"]["binary_sensor"]["problem"]["state_attributes"]
    assert attributes["reason"]["state"].keys() == PROBLEMS


def test_every_reason_to_wait_has_a_name() -> None:
    attributes = WORDS["entity"]["sensor"]["status"]["state_attributes"]
    reasons = (
        constants("SyncthingGate", 0, "cycle", "gate")
        | returned("_reason", "gate")
        | {
            engine_errors.NoFenceError.code,
            "syncthing_error",
            gate.UNKNOWN_FOLDER,
            engine_errors.IgnoreDeleteError.code,
            engine_errors.OneWayFolderError.code,
        }
    )
    assert attributes["wait_reason"]["state"].keys() == reasons


def test_every_way_of_changes_and_what_becomes_of_it_has_a_name() -> None:
    words = WORDS["entity"]["sensor"]["immich_changes"]
    assert words["state"].keys() == set(Way)
    assert words["state_attributes"]["websocket"]["state"].keys() == set(Websocket)
    assert words["state_attributes"]["webhook"]["state"].keys() == set(Webhook)


def test_every_step_has_a_name() -> None:
    attributes = WORDS["entity"]["sensor"]["status"]["state_attributes"]
    assert attributes["step"]["state"].keys() == {step.value for step in Step}


def test_every_state_has_a_word_and_an_icon() -> None:
    states = {state.value for state in FolderState}
    assert WORDS["entity"]["sensor"]["status"]["state"].keys() == states
    assert ICONS["entity"]["sensor"]["status"]["state"].keys() == states


DESCRIPTIONS = {
    f"{''.join(part.title() for part in platform.split('_'))}EntityDescription": str(platform) for platform in Platform
}
"""Platforms by the name of what describes their entities. Its module does not tell: such classes are remade."""


def described() -> dict[str, set[str]]:
    """Return by platform the translation keys of all entities, which are described at the top of the face's modules."""
    found: dict[str, set[str]] = {}
    for path in sorted(INTEGRATION.glob("[!_]*.py")):
        for value in vars(importlib.import_module(f"{PACKAGE}.{path.stem}")).values():
            for one in value if isinstance(value, tuple) else (value,):
                for base in type(one).__mro__:
                    if base.__name__ in DESCRIPTIONS:
                        found.setdefault(DESCRIPTIONS[base.__name__], set()).add(one.translation_key)
    return found


def test_every_entity_has_a_name_and_an_icon() -> None:
    entities = described()
    assert {platform: set(keys) for platform, keys in WORDS["entity"].items()} == entities
    assert {platform: set(keys) for platform, keys in ICONS["entity"].items()} == entities
    assert all(words["name"] for keys in WORDS["entity"].values() for words in keys.values())


def test_every_question_can_be_asked_and_answered() -> None:
    questions = {key: issue for key, issue in WORDS["issues"].items() if key.startswith("hold_")}
    assert questions.keys() == {f"hold_{kind.value}" for kind in HoldKind}
    for issue in questions.values():
        flow = issue["fix_flow"]
        asked, answers = flow["step"]["init"], {answer.value for answer in Answer}
        assert asked["menu_options"].keys() == asked["menu_option_descriptions"].keys() == answers
        assert flow["abort"].keys() == {"not_done", "not_loaded", "unknown_hold"}
        assert placeholders(issue["title"]) == {"count", "folders"}
        told = set().union(*map(placeholders, texts(flow["step"])))
        assert told == {"count", "folders", "sample"}


CONFIRMED = {
    "album_deleted": {"count", "detail", "name"},
    "album_leaving": {"count", "detail", "name"},
    "other_instance": {"detail", "folder"},
    "recovered_immich": {"asked", "detail", "released"},
    "recovered_ledger": {"asked", "detail", "released"},
    "replica_library": {"detail", "name", "place", "reason"},
    "replica_removed": {"detail", "name", "place"},
    "replica_unmarked": {"detail", "name", "place"},
    "replica_verification_failed": {"count", "detail", "missing", "name", "place"},
    "replica_waits": {"copies", "count", "detail", "name", "place"},
    "root_changed": {"detail", "folder", "refusal"},
}
PATHS = {
    "marker_missing": {"detail", "folder", "refusal"},
    "root_foreign": {"folder", "refusal"},
    "root_missing": {"detail", "folder", "refusal"},
    "root_unreadable": {"detail", "folder", "refusal"},
}
TOLD: dict[str, set[str]] = {
    "rules_failing": {"count", "detail", "folder"},
    "rules_refused": {"folder", "rules"},
    "account_not_loaded": {"account"},
    "album_no_room": {"count", "name"},
    "album_stopped": {"name", "reason"},
    "database_backup_old": {"account", "reason", "since"},
    "deletions_blocked": {"folder", "reason", "since"},
    "disk_nearly_full": {"folder", "free", "path", "total"},
    "ignore_delete": {"folder"},
    "immich_disk_nearly_full": {"free", "total"},
    "immich_quota_nearly_full": {"account", "free", "total"},
    "immich_unsupported": {"newest", "oldest", "version"},
    "missing_permissions": {"account", "lacking"},
    "migration_waits": {"name", "reason"},
    "mixed_syncthing_versions": {"devices", "version"},
    "no_versioning": {"folder"},
    "one_way_folder": {"folder"},
    "phone_ignores_deletes": {"devices"},
    "places_nested": {"one", "other", "other_place", "place"},
    "recovery_waits": {"folders"},
    "replica_bucket_missing": {"name", "place"},
    "replica_credentials": {"name", "place"},
    "replica_stopped": {"name", "place", "reason"},
    "replica_unreachable": {"name", "place"},
    "root_read_only": {"folder", "path"},
    "root_used_twice": {"folder", "other", "path"},
    "silent": {"folder", "reason", "since"},
    "syncthing_folder_fault": {"detail", "folder"},
    "syncthing_unknown_folder": {"folder"},
    "syncthing_unsupported": {"newest", "oldest", "version"},
    "vault_bucket_missing": {"detail", "place"},
    "vault_clock_skew": {"detail", "place"},
    "vault_credentials": {"detail", "place"},
    "vault_earlier_unreachable": {"detail", "place"},
    "vault_full": {"detail", "place"},
    "vault_only_copies": {"count", "days", "place"},
    "vault_unreachable": {"detail", "place"},
    "webhook_not_told": {"account", "permissions", "workflow"},
}
BELIEVED = {"webhook_left": {"account", "workflow"}}


CHOSEN = {"migration_damaged": ({"leave", "again"}, {"count", "name", "sample"})}


def test_everything_else_that_is_told_can_be_repaired_or_passes_by_itself() -> None:
    others = {key: issue for key, issue in WORDS["issues"].items() if not key.startswith("hold_")}
    assert others.keys() == CHOSEN.keys() | CONFIRMED.keys() | PATHS.keys() | TOLD.keys() | BELIEVED.keys()
    for key, (choices, known) in CHOSEN.items():
        flow = others[key]["fix_flow"]
        assert flow["step"].keys() == {"init"}
        assert flow["step"]["init"]["menu_options"].keys() == choices
        assert flow["abort"].keys() == {"not_loaded", "settled"}
        assert set().union(*map(placeholders, texts(others[key]))) == known
    for key, known in TOLD.items():
        assert others[key].keys() == {"title", "description"}
        assert set().union(*map(placeholders, texts(others[key]))) == known
    for key, known in BELIEVED.items():
        assert others[key]["fix_flow"].keys() == {"step"}
        assert others[key]["fix_flow"]["step"].keys() == {"confirm"}
        assert set().union(*map(placeholders, texts(others[key]))) == known
    for key, known in CONFIRMED.items():
        flow = others[key]["fix_flow"]
        assert flow["step"].keys() == {"confirm"}
        assert flow["abort"].keys() == {"not_loaded", "not_done"}
        assert ("refusal" in known) == ("error" in flow)
        assert set().union(*map(placeholders, texts(others[key]))) == known
    for key, known in PATHS.items():
        flow = others[key]["fix_flow"]
        assert flow["step"].keys() == {"path"}
        assert flow["step"]["path"]["data"].keys() == flow["step"]["path"]["data_description"].keys() == {"path"}
        assert flow["abort"].keys() == {"not_loaded"}
        assert flow["error"].keys() == {"refused"}
        assert set().union(*map(placeholders, texts(others[key]))) == known


def raised_issues() -> set[str]:
    """Return the keys that modules of issues give to what they want shown, as far as they are literals."""
    found: set[str] = set()
    for path in sorted((INTEGRATION / "issues").glob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        found |= {
            value.value
            for call in calls
            for value in [*call.args, *(keyword.value for keyword in call.keywords)]
            if isinstance(call.func, ast.Name) and call.func.id in {"Issue", "_about", "_issue", "_since"}
            if isinstance(value, ast.Constant) and isinstance(value.value, str)
        }
    return found


def test_every_issue_that_is_raised_has_words_and_no_other() -> None:
    named = {
        MIXED,
        DEAF,
        FULL_DISK,
        FULL_QUOTA,
        FolderFaultError.code,
        IgnoreDeleteError.code,
        OneWayFolderError.code,
        *replicas.KEYS.values(),
        replicas.OTHERWISE,
        *root.FIXES,
        *vault.KEYS.values(),
        vault.UNREACHABLE,
        vault.EARLIER,
    }
    holds = {f"hold_{kind.value}" for kind in HoldKind}
    # Which of two it is is decided where it is raised.
    either = {"recovered_immich", "recovered_ledger"}
    assert WORDS["issues"].keys() == raised_issues() | named | holds | either


def test_system_information_is_told() -> None:
    tree = ast.parse((INTEGRATION / "system_health.py").read_text())
    dictionaries = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    told = {key.value for key in max(dictionaries, key=lambda one: len(one.keys)).keys if isinstance(key, ast.Constant)}
    assert WORDS["system_health"]["info"].keys() == told


def test_every_issue_is_explained_where_its_link_leads() -> None:
    page = (INTEGRATION.parents[1] / "docs" / "troubleshooting.md").read_text()
    anchors = re.findall(r'<a id="([a-z_]+)"></a>', page)
    assert len(anchors) == len(set(anchors))
    assert set(anchors) >= WORDS["issues"].keys()


def test_actions_are_described_as_they_are() -> None:
    described = yaml.safe_load((INTEGRATION / "services.yaml").read_text())
    names = {action.value for action in services.Action}
    assert described.keys() == WORDS["services"].keys() == ICONS["services"].keys() == names
    schemas = {action.value: description.schema for action, description in services.ACTIONS.items()}
    assert schemas.keys() == names
    of_targets = {"entity_id", "device_id", "area_id", "floor_id", "label_id"}
    for name, schema in schemas.items():
        fields = {str(key) for key in schema.schema} - of_targets
        assert described[name]["fields"].keys() == WORDS["services"][name]["fields"].keys() == fields


def test_no_text_holds_an_address() -> None:
    """Home Assistant wants addresses as placeholders, so that translators cannot change them."""
    assert [text for text in texts(WORDS) if "://" in text] == []
