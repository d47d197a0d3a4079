"""What somebody does in the folder: a copy deleted, renamed or changed, and files that are none of ours."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from custom_components.immich_syncthing.albums.settings import OnDeletedHere, Quality, Source
from tests.immich.photos import photo

from .tablet import Tablet


async def test_album_folder_never_deletes_in_immich(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg")
    for choice in (OnDeletedHere.STAY_AWAY, OnDeletedHere.BRING_BACK, OnDeletedHere.TAKE_OUT):
        tablet.set(on_deleted_here=choice)
        await tablet.well()
        for path in tablet.root.glob("*.jpg"):
            path.unlink()
        await tablet.well()
    assert tablet.asked_to_delete() == []
    assert len(tablet.web.assets(trashed=False)) == 3
    assert tablet.server.world.tables.albums[album].asset_ids == []


async def test_what_is_deleted_here_stays_away_and_stays_in_its_album(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    for _ in range(2):
        await tablet.well()
        assert tablet.names() == ["IMG_2.jpg"]
    assert len(tablet.server.world.tables.albums[album].asset_ids) == 2


async def test_what_stays_away_comes_again_when_it_is_put_into_the_album_again(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    await tablet.well()
    one = tablet.web.find("IMG_1.jpg").id
    tablet.web.take_from_album(album, one)
    await tablet.well()
    tablet.web.put_into_album(album, one)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]


async def test_what_is_put_back_by_hand_is_a_copy_again(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    (tablet.root / "IMG_1.jpg").rename(tablet.home / "aside.jpg")
    await tablet.well()
    (tablet.home / "aside.jpg").rename(tablet.root / "IMG_1.jpg")
    await tablet.well()
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg"]


async def test_what_is_deleted_here_is_brought_back_if_it_shall(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    tablet.set(on_deleted_here=OnDeletedHere.BRING_BACK)
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]


async def test_what_is_deleted_here_is_taken_out_of_the_chosen_albums_only(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    one = tablet.web.find("IMG_1.jpg").id
    other = tablet.web.make_album("Other", one)
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    report = await tablet.well()
    assert report.taken_out == 1
    albums = tablet.server.world.tables.albums
    assert (albums[album].asset_ids, albums[other].asset_ids) == ([tablet.web.find("IMG_2.jpg").id], [one])
    await tablet.well()
    tablet.web.put_into_album(album, one)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]


async def test_what_was_taken_out_comes_again_however_soon_it_is_put_in(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    one = tablet.web.find("IMG_1.jpg").id
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    assert (await tablet.well()).taken_out == 1
    tablet.web.put_into_album(album, one)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]


async def test_who_may_not_take_out_is_told_and_it_is_done_once_they_may(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    tablet.library = tablet.client(tablet.server.make_key("asset.read", "asset.download", "user.read", "album.read"))
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    report = await tablet.run()
    assert report.problem is not None
    assert report.problem.placeholders["permission"] == "albumAsset.delete"
    tablet.library = None
    assert (await tablet.well()).taken_out == 1
    assert len(tablet.server.world.tables.albums[album].asset_ids) == 1


async def test_a_setting_that_was_changed_meanwhile_takes_nothing_out(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    tablet.library = tablet.client(tablet.server.make_key("asset.read", "asset.download", "user.read", "album.read"))
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    await tablet.run()
    tablet.library = None
    tablet.set(on_deleted_here=OnDeletedHere.STAY_AWAY)
    assert (await tablet.well()).taken_out == 0
    assert (len(tablet.server.world.tables.albums[album].asset_ids), tablet.names()) == (2, ["IMG_2.jpg"])


async def test_favourites_cannot_be_taken_out(tablet: Tablet) -> None:
    tablet.set(source=Source.FAVORITES, on_deleted_here=OnDeletedHere.TAKE_OUT)
    for number in (1, 2):
        tablet.web.favourite(await tablet.photo(f"IMG_{number}.jpg"))
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg"]
    assert tablet.web.find("IMG_1.jpg").is_favorite


@pytest.mark.parametrize("trouble", [{"state": "syncing"}, {"need_files": 1}, {"need_deletes": 1}])
async def test_while_syncthing_works_nothing_counts_as_deleted_and_nothing_is_removed(
    tablet: Tablet, trouble: dict[str, object]
) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg")
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    tablet.web.take_from_album(album, tablet.web.find("IMG_2.jpg").id)
    await tablet.photo("IMG_4.jpg", b"", album)
    for name, value in trouble.items():
        setattr(tablet.sync, name, value)
    report = await tablet.well()
    assert (report.waits, report.taken_out, report.removed, report.copied) == (True, 0, 0, 1)
    tablet.sync.state, tablet.sync.need_files, tablet.sync.need_deletes = "idle", 0, 0
    report = await tablet.well()
    assert (report.waits, report.taken_out, report.removed) == (False, 1, 1)


async def test_a_copy_that_is_renamed_keeps_its_new_name_and_leaves_under_it(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    (tablet.root / "best").mkdir()
    (tablet.root / "IMG_1.jpg").rename(tablet.root / "best" / "Anna.jpg")
    report = await tablet.well()
    assert (report.taken_out, report.copied, tablet.names()) == (0, 0, ["IMG_2.jpg", "best/Anna.jpg"])
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg"]


async def test_a_copy_may_take_the_name_of_one_that_stays_away(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    await tablet.well()
    (tablet.root / "IMG_2.jpg").rename(tablet.root / "IMG_1.jpg")
    assert not (await tablet.well()).changed
    tablet.web.take_from_album(album, tablet.web.find("IMG_2.jpg").id)
    await tablet.well()
    assert tablet.names() == []


async def test_a_copy_that_somebody_changed_is_theirs(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    (tablet.root / "IMG_1.jpg").write_bytes(b"painted over")
    assert not (await tablet.well()).changed
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.files() == {"IMG_1.jpg": b"painted over", "IMG_2.jpg": b"bytes of IMG_2.jpg"}


async def test_a_changed_copy_that_is_deleted_stays_away(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    (tablet.root / "IMG_1.jpg").write_bytes(b"painted over")
    await tablet.well()
    (tablet.root / "IMG_1.jpg").unlink()
    for _ in range(2):
        await tablet.well()
        assert tablet.names() == ["IMG_2.jpg"]


async def test_a_copy_that_is_changed_in_the_very_moment_of_its_removal_stays(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    rename = os.rename

    def painting(source: str, *args: object, **how: int) -> None:
        (tablet.root / "IMG_1.jpg").write_bytes(b"PAINTED OVER it ja")
        rename(source, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", painting)
    report = await tablet.well()
    monkeypatch.undo()
    assert (report.removed, tablet.files()["IMG_1.jpg"]) == (0, b"PAINTED OVER it ja")
    await tablet.well()
    assert tablet.files()["IMG_1.jpg"] == b"PAINTED OVER it ja"


async def test_a_copy_that_only_looks_otherwise_is_a_copy(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    os.utime(tablet.root / "IMG_1.jpg")
    assert not (await tablet.well()).changed
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg"]


async def test_a_file_of_somebody_else_is_neither_overwritten_nor_removed(tablet: Tablet) -> None:
    (tablet.root / "IMG_1.jpg").write_bytes(b"mine")
    (tablet.root / "notes").mkdir()
    (tablet.root / "notes" / "read me.txt").write_bytes(b"mine as well")
    mine = tablet.files()
    album = await tablet.album("IMG_1.jpg")
    one = tablet.web.find("IMG_1.jpg").id
    await tablet.well()
    assert tablet.files() == mine | {f"IMG_1 ({one[:8]}).jpg": b"bytes of IMG_1.jpg"}
    tablet.web.take_from_album(album, one)
    await tablet.well()
    assert tablet.files() == mine


async def test_the_same_photo_that_somebody_put_there_stays_theirs(tablet: Tablet) -> None:
    (tablet.root / "IMG_1.jpg").write_bytes(b"bytes of IMG_1.jpg")
    album = await tablet.album("IMG_1.jpg")
    await tablet.well()
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg"]


def put_there(tablet: Tablet, path: str, like: Path) -> Path:
    """A file of somebody else's with the bytes and the date of a copy, as from the camera's own card."""
    mine = tablet.root / path
    mine.parent.mkdir(exist_ok=True)
    shutil.copy2(like, mine)
    return mine


def over(tablet: Tablet, name: str, aside: Path) -> None:
    """Move a file of somebody else's over a copy, later than that came as far as the disk's clock can tell."""
    copy, mine = tablet.root / name, aside / "card.jpg"
    before = copy.stat().st_ctime_ns
    shutil.copy2(copy, mine)
    while mine.stat().st_ctime_ns <= before:
        shutil.copystat(copy, mine)
    shutil.move(mine, tablet.root / ".own")
    (tablet.root / ".own").replace(copy)


async def test_the_same_photo_with_the_same_date_is_no_copy_of_ours(tablet: Tablet, tmp_path: Path) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    one = tablet.web.find("IMG_1.jpg").id
    tablet.web.take_from_album(album, one)
    away = tmp_path / "away.jpg"
    shutil.copy2(tablet.root / "IMG_1.jpg", away)
    await tablet.well()
    mine = put_there(tablet, "IMG_1.jpg", away)
    tablet.web.put_into_album(album, one)
    assert (await tablet.well()).copied == 0
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]
    tablet.web.take_from_album(album, one)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]

    tablet.web.put_into_album(album, one)
    await tablet.well()
    mine.unlink()
    assert (await tablet.well()).copied == 1
    tablet.web.take_from_album(album, one)
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg"]


async def test_the_same_photo_that_its_owner_puts_in_the_place_of_a_deleted_copy_is_theirs(
    tablet: Tablet, tmp_path: Path
) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    mine = tmp_path / "card.jpg"
    shutil.copy2(tablet.root / "IMG_1.jpg", mine)
    # Kept elsewhere, so that its inode is nobody else's.
    (tablet.root / "IMG_1.jpg").rename(tablet.home / "aside.jpg")
    await tablet.well()
    put_there(tablet, "IMG_1.jpg", mine)
    assert (await tablet.well()).copied == 0
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]


async def test_the_same_photo_that_its_owner_moves_over_a_copy_is_theirs(tablet: Tablet, tmp_path: Path) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    over(tablet, "IMG_1.jpg", tmp_path)
    assert (await tablet.well()).copied == 0
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]


async def test_a_disk_that_numbers_its_files_anew_makes_no_copy_somebody_elses(tablet: Tablet) -> None:
    """As FAT does whenever it is mounted, and some network mounts: nothing else of the files changes."""
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    connection = sqlite3.connect(tablet.base)
    connection.execute("UPDATE copies SET inode = inode + 1000000")
    connection.commit()
    connection.close()
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg"]


async def test_where_a_copy_was_deleted_beside_the_same_photo_of_its_owner_that_one_stays(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    put_there(tablet, "Camera/IMG_1.jpg", tablet.root / "IMG_1.jpg")
    (tablet.root / "IMG_1.jpg").unlink()
    assert (await tablet.well()).taken_out == 0
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["Camera/IMG_1.jpg", "IMG_2.jpg"]


async def test_who_wants_another_quality_gets_copies_beside_the_photos_of_somebody_else(tablet: Tablet) -> None:
    await tablet.photo("IMG_1.jpg", photo(1), await tablet.album())
    await tablet.well()
    tablet.lose_base()
    await tablet.well()
    tablet.set(quality=Quality.PREVIEW)
    await tablet.well()
    await tablet.well()
    assert sorted(tablet.names()) == ["IMG_1.jpg", "IMG_1.webp"]
    assert tablet.files()["IMG_1.jpg"] == photo(1)
