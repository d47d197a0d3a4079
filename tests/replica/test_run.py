"""Every original of the account is in the second house, under a name that a person finds."""

import json
from datetime import UTC, datetime
from pathlib import Path

from custom_components.immich_syncthing.replica.model import Ending
from custom_components.immich_syncthing.replica.settings import Originals, ReplicaSettings
from tests.checksums import sha1

from .house import House

JUNE = datetime(2024, 6, 3, 9, 30, tzinfo=UTC)


async def test_everything_is_copied_once(house: House) -> None:
    await house.upload(b"one", "IMG_1.jpg")
    await house.upload(b"two", "IMG_2.jpg")
    report = await house.run()
    assert (report.copied, report.reused, report.failed) == (2, 0, 0)
    assert sorted((await house.contents()).values()) == [b"one", b"two"]

    again = await house.run()
    assert (again.copied, again.reused, again.described) == (0, 0, 0)

    await house.upload(b"three", "IMG_3.jpg")
    assert (await house.run()).copied == 1
    assert sorted((await house.contents()).values()) == [b"one", b"three", b"two"]


async def test_a_photo_lies_in_the_month_in_which_it_was_taken(house: House) -> None:
    dated = await house.upload(b"dated", "IMG_1.jpg")
    await house.upload(b"undated", "IMG_1.jpg")
    await house.client.update(dated, captured_at=JUNE)
    await house.run()
    assert await house.contents() == {
        "originals/2024/06/IMG_1.jpg": b"dated",
        "originals/undated/IMG_1.jpg": b"undated",
    }


async def test_names_that_clash_get_part_of_the_checksum(house: House) -> None:
    for content, name in ((b"a", "IMG.jpg"), (b"b", "IMG.jpg"), (b"c", "img.JPG"), (b"d", "a/b.jpg")):
        await house.upload(content, name)
    await house.run()
    contents = await house.contents()
    assert sorted(contents.values()) == [b"a", b"b", b"c", b"d"]
    assert len({key.casefold() for key in contents}) == 4
    assert contents["originals/undated/a%2Fb.jpg"] == b"d"


async def test_the_manifest_tells_all_that_the_owner_said(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.client.update(asset_id, captured_at=JUNE)
    house.web.describe(asset_id, "Aperitif <&> Ω")
    house.web.rate(asset_id, 4)
    house.web.tag(asset_id, "places/Bilbao")
    house.web.favourite(asset_id)
    house.web.make_album("Summer", asset_id)
    await house.run()
    (line,) = (await house.lines()).values()
    key = "originals/2024/06/IMG_1.jpg"
    assert line == {
        "checksum": sha1(b"photo").hex(),
        "key": key,
        "sidecar": f"{key}.xmp",
        "size": 5,
        "asset": asset_id,
        "name": "IMG_1.jpg",
        "captured_at": JUNE.isoformat(),
        "albums": ["Summer"],
        "description": "Aperitif <&> Ω",
        "tags": ["places/Bilbao"],
        "favorite": True,
        "rating": 4,
        "visibility": "timeline",
        "live_photo_video": None,
        "deleted_at": None,
    }
    sidecar = (await house.store.read_small(f"{key}.xmp") or b"").decode()
    assert "Aperitif &lt;&amp;&gt; Ω" in sidecar
    assert "places/Bilbao" in sidecar
    assert json.loads(await house.store.read_small("manifest/about.json") or b"")["user"] == house.server.admin.id


async def test_what_changes_in_immich_changes_line_and_sidecar_but_sends_no_photo(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    assert await house.keys() == ["originals/undated/IMG_1.jpg"]
    house.web.describe(asset_id, "Later")
    report = await house.run()
    assert (report.copied, report.described) == (0, 1)
    assert await house.keys() == ["originals/undated/IMG_1.jpg", "originals/undated/IMG_1.jpg.xmp"]
    house.web.describe(asset_id, "")
    await house.run()
    assert await house.keys() == ["originals/undated/IMG_1.jpg"]
    house.web.make_album("Late", asset_id)
    assert (await house.run()).described == 1
    assert (await house.lines())[sha1(b"photo").hex()]["albums"] == ["Late"]


async def test_a_linked_file_is_read_from_the_disk(house: House, tmp_path: Path) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    (tmp_path / "IMG_1.jpg").write_bytes(b"photo")
    house.folder.files[sha1(b"photo")] = tmp_path / "IMG_1.jpg"
    house.folder.sidecars[sha1(b"photo")] = b"<xmp/>"
    await house.run()
    assert house.folder.opened == 1
    assert not house.server.requests_of("GET", f"/api/assets/{asset_id}/original")
    assert await house.contents() == {"originals/undated/IMG_1.jpg": b"photo"}
    assert await house.store.read_small("originals/undated/IMG_1.jpg.xmp") == b"<xmp/>"


async def test_a_file_that_is_not_what_was_linked_is_not_used(house: House, tmp_path: Path) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    (tmp_path / "IMG_1.jpg").write_bytes(b"other")
    house.folder.files[sha1(b"photo")] = tmp_path / "IMG_1.jpg"
    await house.run()
    assert await house.contents() == {"originals/undated/IMG_1.jpg": b"photo"}


async def test_wrong_bytes_from_immich_are_no_copy_and_stop_nobody_else(house: House) -> None:
    broken = await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"sound", "IMG_2.jpg")
    path = house.server.world.path_of(house.web.find("IMG_1.jpg"))
    assert path is not None
    path.write_bytes(b"rotten")
    report = await house.run()
    assert (report.copied, report.failed) == (1, 1)
    assert await house.contents() == {"originals/undated/IMG_2.jpg": b"sound"}

    replica = await house.open()
    assert [(code, count) for _, code, count in await replica.failures()] == [("replica_wrong_bytes", 1)]
    assert (replica.state.figures.behind_files, replica.state.figures.behind_bytes) == (1, 5)
    assert replica.state.figures.complete == 50
    await replica.run()
    assert [count for _, _, count in await replica.failures()] == [1], "it waits"
    path.write_bytes(b"photo")
    house.clock.days(1)
    assert (await replica.run()).copied == 1
    assert await replica.failures() == []
    assert replica.state.figures.complete == 100
    assert broken
    await replica.close()


async def test_the_locked_folder_stays_out(house: House) -> None:
    locked = await house.upload(b"secret", "IMG_1.jpg")
    later = await house.upload(b"secret later", "IMG_2.jpg")
    house.web.lock(locked)
    replica = await house.open()
    report = await replica.run()
    assert report.copied == 1
    house.web.lock(later)
    await replica.run()
    await replica.close()
    assert list((await house.contents()).values()) == [b"secret later"], "what was there before is not removed"


async def test_only_favourites(house: House) -> None:
    settings = ReplicaSettings(originals=Originals.FAVORITES)
    dear, other = await house.upload(b"dear", "IMG_1.jpg"), await house.upload(b"other", "IMG_2.jpg")
    house.web.favourite(dear)
    await house.run(settings)
    assert list((await house.contents()).values()) == [b"dear"]
    house.web.favourite(other)
    house.web.favourite(dear, on=False)
    await house.run(settings)
    assert sorted((await house.contents()).values()) == [b"dear", b"other"], "only deletions remove anything"
    replica = await house.open(settings)
    assert (replica.state.figures.total_files, replica.state.figures.objects) == (1, 2)
    await replica.close()


async def test_only_albums_with_the_videos_of_their_live_photos(house: House) -> None:
    still, video = await house.upload(b"still", "IMG_1.heic"), await house.upload(b"video", "IMG_1.mov")
    await house.client.link_motion(still, video)
    await house.upload(b"other", "IMG_2.jpg")
    album_id = house.web.make_album("Summer", still)
    settings = ReplicaSettings(originals=Originals.ALBUMS, albums=frozenset({album_id}))
    await house.run(settings)
    assert sorted((await house.contents()).values()) == [b"still", b"video"]


async def test_only_linked_ones(house: House, tmp_path: Path) -> None:
    settings = ReplicaSettings(originals=Originals.LINKED)
    await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"other", "IMG_2.jpg")
    assert (await house.run(settings)).copied == 0
    (tmp_path / "IMG_1.jpg").write_bytes(b"photo")
    house.folder.files[sha1(b"photo")] = tmp_path / "IMG_1.jpg"
    assert (await house.run(settings)).copied == 1


async def test_the_archive_only_where_it_is_wanted(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    house.web.archive(asset_id)
    assert (await house.run(ReplicaSettings(archived=False))).copied == 0
    assert (await house.run(ReplicaSettings(archived=True))).copied == 1


async def test_another_account_is_refused(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    stranger = house.server.world.add_user("Stranger")
    house.client = house.with_key(house.server.make_key("all", user=stranger))
    for lost in (False, True):
        if lost:
            house.lose_index()
        replica = await house.open()
        report = await replica.run()
        assert report.ending is Ending.PROBLEM
        assert report.problem is not None
        assert report.problem.code == "replica_other_user"
        assert replica.state.problem == report.problem
        await replica.close()
    assert len(await house.contents()) == 1
    house.client = house.with_key(house.server.key)
    await house.run()
