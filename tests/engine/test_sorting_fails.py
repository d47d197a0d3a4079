"""Rules that Immich does not let us carry out: nothing else is kept by that, and it is made up for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply import sorting_look, sorting_steps
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.report import SortingReport
from custom_components.immich_syncthing.engine.ruling import AFTER_ERROR_SECONDS
from custom_components.immich_syncthing.engine.sorting.parsing import parse_rules
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import CannotConnectError, ServerError
from custom_components.immich_syncthing.immich.models import ChangePage
from tests.crashing import Killed
from tests.servers.immich import FaultKind, Rule
from tests.servers.immich.permissions import names
from tests.servers.immich.version import Version

from .living import Life, living, open_account
from .rule_life import ROOF, SITES, Stored, albums, at_rest, named, tags_of, with_rules

pytestmark = pytest.mark.usefixtures("socket_enabled")

ALBUM_AND_MORE: Stored = {"id": "a", "album": "All", "tags": ["x"], "favorite": True, "rating": 3}


def report(life: Life) -> SortingReport | None:
    assert life.folder.last_report is not None
    return life.folder.last_report.sorting


def key_without(life: Life, *permissions: str) -> None:
    """Take permissions from the engine's key; with none given, give it all back."""
    tables = life.server.server.world.tables
    (key,) = tables.keys.values()
    everything = names(Version(3, 2, 2)) - {"all"}
    key.permissions = sorted(everything - {*permissions}) if permissions else ["all"]


async def read_together(life: Life, *names: str) -> None:
    """Let photos go up, and Immich read them before the rules are looked at again."""
    life.server.server.jobs.pause("metadataExtraction")
    for name in names:
        life.phone_adds(name)
    for _ in range(3):
        await life.cycle()
    assert len(life.web.assets()) == len(names)
    life.server.server.jobs.resume("metadataExtraction")
    await life.server.server.jobs.settle()


def refuse(
    life: Life, kind: FaultKind, method: str | None, path: str, *, status: int = 502, times: int | None = None
) -> None:
    life.server.server.faults.rules.append(Rule(kind, path, method, times=times, status=status))


async def test_a_photo_that_immich_cannot_show_keeps_no_other_waiting(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        await read_together(life, "a.jpg", "b.jpg")
        refuse(life, FaultKind.STATUS, "GET", rf"/assets/{named(life, 'a.jpg').id}$", status=500)
        for _ in range(3):
            life.clock.skip(AFTER_ERROR_SECONDS)
            await life.cycle()
        assert (tags_of(life, named(life, "a.jpg")), tags_of(life, named(life, "b.jpg"))) == (set(), {"x"})
        life.server.server.faults.rules.clear()
        for _ in range(3):
            life.clock.skip(3600)
            await at_rest(life)
        assert tags_of(life, named(life, "a.jpg")) == {"x"}


@pytest.mark.parametrize("missing", ["album.read", "album.create", "albumAsset.create"])
async def test_a_permission_that_is_missing_is_named_and_keeps_nothing_else(tmp_path: Path, missing: str) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        key_without(life, missing)
        life.phone_adds("a.jpg")
        await at_rest(life)
        asset = named(life, "a.jpg")
        assert (asset.is_favorite, asset.exif.rating, tags_of(life, asset)) == (True, 3, {"x"})
        assert not any(albums(life).values())
        assert report(life) == SortingReport(waiting=1, failed=1, missing=(missing,))
        assert life.folder.last_report is not None
        assert (life.folder.last_report.state, life.folder.last_report.problem) == (FolderState.IN_AGREEMENT, None)

        key_without(life)
        life.web.favourite(asset.id, on=False)
        await life.folder.run(retry=True)
        await at_rest(life)
        assert albums(life) == {"All": {"a.jpg"}}
        assert not named(life, "a.jpg").is_favorite
        assert report(life) == SortingReport(waiting=0)


async def test_what_immich_refuses_for_one_photo_is_done_for_the_others(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "a", "rating": 3})
        photos = [f"{number}.jpg" for number in range(5)]
        await read_together(life, *photos)
        # All five, the two that are halved off, and the first of these; each is asked three times.
        refuse(life, FaultKind.STATUS, "PUT", r"/assets$", status=500, times=9)
        await life.cycle()
        assert [named(life, name).exif.rating for name in photos].count(3) == 4
        await life.cycle()
        assert report(life) == SortingReport(waiting=1, failed=1, problem="immich_server_error")
        life.clock.skip(3600)
        await at_rest(life)
        assert [named(life, name).exif.rating for name in photos] == [3] * 5


async def test_many_failures_are_not_looked_for_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting_steps, "HALVES", 2)
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "a", "rating": 3})
        await read_together(life, *(f"{number}.jpg" for number in range(8)))
        refuse(life, FaultKind.STATUS, "PUT", r"/assets$", status=500)
        await life.cycle()
        assert life.server.server.faults.rules[0].hits == 9
        assert report(life) == SortingReport(waiting=8, failed=8, problem="immich_server_error")


async def test_an_album_that_cannot_be_made_keeps_no_other(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        life.phone_adds("South/Roof/2024-05-01_Ana_2.jpg")
        life.web.make_album("Site South")
        refuse(life, FaultKind.STATUS, "POST", r"/albums$", status=500)
        await at_rest(life)
        assert albums(life) == {"Site South": {"2024-05-01_Ana_2.jpg"}}
        assert report(life) == SortingReport(waiting=1, failed=1, problem="no_album")


async def test_immich_going_away_meanwhile_loses_nothing(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        life.phone_adds("a.jpg")
        await life.cycle()
        await life.server.server.jobs.settle()
        refuse(life, FaultKind.RESET_BEFORE, "PUT", r"/tags$")
        await life.cycle()
        life.server.server.faults.rules.clear()
        for album in life.server.server.world.tables.albums.values():
            album.asset_ids.clear()
        life.clock.skip(3600)
        await at_rest(life)
        assert tags_of(life, named(life, "a.jpg")) == {"x"}
        assert albums(life) == {"All": set()}


async def test_what_immich_never_reads_is_told_after_a_day(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        life.server.server.jobs.pause("metadataExtraction")
        life.phone_adds("a.jpg")
        await life.cycle()
        life.clock.skip(700)
        await life.cycle()
        assert report(life) == SortingReport(waiting=1)
        life.clock.skip(24 * 3600)
        await life.cycle()
        await life.cycle()
        assert report(life) == SortingReport(waiting=1, failed=1, problem="not_read")
        life.server.server.jobs.resume("metadataExtraction")
        await life.server.server.jobs.settle()
        life.clock.skip(3600)
        await at_rest(life)
        assert albums(life) == {"All": {"a.jpg"}}


async def test_what_was_read_waits_a_while_for_what_will_be(tmp_path: Path) -> None:
    """Both are told of together; after some minutes, the rules wait no longer."""
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        life.phone_adds("a.jpg")
        await life.cycle()
        await life.server.server.jobs.settle()
        life.server.server.jobs.pause("metadataExtraction")
        life.phone_adds("b.jpg")
        await life.cycle()
        await life.cycle()
        assert albums(life) == {}
        life.clock.skip(130)
        await life.cycle()
        assert albums(life) == {"All": {"a.jpg"}}


async def test_a_folder_without_rules_and_a_paused_one_say_nothing(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        life.phone_adds("a.jpg")
        await life.cycle()
        await with_rules(life)
        await at_rest(life)
        assert albums(life) == {}
        assert report(life) is None
        await with_rules(life, ALBUM_AND_MORE)
        await life.folder.pause(None)
        await life.cycle()
        assert albums(life) == {}
        await life.folder.resume()
        await at_rest(life)
        assert albums(life) == {"All": {"a.jpg"}}


async def test_killed_at_any_commit_the_rules_are_made_up_for(tmp_path: Path) -> None:
    """An album that was made is not made twice."""
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE, SITES)
        life.phone_adds(ROOF)
        await life.cycle()
        await life.server.server.jobs.settle()
        for word in ("set_rule_album", "note_sorted"):
            with pytest.MonkeyPatch.context() as patch:

                def dies(*_: object) -> None:
                    raise Killed

                patch.setattr(Ledger, word, dies)
                with pytest.raises(Killed):
                    await life.cycle()
            await life.account.close()
            life.account = await open_account(life.home, life)
        await at_rest(life)
        assert albums(life) == {"All": {Path(ROOF).name}, "Site North": {Path(ROOF).name}}
        assert len(life.server.server.world.tables.albums) == 2


async def test_applying_all_rules_needs_immich_and_its_user(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        life.phone_adds("a.jpg")
        await at_rest(life)
        refuse(life, FaultKind.RESET_BEFORE, None, "")
        with pytest.raises(CannotConnectError):
            await life.folder.apply_rules(dry_run=False)
        shown = await life.folder.preview_rules(parse_rules([ALBUM_AND_MORE], "Camera"))
        assert [one.path for one in shown] == ["a.jpg"]


async def test_what_its_owner_hides_before_it_was_sorted_stays_as_it_is(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        await read_together(life, "a.jpg")
        life.web.hide(named(life, "a.jpg").id)
        await at_rest(life)
        assert albums(life) == {}
        assert report(life) == SortingReport(waiting=0)


async def test_a_photo_moves_on_although_its_owner_has_removed_its_album(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        life.server.server.world.tables.albums.clear()
        life.phone_renames(ROOF, "South/Roof/2024-05-01_Ana_1.jpg")
        await at_rest(life)
        assert albums(life) == {"Site South": {"2024-05-01_Ana_1.jpg"}}
        assert report(life) == SortingReport(waiting=0)


async def test_albums_that_cannot_be_listed_keep_no_other_effect(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        refuse(life, FaultKind.HALF_JSON, "GET", r"/albums$")
        life.phone_adds("a.jpg")
        await at_rest(life)
        assert named(life, "a.jpg").exif.rating == 3
        assert report(life) == SortingReport(waiting=1, failed=1, problem="immich_unexpected_answer")


async def test_many_photos_that_immich_does_not_list_are_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting_look, "FEW", 0)
    monkeypatch.setattr(sorting_look, "JUST_NOW_SECONDS", -1.0)
    async with living(tmp_path) as life:
        await with_rules(life, ALBUM_AND_MORE)
        await read_together(life, "a.jpg", "b.jpg")
        listing = ImmichClient.listing

        async def fails(*_: object, **__: object) -> AsyncGenerator[ChangePage]:
            raise ServerError(500)
            yield

        monkeypatch.setattr(ImmichClient, "listing", fails)
        later = await life.cycle()
        assert (later.again_in, later.problem) == (AFTER_ERROR_SECONDS, None)
        assert albums(life) == {}
        monkeypatch.setattr(ImmichClient, "listing", listing)
        await at_rest(life)
        assert albums(life) == {"All": {"a.jpg", "b.jpg"}}
