"""The panel's review of questions: photo by photo, answered as they were seen, by administrators, and taken back."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .household import Household
from .panel import Panel
from .test_hold_actions import NAMES, deleted

__all__ = ["deleted"]


async def looking(
    hass: HomeAssistant, connect: WebSocketGenerator, token: str | None = None
) -> tuple[Panel, dict[str, Any]]:
    """Open the page; return it, and what a command needs to know of the only question."""
    panel = await Panel.open(hass, connect, token)
    await panel.ask("overview/subscribe")
    told = await panel.until(lambda told: bool(told["holds"]))
    [hold] = told["holds"]
    return panel, {name: hold[name] for name in ("entry_id", "hold_id")}


async def seen(panel: Panel, which: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer names: the question as it was seen."""
    return which | {"revision": (await panel.ask("hold/items", **which))["revision"]}


async def test_its_photos_are_read_page_by_page(
    hass: HomeAssistant, deleted: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel, which = await looking(hass, hass_ws_client)
    first = await panel.ask("hold/items", **which, limit=2)
    second = await panel.ask("hold/items", **which, limit=2, after=first["next"])
    items = [*first["items"], *second["items"]]
    assert [one["path"] for one in items] == sorted(NAMES)
    assert {(one["folder"], one["is_video"]) for one in items} == {("Phone", False)}
    assert (len(second["items"]), second["next"]) == (1, None)
    assert first["revision"] == second["revision"]


async def test_photos_that_leave_are_told_from_photos_that_join(
    hass: HomeAssistant, deleted: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel, which = await looking(hass, hass_ws_client)
    before = await panel.ask("hold/items", **which)
    assert before["joined_revision"] == max(one["revision"] for one in before["items"]) == before["revision"]
    first = before["items"][0]["item"]
    await panel.ask("hold/answer", **await seen(panel, which), answer="leave", items=[first])
    told = await panel.until(lambda told: told["holds"][0]["count"] == 2)
    after = await panel.ask("hold/items", **which)
    for one in (told["holds"][0], after):
        assert one["revision"] > before["revision"]
        assert one["joined_revision"] == before["joined_revision"]


async def test_some_are_approved_and_the_rest_undone(
    hass: HomeAssistant, deleted: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel, which = await looking(hass, hass_ws_client)
    by_path = {one["path"]: one["item"] for one in (await panel.ask("hold/items", **which))["items"]}
    told = await panel.ask(
        "hold/answer", **await seen(panel, which), answer="approve", items=[by_path["IMG_0.jpg"], by_path["IMG_1.jpg"]]
    )
    assert told == {"hold_id": which["hold_id"], "answered": 2, "left": 1}
    told = await panel.ask("hold/answer", **await seen(panel, which), answer="undo")
    assert told == {"hold_id": which["hold_id"], "answered": 1, "left": 0}
    await deleted.sync()
    assert {one.name for one in deleted.immich.browser.assets(trashed=True)} == {"IMG_0.jpg", "IMG_1.jpg"}
    assert [photo.name for photo in deleted.photos.glob("*.jpg")] == ["IMG_2.jpg"]
    await panel.until(lambda told: not told["holds"])


async def test_two_pages_do_not_answer_twice(
    hass: HomeAssistant, deleted: Household, hass_ws_client: WebSocketGenerator
) -> None:
    first, which = await looking(hass, hass_ws_client)
    second, _ = await looking(hass, hass_ws_client)
    answer = await seen(second, which) | {"answer": "leave"}
    items = [one["item"] for one in (await first.ask("hold/items", **which))["items"]]
    await first.ask("hold/answer", **answer, items=items[:1])
    error = await second.refused("hold/answer", **answer, items=items[:1])
    assert (error["code"], error["message"]) == (
        "nothing_answered",
        "None of these photos waits for this answer any more.",
    )
    assert (error["translation_domain"], error["translation_key"]) == ("immich_syncthing", "nothing_answered")
    await first.ask("hold/answer", **answer)
    await second.until(lambda told: not told["holds"])
    assert (await second.refused("hold/answer", **answer))["code"] == "unknown_hold"
    assert (await second.refused("hold/items", **which))["code"] == "unknown_hold"


async def test_nobody_answers_what_nobody_saw(
    hass: HomeAssistant, deleted: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel, which = await looking(hass, hass_ws_client)
    answer = await seen(panel, which)
    error = await panel.refused("hold/answer", **answer | {"revision": answer["revision"] + 1}, answer="approve")
    assert error["code"] == "unknown_revision"
    assert len(deleted.immich.browser.assets(trashed=False)) == 3


async def test_an_answer_is_taken_back(
    hass: HomeAssistant, deleted: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel, which = await looking(hass, hass_ws_client)
    await panel.ask("hold/answer", **await seen(panel, which), answer="leave")
    await deleted.sync()
    entry = {"entry_id": which["entry_id"]}
    [answer] = (await panel.ask("answers", **entry))["answers"]
    assert (answer["hold_id"], answer["answer"], answer["count"]) == (which["hold_id"], "leave", 3)
    assert (await panel.ask("answers", **entry, before=answer["answer_id"]))["answers"] == []
    told = await panel.ask("reconsider", **entry, answer_id=answer["answer_id"])
    assert (told["asked_again"] + told["brought_back"], told["hindered"]) == (3, [])
    error = await panel.refused("reconsider", **entry, answer_id="of-nobody")
    assert error["code"] == "unknown_answer"


async def test_a_guest_sees_the_photos_and_decides_nothing(
    hass: HomeAssistant, deleted: Household, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    panel, which = await looking(hass, hass_ws_client, hass_read_only_access_token)
    answer = await seen(panel, which)
    for command, data in (
        ("hold/answer", answer | {"answer": "approve"}),
        ("reconsider", {"entry_id": which["entry_id"], "answer_id": "any"}),
    ):
        assert (await panel.refused(command, **data))["code"] == "unauthorized"
    await deleted.sync()
    assert len(deleted.immich.browser.assets(trashed=False)) == 3
    assert (await panel.ask("answers", entry_id=which["entry_id"]))["answers"] == []


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("hold/items", {"limit": 0}),
        ("hold/items", {"limit": 501}),
        ("hold/items", {"limit": "10"}),
        ("hold/items", {"after": "../../etc"}),
        ("hold/items", {"after": "A" * 40}),
        ("hold/items", {"after": "a" * 41}),
        ("hold/answer", {"revision": 1, "answer": "burn"}),
        ("hold/answer", {"revision": 0, "answer": "approve"}),
        ("hold/answer", {"revision": 1, "answer": "approve", "items": []}),
        ("hold/answer", {"revision": 1, "answer": "approve", "items": ["0"]}),
        ("hold/answer", {"answer": "approve"}),
    ],
)
async def test_nonsense_is_refused_before_anything_is_looked_up(
    hass: HomeAssistant,
    household: Household,
    hass_ws_client: WebSocketGenerator,
    command: str,
    data: dict[str, Any],
) -> None:
    entry = await household.set_up(folders=False)
    panel = await Panel.open(hass, hass_ws_client)
    error = await panel.refused(command, entry_id=entry.entry_id, hold_id="any", **data)
    assert error["code"] == "invalid_format"


async def test_whose_account_is_not_there_or_does_not_work_is_told_so(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await household.set_up(folders=False)
    panel = await Panel.open(hass, hass_ws_client)
    assert (await panel.refused("answers", entry_id="gone"))["code"] == "account_not_there"
    await hass.config_entries.async_unload(entry.entry_id)
    error = await panel.refused("answers", entry_id=entry.entry_id, language="de")
    assert error["code"] == "account_not_loaded"
    assert error["message"].startswith(f"{entry.title} arbeitet gerade nicht.")
    assert error["translation_placeholders"] == {"account": entry.title}
