"""Every form, menu and choice has its words: those of the account, of a folder, and of what else it has."""

import re

import pytest

from custom_components.immich_syncthing import (
    account_settings,
    account_steps,
    album_flow,
    album_settings,
    album_steps,
    backup_schedule,
    config_flow,
    errors as refusals,
    first_preview,
    folder_choice,
    folder_flow,
    folder_settings,
    folder_steps,
    preview_steps,
    replica_flow,
    replica_settings,
    rule_form,
    rule_steps,
    rule_words,
    server_forms,
    webhook_steps,
)
from custom_components.immich_syncthing.albums.settings import OnDeletedHere, Quality, SearchBy, Source
from custom_components.immich_syncthing.engine.model import OnEdit, Preset
from custom_components.immich_syncthing.engine.settings import Hashing
from custom_components.immich_syncthing.engine.sorting.model import Effect, Kind
from custom_components.immich_syncthing.engine.sorting.stacking import Stacking
from custom_components.immich_syncthing.immich.permissions import OPTIONAL, REQUIRED, Feature
from custom_components.immich_syncthing.replica.settings import Originals
from custom_components.immich_syncthing.webhook import BadAddressError
from tests.repository.sources import INTEGRATION

from . import store_words
from .store_words import STORE_ERRORS, STORE_STEPS
from .words import WORDS, classes, placeholders, texts

REFUSALS = {error.code for error in classes(refusals)} - {"refused"}


def test_every_form_explains_every_error() -> None:
    webhook = {"webhook_missing_permission", "webhook_refused", BadAddressError.code}
    assert WORDS["config"]["error"].keys() == server_forms.FORM_ERRORS | {"other"} | STORE_ERRORS | webhook
    known = {"allowed", "detail", "permission", "status", *server_forms.EXAMPLES}
    assert set().union(*map(placeholders, texts(WORDS["config"]["error"]))) <= known


def test_every_end_of_the_accounts_forms_is_told() -> None:
    assert WORDS["config"]["abort"].keys() == {
        "already_configured",
        "no_place",
        "other_account",
        "reauth_successful",
        "reconfigure_successful",
        "removed",
    }


def test_there_are_no_texts_that_home_assistant_does_not_know() -> None:
    """It shows an unknown part nowhere, and says nothing of it."""
    assert WORDS.keys() <= {
        *("title", "config", "config_subentries", "options", "entity", "services", "triggers", "conditions"),
        *("exceptions", "issues", "selector", "system_health", "device_automation", "common"),
    }
    assert WORDS["config"]["initiate_flow"].keys() == {"user"}
    for words in WORDS["config_subentries"].values():
        assert words["initiate_flow"].keys() == {"user", "reconfigure"}


def test_the_folder_forms_explain_every_error() -> None:
    words = WORDS["config_subentries"]["folder"]
    rules = {rule_form.CONTRADICTS, *(f"rule_{reason}" for reason in rule_form.EXPLAINED)}
    assert words["error"].keys() == REFUSALS | folder_flow.FolderFlow.explained | {"folder_encrypted", "other"} | rules
    assert words["abort"].keys() == {
        "already_configured",
        "no_folders",
        "no_more_folders",
        "other",
        "reconfigure_successful",
        "removed",
        "syncthing_cannot_connect",
        "syncthing_certificate",
        "syncthing_host_check",
        "syncthing_wrong_key",
    }
    assert set().union(*map(placeholders, texts(words["error"]))) <= {"allowed", "detail"}


FORMS: dict[str, tuple[str, ...]] = {
    "user": ("url", "api_key", "verify_ssl"),
    "take_immich": ("source",),
    "permissions": (),
    "take_syncthing": ("source",),
    "syncthing": ("url", "api_key", "verify_ssl"),
    "reauth_immich": ("api_key",),
    "reauth_syncthing": ("api_key",),
    "reconfigure_immich": ("url", "api_key", "verify_ssl"),
    "reconfigure_syncthing": ("url", "api_key", "verify_ssl"),
    "settings": tuple(
        str(key) for key in account_settings.OPTIONS_SCHEMA.schema if key != backup_schedule.CONF_BACKUPS
    ),
    "reading": tuple(str(key) for key in account_settings.READING_SCHEMA.schema),
    "earlier_vaults": ("earlier_vaults",),
    "webhook": ("webhook", "url"),
}
ADVANCED = folder_settings.SETTINGS
SECTIONS: dict[str, set[str]] = {"location": {"advanced"}, "settings": {"advanced"}}
FOLDER_FORMS: dict[str, tuple[str, ...]] = {
    "user": ("folder_id",),
    "location": ("path", "preset"),
    "settings": ("path", "preset"),
    "rule": tuple(str(key) for key in rule_form.WHICH_SCHEMA.schema),
    "rule_effects": tuple(str(key) for key in rule_form.EFFECTS_SCHEMA.schema),
    "change_rule": ("rule",),
    "move_rule": ("rule", "to"),
    "remove_rule": ("rules",),
    "receive_only": (),
    "send_only": (),
    "ignore_delete": (),
    "permissions": (),
}
FOLDER_MENUS = {
    "reconfigure": {"settings", "rules"},
    "rules": {"add_rule", "change_rule", "move_rule", "remove_rule", "try_rules", "save_rules"},
    "try_rules": {"rules", "save_rules"},
    "preview": {"finish", "location"},
    "estimate": {"finish", "location"},
    "no_preview": {"finish", "location", "look"},
}
FOLDER_WORK = {"look": "look"}
"""Steps that only show progress, by what they say."""
MENUS = {
    "reauth_confirm": {"reauth_immich", "reauth_syncthing"},
    "reconfigure": {
        *("reconfigure_immich", "reconfigure_syncthing"),
        *("settings", "reading", "store", "earlier_vaults", "webhook"),
    },
    "store": {"vault_beside", *(STORE_STEPS - {"store"})},
}


def steps(flow: type) -> set[str]:
    return {name.removeprefix("async_step_") for name in vars(flow) if name.startswith("async_step_")}


def test_every_step_of_the_account_is_told() -> None:
    words = WORDS["config"]["step"]
    own = steps(config_flow.ImmichSyncthingConfigFlow) - {"reauth"}
    work = own | steps(account_steps.AccountSteps) | steps(webhook_steps.WebhookSteps) | STORE_STEPS
    assert work == words.keys()
    assert words.keys() == FORMS.keys() | MENUS.keys() | STORE_STEPS
    for step, fields in FORMS.items():
        assert words[step].get("data", {}).keys() == words[step].get("data_description", {}).keys() == set(fields)
    for step, options in MENUS.items():
        assert words[step]["menu_options"].keys() == options
    assert words["settings"]["sections"].keys() == {backup_schedule.CONF_BACKUPS}
    part = words["settings"]["sections"][backup_schedule.CONF_BACKUPS]
    inner = {str(key) for key in backup_schedule.BACKUPS_SCHEMA.schema}
    assert part["data"].keys() == part["data_description"].keys() == inner
    store_words.told(WORDS["config"])


def test_every_step_of_a_folder_is_told() -> None:
    words = WORDS["config_subentries"]["folder"]["step"]
    of = (folder_flow.FolderFlow, folder_steps.FolderSteps, preview_steps.PreviewSteps, rule_steps.RuleSteps)
    work = set().union(*map(steps, of))
    assert work == words.keys() | FOLDER_WORK.keys() | {"finish", "add_rule", "save_rules"}
    assert words.keys() == FOLDER_FORMS.keys() | FOLDER_MENUS.keys()
    assert WORDS["config_subentries"]["folder"]["progress"].keys() == set(FOLDER_WORK.values())
    for step, options in FOLDER_MENUS.items():
        assert words[step]["menu_options"].keys() == options
    for step, fields in FOLDER_FORMS.items():
        assert words[step].get("data", {}).keys() == words[step].get("data_description", {}).keys() == set(fields)
        sections = words[step].get("sections", {})
        assert sections.keys() == SECTIONS.get(step, set())
        for part in sections.values():
            assert part["name"]
            assert part["data"].keys() == part["data_description"].keys() == ADVANCED


def test_every_step_of_a_replica_is_told() -> None:
    words = WORDS["config_subentries"]["replica"]
    store_words.told(words)
    own = {"user", "settings", "albums", "reconfigure"}
    assert steps(replica_flow.ReplicaFlow) | steps(album_steps.AlbumSteps) == own
    assert words["step"].keys() == own | STORE_STEPS
    assert words["error"].keys() == STORE_ERRORS | {"no_name", "half_window", "no_album"}
    assert words["abort"].keys() == {"no_albums", "reconfigure_successful", "removed"}
    assert words["step"]["reconfigure"]["menu_options"].keys() == {"settings", "store"}
    assert words["step"]["albums"]["data"].keys() == words["step"]["albums"]["data_description"].keys() == {"albums"}
    schema = replica_settings.replica_schema(collapsed=True).schema
    inner = {str(key) for key in schema["pace"].schema.schema}
    for step in ("user", "settings"):
        step_words = words["step"][step]
        fields = {str(key) for key in schema} - {"pace"}
        assert step_words["data"].keys() == step_words["data_description"].keys() == fields
        part = step_words["sections"]["pace"]
        assert part["data"].keys() == part["data_description"].keys() == inner


def test_every_step_of_an_album_folder_is_told() -> None:
    words = WORDS["config_subentries"]["album_folder"]
    forms = {
        "user": {"folder_id"},
        "location": {"path"},
        "what": {str(key) for key in album_settings.WHAT.schema},
        "albums": {"albums"},
        "search": {str(key) for key in album_settings.SEARCH.schema},
        "confirm": set[str](),
    }
    of = (album_flow.AlbumFlow, album_steps.AlbumSteps, folder_steps.FolderSteps)
    assert set().union(*map(steps, of)) == forms.keys() | {"reconfigure"}
    assert words["step"].keys() == forms.keys()
    for step, fields in forms.items():
        told = words["step"][step]
        assert told.get("data", {}).keys() == told.get("data_description", {}).keys() == fields
    roots = {error.code for error in classes(refusals) if error.code.startswith("root_")}
    own = {"album_search_missing", "folder_receives", "no_album", "no_permission", "no_query", "other"}
    assert words["error"].keys() == roots | album_flow.AlbumFlow.explained | own
    assert words["abort"].keys() == {
        "already_configured",
        "no_albums",
        "no_folders",
        "no_more_folders",
        "other",
        "reconfigure_successful",
        "removed",
    }


def test_a_folded_part_has_no_default_of_its_own() -> None:
    """Home Assistant's page would take that for what is in the part, miss its fields, and refuse to send the form."""
    forms = "\n".join(path.read_text() for path in INTEGRATION.glob("*.py"))
    assert "section(" in forms
    assert re.findall(r"vol\.\w+\([^\n]*default=[^\n]*\): section\(", forms) == []


def test_every_choice_in_a_list_has_words() -> None:
    assert WORDS["selector"].keys() == {
        "activity_line",
        "album_quality",
        "album_source",
        "backup_home",
        "backup_rhythm",
        "feature",
        "first_preview",
        "folder_size",
        "hashing",
        "history_kind",
        "immich_job",
        "immich_source",
        "media_source",
        "on_deleted_here",
        "on_edit",
        "originals",
        "panel",
        "photo_kind",
        "preset",
        "rule",
        "rule_move",
        "rule_stack",
        "rule_type",
        "search_by",
        "store_encryption",
        "store_kind",
        "syncthing_source",
        "vault_reason",
    }
    assert WORDS["selector"]["first_preview"]["options"].keys() == first_preview.WORDS
    assert WORDS["selector"]["folder_size"]["options"].keys() == folder_choice.SIZES
    for source in ("immich_source", "syncthing_source"):
        assert WORDS["selector"][source]["options"].keys() == {server_forms.TYPED}
    assert WORDS["selector"]["on_edit"]["options"].keys() == {folder_settings.AS_PRESET, *OnEdit}
    assert WORDS["selector"]["backup_home"]["options"].keys() == set(backup_schedule.Home)
    assert WORDS["selector"]["backup_rhythm"]["options"].keys() == set(backup_schedule.Rhythm)
    assert WORDS["selector"]["feature"]["options"].keys() == set(Feature)
    assert WORDS["selector"]["hashing"]["options"].keys() == set(Hashing)
    assert WORDS["selector"]["originals"]["options"].keys() == set(Originals)
    assert WORDS["selector"]["album_source"]["options"].keys() == set(Source)
    assert WORDS["selector"]["album_quality"]["options"].keys() == set(Quality)
    assert WORDS["selector"]["on_deleted_here"]["options"].keys() == set(OnDeletedHere)
    assert WORDS["selector"]["search_by"]["options"].keys() == set(SearchBy)
    assert WORDS["selector"]["rule"]["options"].keys() == rule_words.OWN_WORDS | set(Effect)
    assert WORDS["selector"]["rule_move"]["options"].keys() == set(rule_form.Move)
    assert WORDS["selector"]["rule_stack"]["options"].keys() == set(Stacking)
    assert WORDS["selector"]["rule_type"]["options"].keys() == {rule_form.ANY_TYPE, *Kind}


@pytest.mark.parametrize("step", ["user", "reauth_immich", "reconfigure_immich"])
def test_who_makes_a_key_reads_of_every_permission(step: str) -> None:
    text = WORDS["config"]["step"][step]["data_description"]["api_key"]
    optional = {permission for permissions in OPTIONAL.values() for permission in permissions}
    assert [permission for permission in {*REQUIRED, *optional} if f"`{permission}`" not in text] == []


def test_the_documents_name_every_permission() -> None:
    text = (INTEGRATION.parents[1] / "docs" / "setup.md").read_text()
    optional = {permission for permissions in OPTIONAL.values() for permission in permissions}
    assert [permission for permission in {*REQUIRED, *optional} if f"`{permission}`" not in text] == []


def test_every_preset_says_what_it_does() -> None:
    assert WORDS["selector"]["preset"]["options"].keys() == {preset.value for preset in Preset}
