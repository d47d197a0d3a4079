"""Changes in Immich arrive by themselves: by its websocket, by a webhook, and by looking where neither works."""

from collections.abc import AsyncIterator

import pytest

from .cast import NEW
from .photos import photo
from .sides import sha1
from .stage import DOMAIN, Stage


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Everything runs, with a key that allows everything; afterwards Home Assistant's log is looked through."""
    root = tmp_path_factory.mktemp("changes")
    async with Stage(root, syncthing=NEW.syncthing, immich=NEW.immich, by_hand=True, debug=True) as stage:
        stage.key = await stage.new_key(["all"])
        await stage.set_up()
        await stage.phone_takes_photos({f"Before/IMG_{number}.jpg": photo(30_000 + number) for number in range(40)})
        await stage.agree()
        yield stage
        await stage.agree()
    assert stage.complaints() == []


async def test_a_photo_trashed_in_immich_leaves_the_phone_and_comes_back(stage: Stage) -> None:
    await stage.shows(immich_changes="websocket")
    path, content = "Before/IMG_1.jpg", sha1(photo(30_001))

    await stage.immich_changes(content, "trashed")
    await stage.on_phone(path, there=False)
    await stage.agree()

    await stage.immich_changes(content, "restored")
    await stage.on_phone(path)
    await stage.agree()


async def test_a_photo_deleted_for_good_in_immich_leaves_the_phone_and_nobody_is_asked(stage: Stage) -> None:
    await stage.shows(immich_changes="websocket")
    await stage.immich_changes(sha1(photo(30_003)), "deleted")
    await stage.on_phone("Before/IMG_3.jpg", there=False)
    await stage.shows(status="in_agreement")
    await stage.agree()


async def test_an_immich_that_restarts_is_looked_at_until_its_websocket_is_back(stage: Stage) -> None:
    await stage.shows(immich_changes="websocket")
    await stage.immich.do("fault", kind="status", path="socket.io", status=502)
    await stage.immich.do("cut_lines")
    await stage.shows(immich_changes="polling")
    await stage.immich_changes(sha1(photo(30_002)), "trashed")
    await stage.on_phone("Before/IMG_2.jpg", there=False)

    await stage.immich.do("clear_faults")
    await stage.immich.kill()
    await stage.immich.start()
    await stage.shows(immich_changes="websocket")
    await stage.agree()


async def test_where_there_is_no_websocket_a_webhook_tells_of_new_photos(stage: Stage) -> None:
    await stage.immich.do("fault", kind="status", path="socket.io", status=502)
    await stage.immich.do("cut_lines")
    await stage.shows(immich_changes="polling")

    choice = {"next_step_id": "webhook"}
    on = {"webhook": True, "url": stage.home.url}
    done = await stage.home.reconfigure(DOMAIN, stage.entry_id, choice, on)
    assert done["reason"] == "reconfigure_successful", done
    await stage.shows(status="in_agreement", immich_changes="polling")
    await stage.immich.upload(photo(30_100), "of another device.jpg")
    await stage.shows(immich_changes="webhook")

    off = {"webhook": False, "url": stage.home.url}
    done = await stage.home.reconfigure(DOMAIN, stage.entry_id, choice, off)
    assert done["reason"] == "reconfigure_successful", done
    await stage.immich.do("clear_faults")
    await stage.shows(immich_changes="websocket")
    asset = await stage.asset(sha1(photo(30_100)))
    await stage.immich.do("change", ids=[asset["id"]], to="purged")
