"""Photos in the account that nobody uploaded, and photos that are somebody else's."""

from pathlib import Path

import pytest

from .asking import Asker, jpeg, sha1


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "ext1.jpg").write_bytes(jpeg(1))
    (tmp_path / "ext2.jpg").write_bytes(jpeg(2))
    return tmp_path


async def library_of(asker: Asker, shelf: Path) -> str:
    body = {"ownerId": asker.server.admin.id, "name": "ext", "importPaths": [str(shelf)]}
    library_id = str((await asker.ask("POST", "/libraries", body))[1]["id"])
    assert (await asker.ask("POST", f"/libraries/{library_id}/scan"))[0] == 204
    return library_id


async def test_an_external_photo_has_the_checksum_of_its_path(asker: Asker, shelf: Path) -> None:
    library = await library_of(asker, shelf)
    items = (await asker.ask("POST", "/search/metadata", {"libraryId": library}))[1]["assets"]["items"]
    assert {item["originalFileName"] for item in items} == {"ext1.jpg", "ext2.jpg"}
    asked = {"assets": [{"id": "1", "checksum": sha1(jpeg(1))}]}
    assert (await asker.ask("POST", "/assets/bulk-upload-check", asked))[1]["results"][0]["action"] == "accept"
    by_path = {"assets": [{"id": "1", "checksum": sha1(f"path:{shelf}/ext1.jpg".encode())}]}
    assert (await asker.ask("POST", "/assets/bulk-upload-check", by_path))[1]["results"][0]["action"] == "reject"
    assert (await asker.upload(jpeg(1)))[0] == 201


async def test_a_file_gone_from_the_shelf_is_offline_and_trashed_and_cannot_be_restored(
    asker: Asker, shelf: Path
) -> None:
    library = await library_of(asker, shelf)
    (shelf / "ext2.jpg").unlink()
    await asker.ask("POST", f"/libraries/{library}/scan")
    offline = asker.server.browser.find("ext2.jpg")
    assert (offline.is_offline, offline.is_trashed) == (True, True)
    assert (await asker.ask("POST", "/trash/restore/assets", {"ids": [offline.id]}))[1] == {"count": 1}
    assert offline.is_trashed


async def test_deleting_an_external_photo_for_good_deletes_the_users_own_file(asker: Asker, shelf: Path) -> None:
    await library_of(asker, shelf)
    asset_id = asker.server.browser.find("ext1.jpg").id
    await asker.ask("DELETE", "/assets", {"ids": [asset_id], "force": True})
    await asker.server.settle()
    assert [path.name for path in shelf.iterdir()] == ["ext2.jpg"]


async def test_a_partners_photos_turn_up_in_searches_once_they_are_in_the_timeline(asker: Asker) -> None:
    server = asker.server
    other = server.world.add_user("Other")
    theirs = server.browser_of(other).upload(jpeg(1), "theirs.jpg")
    them = Asker(server, asker.session, server.make_key(user=other))
    await them.ask("POST", "/partners", {"sharedWithId": server.admin.id})
    found = []
    for shown in (False, True):
        await asker.ask("PUT", f"/partners/{other.id}", {"inTimeline": shown})
        found.append((await asker.ask("POST", "/search/metadata", {}))[1]["assets"]["count"])
    assert found == [0, 1]
    assert (await asker.ask("GET", f"/assets/{theirs}"))[1]["ownerId"] == other.id
    assert (await asker.ask("DELETE", "/assets", {"ids": [theirs]}))[0] == 400
    assert (await asker.ask("GET", "/assets/statistics"))[1]["total"] == 0
    partners = "/timeline/buckets?withPartners=true&visibility=timeline"
    assert (await asker.ask("GET", partners))[1][0]["count"] == 1
