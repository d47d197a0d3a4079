"""Many deletions at once: nothing happens until the owner has decided, and then what the owner decided.

None of this uses up what the guard lets pass in its hour: what is undone or left deletes nothing, and what is approved
does not count. So all stories can share one stage, in any order.
"""

from .photos import photo
from .sides import sha1
from .stage import DOMAIN, Stage

MANY = 30
"""More than the 20 that pass in an hour."""


def _album(name: str, first: int) -> dict[str, bytes]:
    return {f"{name}/IMG_{number}.jpg": photo(first + number) for number in range(MANY)}


def _contents(album: dict[str, bytes]) -> set[str]:
    return {sha1(content) for content in album.values()}


async def _now(stage: Stage) -> tuple[str, int, int, int]:
    """Have one whole cycle, and return how it ended: the state, and how many were uploaded, trashed and deleted."""
    told = await stage.home.action(DOMAIN, "sync_now", {"folder": "Phone Photos"}, response=True)
    [report] = told["folders"]
    return report["state"], report["uploaded"], report["trashed"], report["deleted"]


async def test_many_deletions_on_the_phone_wait_and_are_undone(stage: Stage) -> None:
    album = _album("Undone", 6000)
    await stage.phone_takes_photos(album)
    before = await stage.agree()
    trash = await stage.immich.assets(trashed=True)

    await stage.phone_deletes(*album)
    question = await stage.asked("many_assets", MANY)
    await stage.shows(status="waiting_for_decision", held=str(MANY))
    await stage.phone_takes_photo("Undone/meanwhile.jpg", photo(6900))
    await stage.active(sha1(photo(6900)))
    assert await _now(stage) == ("waiting_for_decision", 0, 0, 0)
    assert await stage.immich.assets(trashed=True) == trash
    assert _contents(album) <= (await stage.sides()).assets

    await stage.decide(question, "undo")

    for path in album:
        await stage.on_phone(path)
    after = await stage.agree()
    assert after.phone == {**before.phone, "Undone/meanwhile.jpg": sha1(photo(6900))}
    assert await stage.immich.assets(trashed=True) == trash


async def test_many_deletions_on_the_phone_wait_and_are_approved(stage: Stage) -> None:
    album = _album("Approved", 6100)
    await stage.phone_takes_photos(album)
    before = await stage.agree()

    await stage.phone_deletes(*album)
    question = await stage.asked("many_assets", MANY)
    assert _contents(album) <= (await stage.sides()).assets
    await stage.decide(question, "approve")

    for content in _contents(album):
        await stage.trashed(content)
    after = await stage.agree()
    assert after.assets == before.assets - _contents(album)
    assert not album.keys() & after.phone.keys()


async def test_many_photos_trashed_in_immich_wait_and_are_left_on_the_phone(stage: Stage) -> None:
    album = _album("Left", 6200)
    await stage.phone_takes_photos(album)
    before = await stage.agree()

    await stage.immich_changes_many(_contents(album), "trashed")
    await _now(stage)  # no need to wait for the next look
    question = await stage.asked("many_files", MANY)
    await stage.shows(status="waiting_for_decision", held=str(MANY))
    assert await _now(stage) == ("waiting_for_decision", 0, 0, 0)
    await stage.decide(question, "leave")

    await stage.shows(status="in_agreement", to_upload="0", held="0")
    assert await _now(stage) == ("in_agreement", 0, 0, 0)
    after = await stage.sides()
    assert after.phone == after.server == before.phone
    assert after.assets == before.assets - _contents(album)

    await stage.immich_changes_many(_contents(album), "restored")
    await _now(stage)
    assert await stage.agree() == before
