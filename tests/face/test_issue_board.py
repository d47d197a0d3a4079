"""The board shows what is wanted, waits with what may pass, and leaves alone what nobody looked at."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.issues.board import Issue, IssueBoard

from .repairing import shown


@pytest.fixture
def board(hass: HomeAssistant) -> IssueBoard:
    return IssueBoard(hass, "entry", "https://example.org/project")


def test_an_issue_comes_and_goes_as_it_is_wanted(hass: HomeAssistant, board: IssueBoard) -> None:
    board.show("place", [Issue(key="silent", folder_id="a", placeholders={"folder": "A"})])
    issue = shown(hass)["silent"]
    assert issue.translation_placeholders == {"folder": "A"}
    assert issue.learn_more_url == "https://example.org/project/blob/main/docs/troubleshooting.md#silent"
    assert (issue.is_fixable, issue.data) == (False, None)
    assert board.shows("place", "a")
    board.show("place", [])
    assert shown(hass) == {}
    assert not board.shows("place", "a")


def test_what_can_be_repaired_knows_its_entry(hass: HomeAssistant, board: IssueBoard) -> None:
    board.show("root", [Issue(key="root_missing", fix={"flow": "relocate"})])
    issue = shown(hass)["root_missing"]
    assert (issue.is_fixable, issue.data) == (True, {"entry_id": "entry", "flow": "relocate"})


def test_a_look_at_one_folder_or_topic_leaves_the_others_alone(hass: HomeAssistant, board: IssueBoard) -> None:
    board.show("place", [Issue(key="one", folder_id="a"), Issue(key="two", folder_id="b")])
    board.show("root", [Issue(key="three", folder_id="a")])
    board.show("place", [], "a")
    assert shown(hass).keys() == {"two", "three"}
    assert board.keys() == ["three", "two"]
    assert board.keys("b") == ["two"]


def test_two_accounts_share_nothing(hass: HomeAssistant, board: IssueBoard) -> None:
    board.show("account", [Issue(key="one")])
    IssueBoard(hass, "other").show("account", [])
    IssueBoard(hass, "other").clear()
    assert shown(hass).keys() == {"one"}


def test_what_may_pass_is_shown_when_it_lasts(
    hass: HomeAssistant, board: IssueBoard, passing: Callable[[float], None]
) -> None:
    patient = [Issue(key="one", patience=60.0)]
    board.show("root", patient)
    passing(50)
    board.show("root", patient)
    assert shown(hass) == {}
    board.show("root", [])
    passing(50)
    board.show("root", patient)
    assert shown(hass) == {}
    passing(60)
    board.show("root", patient)
    assert shown(hass).keys() == {"one"}


def test_what_was_shown_before_a_reload_stays_without_waiting(hass: HomeAssistant, board: IssueBoard) -> None:
    board.show("root", [Issue(key="one")])
    IssueBoard(hass, "entry").show("root", [Issue(key="one", patience=60.0)])
    assert shown(hass).keys() == {"one"}


def test_what_was_ignored_before_a_restart_is_known_while_it_waits(
    hass: HomeAssistant, board: IssueBoard, passing: Callable[[float], None]
) -> None:
    patient = [Issue(key="one", folder_id="a", patience=60.0)]
    board.show("root", patient)
    passing(60)
    board.show("root", patient)
    registry = ir.async_get(hass)
    registry.async_ignore(DOMAIN, shown(hass)["one"].issue_id, ignore=True)
    # So they come out of the registry's file.
    registry.issues = {key: replace(issue, active=False, data=None) for key, issue in registry.issues.items()}
    assert shown(hass) == {}

    after = IssueBoard(hass, "entry")
    after.show("root", patient, "a")
    assert shown(hass) == {}
    assert not after.shows("root", "a")
    passing(60)
    after.show("root", patient, "a")
    assert shown(hass)["one"].dismissed_version is not None


def test_folders_that_are_gone_take_theirs_along(hass: HomeAssistant, board: IssueBoard) -> None:
    board.show("root", [Issue(key="one", folder_id="a"), Issue(key="two", folder_id="b")])
    board.show("account", [Issue(key="three")])
    board.forget_other_folders(["b"])
    assert shown(hass).keys() == {"two", "three"}
    board.forget_other_folders([])
    assert shown(hass) == {}
