"""Carrying things over from one asset to the next, and stacks."""

from tests.servers.immich import ImmichStandIn

from .asking import Asker, jpeg


async def test_a_copy_carries_albums_and_favourite_but_no_tags(asker: Asker) -> None:
    source, target = (await asker.upload(jpeg(1)))[1]["id"], (await asker.upload(jpeg(2)))[1]["id"]
    await asker.ask("POST", "/albums", {"albumName": "copy src", "assetIds": [source]})
    tag = (await asker.ask("PUT", "/tags", {"tags": ["x"]}))[1][0]["id"]
    await asker.ask("PUT", f"/tags/{tag}/assets", {"ids": [source]})
    await asker.ask("PUT", f"/assets/{source}", {"isFavorite": True})
    assert (await asker.ask("PUT", "/assets/copy", {"sourceId": source, "targetId": target}))[0] == 204
    copied = (await asker.ask("GET", f"/assets/{target}"))[1]
    albums = (await asker.ask("GET", f"/albums?assetId={target}"))[1]
    assert (copied["isFavorite"], copied["tags"], [album["albumName"] for album in albums]) == (True, [], ["copy src"])


async def test_3_x_albums_know_their_owner_among_their_users(asker3: Asker) -> None:
    album = (await asker3.ask("POST", "/albums", {"albumName": "x"}))[1]
    assert not {"assets", "owner", "ownerId"} & album.keys()
    assert [user["role"] for user in album["albumUsers"]] == ["owner"]


async def test_3_x_lists_albums_of_somebody_else_as_well_unless_asked_for_own_ones(
    v2: ImmichStandIn, v3: ImmichStandIn, asker2: Asker
) -> None:
    for asker in (asker2, Asker(v3, asker2.session)):
        server = asker.server
        bob = server.browser_of(server.world.add_user("Bob"))
        theirs = bob.make_album("Bilbao")
        bob.share_album(theirs, server.admin)
        mine = (await asker.ask("POST", "/albums", {"albumName": "Bilbao"}))[1]["id"]
        asked = ("", "?shared=true", "?isOwned=true", "?isOwned=false", "?isShared=true")
        listed = [{one["id"] for one in (await asker.ask("GET", f"/albums{query}"))[1]} for query in asked]
        v3_lists = [{mine, theirs}, {mine, theirs}, {mine}, {theirs}, {theirs}]
        assert listed == (v3_lists if server is v3 else [{mine}, {theirs}, {mine}, {mine}, {mine}])
        seen = (await asker.ask("GET", f"/albums/{theirs}"))[1]
        assert (seen["shared"], seen["albumUsers"][-1]["role"]) == (True, "editor")
        photo = (await asker.upload(jpeg(1)))[1]["id"]
        assert (await asker.ask("PUT", f"/albums/{theirs}/assets", {"ids": [photo]}))[1][0]["success"]
        assert (await asker.ask("DELETE", f"/albums/{theirs}"))[0] == 400


async def test_trashed_members_leave_the_count_and_come_back(asker: Asker) -> None:
    ids = [(await asker.upload(jpeg(at)))[1]["id"] for at in range(2)]
    album = (await asker.ask("POST", "/albums", {"albumName": "x", "assetIds": ids}))[1]["id"]
    counts = []
    for act in (asker.server.browser.trash, asker.server.browser.restore):
        act(ids[0])
        counts.append((await asker.ask("GET", f"/albums/{album}"))[1]["assetCount"])
    assert counts == [1, 2]


async def test_a_stack_hides_its_children_from_a_timeline_that_asks_for_it(asker: Asker) -> None:
    ids = [(await asker.upload(jpeg(at)))[1]["id"] for at in range(2)]
    await asker.server.settle()
    stack = (await asker.ask("POST", "/stacks", {"assetIds": ids}))[1]
    shown = (await asker.ask("GET", f"/assets/{ids[1]}"))[1]["stack"]
    assert shown == {"id": stack["id"], "primaryAssetId": ids[0], "assetCount": 2}
    month = "/timeline/bucket?timeBucket=2026-01-01"
    assert sorted((await asker.ask("GET", month))[1]["id"]) == sorted(ids)
    folded = (await asker.ask("GET", f"{month}&withStacked=true"))[1]
    assert (folded["id"], folded["stack"]) == ([ids[0]], [[stack["id"], "2"]])


async def test_3_1_dissolves_a_stack_of_one(v2: ImmichStandIn, v3: ImmichStandIn, asker2: Asker) -> None:
    left = []
    for asker in (asker2, Asker(v3, asker2.session)):
        ids = [(await asker.upload(jpeg(at)))[1]["id"] for at in range(2)]
        stack = (await asker.ask("POST", "/stacks", {"assetIds": ids}))[1]["id"]
        await asker.ask("DELETE", f"/stacks/{stack}/assets/{ids[1]}")
        left.append(len((await asker.ask("GET", "/stacks"))[1]))
    assert left == [1, 0]
    assert v2.server.crashes == v3.server.crashes == []
