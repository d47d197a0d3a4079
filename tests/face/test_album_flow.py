"""Adding and changing an album folder: each thing that can be wrong with it is said, and can be put right."""

import pytest
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.immich_syncthing.album_settings import album_settings
from custom_components.immich_syncthing.albums.settings import OnDeletedHere, Quality, SearchBy, Source
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.servers.immich import FaultKind

from . import tablets as forms
from .folder_forms import suggestions
from .household import Household
from .tablets import TABLET, WHAT, add_album_folder, make_folder, names


@pytest.fixture
async def lived(household: Household) -> Household:
    await household.set_up(folders=False)
    return household


async def at_what(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    """Fill in the forms up to what is copied."""
    root = await make_folder(household)
    form = await forms.submit(hass, await forms.begin(hass, household), folder_id="tablet")
    assert (form["step_id"], suggestions(form)) == ("location", {"path": str(root)})
    form = await forms.submit(hass, form, path=str(root))
    assert form["step_id"] == "what"
    return form


async def test_an_album_folder_is_placed_chosen_and_added(hass: HomeAssistant, lived: Household) -> None:
    web = lived.immich.browser
    album = web.make_album("Summer", web.upload(b"in the album", "IMG_1.jpg"))
    form = await forms.submit(hass, await at_what(hass, lived), **WHAT)
    assert form["step_id"] == "albums"
    assert form["data_schema"] is not None
    [chooser] = form["data_schema"].schema.values()
    assert chooser.config["options"] == [{"value": album, "label": "Summer (1)"}]
    form = await forms.submit(hass, form, albums=[])
    assert form["errors"] == {"albums": "no_album"}
    form = await forms.submit(hass, form, albums=[album])
    assert form["description_placeholders"] == {"folder": "Tablet", "photos": "1", "size": "12 B"}
    done = await forms.submit(hass, form)
    root = lived.photos.parent / "tablet"
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Tablet")
    assert lived.entry is not None
    [subentry] = lived.entry.subentries.values()
    assert subentry.unique_id == "tablet"
    assert subentry.data == {
        **WHAT,
        "folder_id": "tablet",
        "marker_name": ".stfolder",
        "path": str(root),
        "albums": [album],
    }
    await lived.becomes(lambda: names(root) == ["IMG_1.jpg"])


async def test_favourites_as_small_previews(hass: HomeAssistant, lived: Household) -> None:
    lived.immich.browser.favourite(lived.immich.browser.upload(b"liked", "IMG_1.jpg"))
    typed = {"source": "favorites", "quality": "preview", "side": 800, "most_gib": 1.5, "on_deleted_here": "take_out"}
    form = await forms.submit(hass, await at_what(hass, lived), **WHAT | typed)
    assert (form["step_id"], form["description_placeholders"]) == (
        "confirm",
        {"folder": "Tablet", "photos": "1", "size": "5 B"},
    )
    done = await forms.submit(hass, form)
    settings = album_settings(done["data"])
    assert (settings.source, settings.quality, settings.side) == (Source.FAVORITES, Quality.PREVIEW, 800)
    assert settings.most_bytes == 1.5 * 1024**3
    assert settings.on_deleted_here is OnDeletedHere.STAY_AWAY, "favourites cannot be taken out of an album"


async def test_a_search_is_tried_before_it_is_taken(hass: HomeAssistant, lived: Household) -> None:
    lived.immich.browser.upload(b"photo", "IMG_1.jpg")
    form = await forms.submit(hass, await at_what(hass, lived), **WHAT | {"source": "search"})
    assert form["step_id"] == "search"
    typed = {"search_by": "context", "query": "beach", "most_found": 10}
    form = await forms.submit(hass, form, **typed | {"query": "  "})
    assert form["errors"] == {"query": "no_query"}
    form = await forms.submit(hass, form, **typed)
    assert (form["step_id"], form["errors"]) == ("search", {"base": "album_search_missing"})
    form = await forms.submit(hass, form, **typed | {"search_by": "file_name", "query": "IMG"})
    assert form["step_id"] == "confirm"
    done = await forms.submit(hass, form)
    settings = album_settings(done["data"])
    assert (settings.search_by, settings.query, settings.most_found) == (SearchBy.FILE_NAME, "IMG", 10)


async def test_a_folder_that_only_receives_is_refused(hass: HomeAssistant, lived: Household) -> None:
    await make_folder(lived, type="receiveonly")
    form = await forms.submit(hass, await forms.begin(hass, lived), folder_id="tablet")
    assert form["errors"] == {"folder_id": "folder_receives"}


async def test_a_folder_that_is_gone_meanwhile_is_refused(hass: HomeAssistant, lived: Household) -> None:
    await make_folder(lived)
    form = await forms.begin(hass, lived)
    await lived.syncthing.call("DELETE", "config/folders/tablet")
    form = await forms.submit(hass, form, folder_id="tablet")
    assert form["errors"] == {"folder_id": "syncthing_unknown_folder"}


async def test_without_a_free_folder_it_ends(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    done = await forms.begin(hass, household)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_more_folders")


async def test_a_syncthing_without_folders_ends_it_with_what_to_do(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    await household.syncthing.call("DELETE", "config/folders/photos")
    done = await forms.begin(hass, household)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_folders")


async def test_a_syncthing_that_is_away_ends_it(hass: HomeAssistant, lived: Household) -> None:
    await lived.syncthing.stop()
    done = await forms.begin(hass, lived)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "other")


async def test_the_directory_of_a_phone_is_refused(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    root = await make_folder(household)
    form = await forms.submit(hass, await forms.begin(hass, household), folder_id="tablet")
    for path, error in (
        (household.photos, "root_taken"),
        (household.photos / "inner", "root_not_found"),
        (root.parent, "root_taken"),
    ):
        form = await forms.submit(hass, form, path=str(path))
        assert form["errors"] == {"path": error}
    form = await forms.submit(hass, form, path=str(root))
    assert form["step_id"] == "what"


async def test_a_paused_folder_cannot_be_proven(hass: HomeAssistant, lived: Household) -> None:
    root = await make_folder(lived)
    form = await forms.submit(hass, await forms.begin(hass, lived), folder_id="tablet")
    await lived.syncthing.change_folder("tablet", paused=True)
    form = await forms.submit(hass, await forms.begin(hass, lived), folder_id="tablet")
    form = await forms.submit(hass, form, path=str(root))
    assert form["errors"] == {"base": "syncthing_folder_paused"}


@pytest.mark.parametrize(
    ("typed", "permission"),
    [
        ({}, "album.read"),
        ({"quality": "preview", "source": "favorites"}, "asset.view"),
        ({"on_deleted_here": "take_out"}, "album.read, albumAsset.delete"),
    ],
)
async def test_what_the_key_does_not_allow_is_named(
    hass: HomeAssistant, lived: Household, typed: dict[str, str], permission: str
) -> None:
    lived.allow(*REQUIRED)
    form = await forms.submit(hass, await at_what(hass, lived), **WHAT | typed)
    assert form["errors"] == {"base": "no_permission"}
    assert form["description_placeholders"] == {"folder": "Tablet", "permission": permission}


async def test_an_immich_that_fails_in_the_midst_is_told(hass: HomeAssistant, lived: Household) -> None:
    form = await at_what(hass, lived)
    lived.immich.faults.add(FaultKind.STATUS, "/api/api-keys/me", status=400)
    form = await forms.submit(hass, form, **WHAT)
    assert form["errors"] == {"base": "other"}
    lived.immich.faults.clear()
    lived.immich.faults.add(FaultKind.STATUS, "/api/search/metadata", status=400)
    form = await forms.submit(hass, form, **WHAT | {"source": "favorites"})
    assert (form["step_id"], form["errors"]) == ("what", {"base": "other"})
    lived.immich.faults.clear()
    lived.immich.faults.add(FaultKind.STATUS, "/api/albums", status=400)
    done = await forms.submit(hass, form, **WHAT)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_albums")


async def test_a_directory_that_was_lost_while_the_form_was_open_is_said(hass: HomeAssistant, lived: Household) -> None:
    form = await forms.submit(hass, await at_what(hass, lived), **WHAT | {"source": "favorites"})
    marker = lived.photos.parent / "tablet" / ".stfolder"
    marker.rename(marker.with_name("away"))
    form = await forms.submit(hass, form)
    assert (form["step_id"], form["errors"]) == ("location", {"path": "root_unmarked"})


async def test_what_is_copied_is_changed(hass: HomeAssistant, household: Household) -> None:
    web = household.immich.browser
    web.favourite(web.upload(b"liked", "IMG_9.jpg"))
    album = web.make_album("Summer", web.upload(b"photo", "IMG_1.jpg"))
    entry = household.make_entry(folders=False)
    root = await add_album_folder(household, "gone", album)
    await household.load()
    form = await entry.start_subentry_reconfigure_flow(hass, TABLET)
    assert (form["step_id"], suggestions(form)) == ("what", WHAT)
    form = await forms.submit(hass, form, **WHAT)
    assert suggestions(form) == {"albums": ["gone", album]}, "one that is not there any more stays chosen"
    form = await entry.start_subentry_reconfigure_flow(hass, TABLET)
    form = await forms.submit(hass, form, **WHAT | {"source": "favorites"})
    done = await forms.submit(hass, form)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert "albums" not in entry.subentries[TABLET].data
    await household.becomes(lambda: names(root) == ["IMG_9.jpg"])


async def test_what_is_removed_meanwhile_ends_the_form(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry(folders=False)
    await add_album_folder(household, "gone")
    await household.load()
    form = await entry.start_subentry_reconfigure_flow(hass, TABLET)
    form = await forms.submit(hass, form, **WHAT | {"source": "favorites"})
    hass.config_entries.async_remove_subentry(entry, TABLET)
    done = await forms.submit(hass, form)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "removed")
