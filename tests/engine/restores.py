"""What the stories of restoring have in common."""

from custom_components.immich_syncthing.engine.ledger.hold_views import HoldView
from custom_components.immich_syncthing.engine.model import Answer
from custom_components.immich_syncthing.engine.patterns import parse_patterns
from custom_components.immich_syncthing.engine.restoration import Restoration
from custom_components.immich_syncthing.engine.selection import Selection

from .living import CAMERA, Life

DETAILS = 20
EVERYTHING = Selection(frozenset({CAMERA}), patterns=parse_patterns(["*"]))


async def many_photos(life: Life, number: int) -> dict[str, bytes]:
    """Let so many photos arrive and be uploaded; path to content."""
    photos = {}
    for one in range(number):
        path = f"Camera/{one // 20}/IMG_{one}.jpg"
        photos[path] = life.phone_adds(path)
    await life.settle()
    return photos


async def purge(life: Life) -> None:
    """Empty Immich's trash, and let that be seen."""
    life.web.purge(*[asset.id for asset in life.web.assets(trashed=True)])
    await life.folder.run(full=True)


async def answered(life: Life, answer: Answer) -> HoldView:
    """Answer the only question, and let that be carried out."""
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, answer)
    await life.settle()
    return hold


async def preview_is_run(life: Life, wanted: Selection) -> Restoration:
    """Tell what a restore would do, see that this changes nothing, and do it: it is the same."""
    before = life.on_phone(), life.in_immich(), life.in_immich(trashed=True), await life.account.history()
    told = await life.account.restore(wanted, dry_run=True, details=DETAILS)
    assert before == (life.on_phone(), life.in_immich(), life.in_immich(trashed=True), await life.account.history())
    done = await life.account.restore(wanted, details=DETAILS)
    assert done == told
    return done


async def back_in_agreement(life: Life, photos: dict[str, bytes], done: Restoration) -> None:
    """Let it be done; both sides have exactly these photos then, nobody is asked, and nothing more is to do."""
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())
    assert await life.account.holds() == []
    became = await life.account.returned(done)
    assert (became.back, became.under_way, became.given_up) == (done.count, 0, 0)
    assert await life.account.still_under_way(done) is None
    for one in done.coming:
        assert set(one.paths) & {place.path for place in became.listed[one.checksum].places} or one.paths
    report = await life.cycle()
    assert (report.waiting, report.failed, report.counts.linked) == (0, 0, len(photos))
    await life.hear()
    assert life.on_phone() == photos
