"""Power cuts, on each of the parts, while the phone goes on living."""

from .photos import photo
from .sides import sha1
from .stage import Stage


async def test_syncthing_is_killed_and_what_the_phone_did_meanwhile_is_made_up_for(stage: Stage) -> None:
    old, new = photo(3000), photo(3001)
    await stage.phone_takes_photo("Syncthing down/old.jpg", old)
    await stage.agree()

    await stage.pair.server.kill()
    await stage.shows(syncthing_connected="off")
    await stage.phone_takes_photo("Syncthing down/new.jpg", new)
    await stage.phone_deletes("Syncthing down/old.jpg")
    assert await stage.is_active(sha1(old))

    await stage.pair.server.start()
    await stage.active(sha1(new))
    await stage.trashed(sha1(old))
    await stage.agree()
    await stage.shows(syncthing_connected="on", problem="off")


async def test_immich_is_down_for_a_while_and_nothing_is_forgotten(stage: Stage) -> None:
    old, new, tidied = photo(3100), photo(3101), photo(3102)
    await stage.phone_takes_photos({"Immich down/old.jpg": old, "Immich down/tidied.jpg": tidied})
    await stage.agree()
    await stage.at_rest(1)

    await stage.immich.kill()
    await stage.phone_takes_photo("Immich down/new.jpg", new)
    await stage.phone_deletes("Immich down/old.jpg")
    await stage.on_server("Immich down/new.jpg")
    await stage.shows(status="waiting_for_immich", problem="on")

    await stage.immich.start()
    await stage.immich_changes(sha1(tidied), "trashed")
    await stage.active(sha1(new))
    await stage.trashed(sha1(old))
    await stage.on_phone("Immich down/tidied.jpg", there=False)
    await stage.agree()
    await stage.shows(problem="off", immich_connected="on")


async def test_home_assistant_is_killed_in_the_middle_of_uploads(stage: Stage) -> None:
    old = photo(3200)
    await stage.phone_takes_photo("Killed/old.jpg", old)
    await stage.agree()
    before = len(await stage.immich.assets())
    await stage.immich.do("fault", kind="latency", path="/assets$", method="POST", seconds=0.3)
    await stage.phone_takes_photos({f"Killed/IMG_{number}.jpg": photo(3201 + number) for number in range(60)})

    async def some_have_arrived() -> bool:
        return len(await stage.immich.assets()) >= before + 5

    await stage.until(some_have_arrived, "some photos in Immich")
    await stage.home.kill()
    assert len(await stage.immich.assets()) < before + 60
    await stage.phone_deletes("Killed/old.jpg")
    await stage.immich.do("clear_faults")
    await stage.home.start()

    await stage.trashed(sha1(old))
    sides = await stage.agree()

    assert {sha1(photo(3201 + number)) for number in range(60)} <= sides.assets
    assert len(await stage.immich.assets()) == before + 60
