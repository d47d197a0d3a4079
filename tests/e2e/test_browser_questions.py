"""Many deletions on the phone become a question in Home Assistant's web page, and its owner answers it there."""

from .browser import Browser
from .photos import photo
from .pictures import take
from .sides import sha1
from .stage import Stage

MANY = 30
"""More than the 20 that pass in an hour."""


async def test_a_question_arrives_as_a_repair_and_is_approved(tab: Browser, stage: Stage) -> None:
    album = {f"Holiday/IMG_20260801_{101500 + number}.jpg": photo(7000 + number) for number in range(MANY)}
    await stage.phone_takes_photos(album)
    await stage.agree()
    await stage.phone_deletes(*album)
    await stage.asked("many_assets", MANY)

    await tab.open("config/repairs")
    await tab.choose(f"{MANY} photos were deleted in Phone Photos")
    await tab.sees("Move them to Immich's trash", "Leave them in Immich", "Bring the files back")
    await tab.sees_part(
        "Until you decide, nothing happens to these photos.", "Choose this if nobody meant to delete them."
    )
    assert await tab.untranslated() == []
    await take(tab, stage, "question")
    assert {sha1(content) for content in album.values()} <= (await stage.sides()).assets

    await tab.choose("Move them to Immich's trash")
    await tab.sees_part("Your answer is carried out.")
    assert await tab.untranslated() == []
    await tab.press("Finish")
    for content in album.values():
        await stage.trashed(sha1(content))
    await stage.agree()
    assert await stage.issues() == []
