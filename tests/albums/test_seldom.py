"""What happens seldom: listings that hide something, names that run out, a base that does not let us."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from custom_components.immich_syncthing.albums import observing
from custom_components.immich_syncthing.albums.base import Base
from custom_components.immich_syncthing.albums.choosing import ORIGINAL_BYTES, PREVIEW_BYTES, chosen
from custom_components.immich_syncthing.albums.database import open_database
from custom_components.immich_syncthing.albums.disk import remove
from custom_components.immich_syncthing.albums.errors import AlbumBaseError
from custom_components.immich_syncthing.albums.model import Copy, State
from custom_components.immich_syncthing.albums.settings import AlbumFolderSettings, Quality
from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.immich import search
from tests.servers.immich import FaultKind

from .tablet import Tablet


async def test_a_listing_that_hides_something_removes_nothing_and_says_so(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More photos changed, and were taken, in one millisecond than one page shows."""
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg", "IMG_4.jpg")
    await tablet.well()
    every = tablet.web.assets()
    for one in every:
        one.updated_at = one.file_created_at = every[0].updated_at
    tablet.web.take_from_album(album, every[0].id)
    # The size of a page is a default of the function that asks for one.
    defaults = search.search.__defaults__
    assert defaults == (search.MAX_PAGE,)
    monkeypatch.setattr(search.search, "__defaults__", (2,))
    report = await tablet.run()
    assert report.problem is not None
    assert (report.problem.code, report.removed, len(tablet.names())) == ("album_not_listed", 0, 4)
    monkeypatch.undo()
    assert (await tablet.well()).removed == 1


async def test_a_photo_that_became_the_film_of_another_leaves(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg", "MOV_1.mp4")
    await tablet.well()
    tablet.web.hide(tablet.web.find("MOV_1.mp4").id)
    tablet.clock.days(1.1)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg"]


async def test_a_photo_that_changed_since_it_was_listed_is_left_for_the_next_listing(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    tablet.server.faults.add(FaultKind.STATUS, path="/original", status=400, times=1)
    assert (await tablet.run()).failed == 1
    one = tablet.web.find("IMG_1.jpg")
    one.deleted_at = one.updated_at
    tablet.clock.now += 61
    tablet.web.put_into_album(next(iter(tablet.settings.albums)), await tablet.photo("IMG_2.jpg"))
    listed = observing.Observer.learn
    with pytest.MonkeyPatch.context() as patch:

        async def as_before(self: observing.Observer, user_id: str) -> observing.Learned:
            """The photo is trashed right after it was listed."""
            one.deleted_at = None
            learned = await listed(self, user_id)
            one.deleted_at = one.updated_at
            return learned

        patch.setattr(observing.Observer, "learn", as_before)
        await tablet.well()
    assert tablet.names() == ["IMG_2.jpg"]


async def test_where_all_names_are_taken_the_photo_fails_and_nothing_is_overwritten(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    one = tablet.web.find("IMG_1.jpg").id
    for name in ("IMG_1.jpg", f"IMG_1 ({one[:8]}).jpg", f"IMG_1 ({one}).jpg"):
        (tablet.root / name).write_bytes(b"mine")
    folder = await tablet.open()
    report = await folder.run()
    await folder.close()
    assert (report.failed, report.copied) == (1, 0)
    assert set(tablet.files().values()) == {b"mine"}


async def test_a_copy_that_cannot_be_read_now_is_neither_missing_nor_changed(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = await tablet.album("IMG_1.jpg")
    await tablet.well()
    os.utime(tablet.root / "IMG_1.jpg")

    def failing(*_: object, **__: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Root, "hash_file", failing)
    assert not (await tablet.well()).changed
    monkeypatch.undo()
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    assert (await tablet.well()).removed == 1


async def test_another_file_of_the_same_size_and_date_is_no_renamed_copy(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    status = (tablet.root / "IMG_1.jpg").stat()
    (tablet.root / "IMG_1.jpg").unlink()
    other = tablet.root / "other.jpg"
    other.write_bytes(b"x" * status.st_size)
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    (tablet.root / ".syncthing.download.tmp").write_bytes(b"half")
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg", "other.jpg"]


def test_what_is_not_known_to_weigh_anything_is_guessed() -> None:
    original = AlbumFolderSettings("", Path(), most_bytes=ORIGINAL_BYTES + 1)
    photos: list[tuple[str, bool, int | None, int | None]] = [
        ("a", False, None, None),
        ("b", False, None, None),
        ("c", False, 1, None),
    ]
    assert chosen(photos, original) == ["a", "c"]
    preview = AlbumFolderSettings("", Path(), quality=Quality.PREVIEW, most_bytes=PREVIEW_BYTES + 10)
    photos = [("a", True, 1, None), ("b", False, 1, None), ("c", False, 1, None), ("d", False, 1, 5)]
    assert chosen(photos, preview) == ["b", "d"], "videos have no preview, and what a preview weighed is known"


def test_a_copy_that_never_was_there_needs_no_removal(tmp_path: Path) -> None:
    settings = AlbumFolderSettings("tablet", tmp_path)
    assert remove(settings, Copy("id", "IMG_1.jpg", State.RESERVED, "original", b"", 0))


async def test_a_removal_of_what_is_gone_already_is_done(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    (tablet.root / "IMG_1.jpg").unlink()
    assert (await tablet.well()).removed == 1
    assert tablet.names() == ["IMG_2.jpg"]


# --- the base --------------------------------------------------------------------------------------------------------


def test_what_fails_in_the_midst_of_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path / "base.sqlite")

    def fail() -> None:
        with database.write():
            database.run("INSERT INTO meta VALUES ('a', 'b')")
            database.run("nonsense")

    with pytest.raises(AlbumBaseError):
        fail()
    assert database.rows("SELECT * FROM meta") == []
    database.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "base.sqlite"
    with pytest.raises(AlbumBaseError):
        open_database(path, ("CREATE TABLE a (b); nonsense;",))
    open_database(path).close()


def test_a_damaged_base_that_cannot_be_put_aside_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "base.sqlite"
    path.write_bytes(b"no database at all" * 500)

    def refusing(*_: object) -> Path:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "replace", refusing)
    with pytest.raises(AlbumBaseError):
        open_database(path)


def test_a_base_that_is_damaged_within_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "base.sqlite"
    base = Base.open(path)
    for number in range(2_000):
        base.put(**{f"key {number}": "value" * 50})
    base.close()
    content = bytearray(path.read_bytes())
    content[8192:-4096] = os.urandom(len(content) - 12_288)
    path.write_bytes(content)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    opened = Base.open(path)
    assert opened.get("key 1") is None
    opened.close()
    assert len(list(tmp_path.glob("*.damaged"))) == 1


async def test_a_base_without_its_tables_is_told_and_let_go(tablet: Tablet) -> None:
    await (await tablet.open()).close()
    connection = sqlite3.connect(tablet.base)
    connection.execute("DROP TABLE copies")
    connection.commit()
    connection.close()
    with pytest.raises(AlbumBaseError):
        await tablet.open()


async def test_a_base_that_fails_in_the_midst_ends_the_run(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    folder = await tablet.open()
    connection = sqlite3.connect(tablet.base)
    connection.execute("DROP TABLE shown")
    connection.commit()
    connection.close()
    report = await folder.run()
    assert report.problem is not None
    assert report.problem.code == "album_base"
    await folder.close()
