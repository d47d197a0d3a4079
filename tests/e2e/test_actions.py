"""What can be asked of the integration: look now, and what would you do?"""

from .photos import photo
from .sides import sha1
from .stage import DOMAIN, Stage


async def test_preview_tells_what_the_next_cycle_does_and_does_nothing(stage: Stage) -> None:
    content = photo(4000)
    await stage.phone_takes_photo("Preview/IMG_1.jpg", content)
    await stage.agree()
    await stage.at_rest(2)
    await stage.immich_changes(sha1(content), "trashed")

    told = await stage.home.action(DOMAIN, "preview", {"folder": "Phone Photos"}, response=True)

    [folder] = told["folders"]
    assert folder["folder_id"] == stage.pair.folder_id
    assert (folder["actions"], folder["held"]) == ({"delete_file": 1}, {})
    assert [(item["action"], item["path"]) for item in folder["items"]] == [("delete_file", "Preview/IMG_1.jpg")]
    assert "Preview/IMG_1.jpg" in (await stage.sides()).server

    await stage.on_phone("Preview/IMG_1.jpg", there=False)
    await stage.agree()
    told = await stage.home.action(DOMAIN, "preview", {}, response=True)
    assert [(folder["actions"], folder["held"]) for folder in told["folders"]] == [({}, {})]


async def test_sync_now_does_not_wait_for_the_next_look(stage: Stage) -> None:
    content = photo(4001)
    await stage.phone_takes_photo("Now/IMG_1.jpg", content)
    await stage.agree()
    await stage.at_rest(2)
    await stage.immich_changes(sha1(content), "trashed")

    told = await stage.home.action(DOMAIN, "sync_now", {"folder": "Phone Photos"}, response=True)

    assert [(report["state"], report["deleted"]) for report in told["folders"]] == [("in_agreement", 1)]
    await stage.on_phone("Now/IMG_1.jpg", there=False)
    await stage.agree()


async def test_the_button_looks_at_once(stage: Stage) -> None:
    content = photo(4002)
    await stage.phone_takes_photo("Button/IMG_1.jpg", content)
    await stage.agree()
    await stage.at_rest(2)
    await stage.immich_changes(sha1(content), "trashed")

    await stage.home.action("button", "press", {"entity_id": stage.entity("sync_now")})

    await stage.on_phone("Button/IMG_1.jpg", there=False)
    await stage.agree()
    assert (await stage.shown())["sync_now"] != "unknown"
