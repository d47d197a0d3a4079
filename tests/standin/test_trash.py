"""The trash, and the window in which a permanently deleted asset is still there."""

from .asking import UNKNOWN_ID, Asker, jpeg, sha1


async def test_between_a_forced_deletion_and_its_job_the_asset_is_dying(asker: Asker) -> None:
    server, picture = asker.server, jpeg(1)
    asset_id = (await asker.upload(picture))[1]["id"]
    await server.settle()
    server.jobs.pause("backgroundTask")
    await asker.ask("DELETE", "/assets", {"ids": [asset_id], "force": True})

    oracle = {"assets": [{"id": "x", "checksum": sha1(picture)}]}
    assert (await asker.ask("POST", "/assets/bulk-upload-check", oracle))[1]["results"][0]["isTrashed"] is True
    assert await asker.upload(picture) == (200, {"status": "duplicate", "id": asset_id})
    assert (await asker.ask("GET", "/assets/statistics?isTrashed=true"))[1]["total"] == 0
    assert (await asker.ask("GET", "/timeline/buckets?isTrashed=true"))[1] == []
    assert (await asker.ask("POST", "/trash/restore/assets", {"ids": [asset_id]}))[1] == {"count": 1}
    assert (await asker.ask("GET", f"/assets/{asset_id}"))[1]["isTrashed"] is True

    server.jobs.resume("backgroundTask")
    await server.settle()
    assert (await asker.ask("GET", f"/assets/{asset_id}"))[0] == 400
    assert (await asker.upload(picture))[0] == 201


async def test_the_motion_half_of_a_live_photo_goes_only_for_good(asker: Asker) -> None:
    browser = asker.server.browser
    video = (await asker.upload(b"a video", "v.mp4"))[1]["id"]
    still = (await asker.upload(jpeg(1), "s.jpg", fields={"livePhotoVideoId": video}))[1]["id"]
    await asker.ask("DELETE", "/assets", {"ids": [still]})
    assert [(asset.name, asset.is_trashed) for asset in browser.assets()] == [("v.mp4", False), ("s.jpg", True)]
    await asker.ask("DELETE", "/assets", {"ids": [still], "force": True})
    await asker.server.settle()
    assert browser.assets() == []


async def test_one_bad_id_stops_a_whole_batch(asker: Asker) -> None:
    ids = [(await asker.upload(jpeg(at)))[1]["id"] for at in range(3)]
    assert (await asker.ask("DELETE", "/assets", {"ids": [*ids, UNKNOWN_ID]}))[0] == 400
    asker.server.browser.lock(ids[0])
    assert (await asker.ask("DELETE", "/assets", {"ids": ids}))[0] == 400
    assert asker.server.browser.assets(trashed=True) == []


async def test_3_x_names_the_bad_id(asker3: Asker) -> None:
    status, told = await asker3.ask("DELETE", "/assets", {"ids": ["abc"]})
    assert (status, told["errors"][0]["path"]) == (400, ["ids", 0])


async def test_a_locked_asset_is_known_to_the_oracle_and_to_nobody_else(asker: Asker) -> None:
    asset_id = (await asker.upload(jpeg(1)))[1]["id"]
    assert (await asker.ask("PUT", f"/assets/{asset_id}", {"visibility": "locked"}))[0] == 200
    assert (await asker.ask("GET", f"/assets/{asset_id}"))[0] == 400
    assert (await asker.ask("PUT", f"/assets/{asset_id}", {"visibility": "timeline"}))[0] == 400
    assert (await asker.ask("POST", "/search/metadata", {"withDeleted": True}))[1]["assets"]["count"] == 0
    status, told = await asker.ask("POST", "/search/metadata", {"visibility": "locked"})
    assert (status, told["message"]) == (401, "Elevated permission is required")


async def test_the_night_takes_what_has_been_in_the_trash_for_thirty_days(asker: Asker) -> None:
    server = asker.server
    old, young = server.browser.upload(jpeg(1), "old.jpg"), server.browser.upload(jpeg(2), "young.jpg")
    await server.settle()
    server.browser.trash(old)
    server.world.clock.jump(31 * 24 * 3600)
    server.browser.trash(young)
    assert server.night() == [old]
    assert [asset.name for asset in server.browser.assets()] == ["young.jpg"]
