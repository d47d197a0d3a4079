"""A photo deleted on each side while the vault is not to be had, and what follows when it is."""

from .living import Life

TRASHED, DELETED = "Camera/IMG_3.jpg", "Camera/IMG_4.jpg"


async def nothing_is_deleted(life: Life, photos: dict[str, bytes], code: str) -> None:
    """Delete a photo on each side while the vault takes none: both stay on the other side, and it is said why."""
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.phone_deletes(DELETED)
    report = await life.settle()
    assert TRASHED in life.on_phone()
    assert photos[DELETED] in life.in_immich()
    assert report.counts.failed == 2
    assert report.problem is not None
    told = {view.entry.path: view.entry.result for view in reversed(await life.account.history())}
    assert [told[path] for path in (TRASHED, DELETED)] == [f"failed:{code}"] * 2


async def goes_on(life: Life, photos: dict[str, bytes]) -> None:
    """An hour later all is as it was wanted."""
    life.clock.skip(3600)
    report = await life.settle()
    assert life.on_phone().keys() == photos.keys() - {TRASHED, DELETED}
    assert life.in_immich(trashed=True) == {photos[TRASHED], photos[DELETED]}
    assert (report.counts.failed, report.problem) == (0, None)
