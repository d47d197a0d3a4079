"""Adding and changing a replica: each thing that can be wrong with it is said, and can be put right."""

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util

from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.replica.settings import Originals
from custom_components.immich_syncthing.replica_settings import replica_settings

from . import second_house as forms
from .folder_forms import suggested, suggestions
from .household import Household
from .second_house import REPLICA, STORED, TYPED, add_replica, copies, store_of


@pytest.fixture
async def lived(household: Household) -> Household:
    await household.set_up(folders=False)
    return household


async def test_a_replica_is_described_placed_and_added(hass: HomeAssistant, lived: Household) -> None:
    lived.immich.browser.upload(b"photo", "IMG_1.jpg")
    disk = store_of(lived)
    form = await forms.begin(hass, lived)
    assert form["step_id"] == "user"
    menu = await forms.submit(hass, form, **TYPED)
    form = await forms.submit(hass, menu, next_step_id="store_directory")
    done = await forms.submit(hass, form, directory=str(disk))
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Second house")
    assert done["description_placeholders"] == {"place": str(disk)}
    assert lived.entry is not None
    [subentry] = lived.entry.subentries.values()
    assert subentry.data == {**STORED, "store": {"kind": "directory", "directory": str(disk)}}
    assert lived.entry.state is ConfigEntryState.LOADED
    await lived.becomes(lambda: copies(disk) == {b"photo"})


async def test_all_that_can_be_set_is_taken_as_it_is_meant(hass: HomeAssistant, lived: Household) -> None:
    pace = {"megabits": 8, "begins": "22:00:00", "ends": "06:30:00", "verified_share": 50}
    typed = TYPED | {"originals": "favorites", "archived": False, "grace_days": 7, "pace": pace}
    menu = await forms.submit(hass, await forms.begin(hass, lived), **typed)
    form = await forms.submit(hass, menu, next_step_id="store_directory")
    done = await forms.submit(hass, form, directory=str(store_of(lived)))
    settings = replica_settings(done["data"])
    assert (settings.originals, settings.archived, settings.grace_days) == (Originals.FAVORITES, False, 7)
    assert (settings.bytes_per_second, settings.verify_days) == (1_000_000, 2)
    assert settings.window is not None
    assert [moment.isoformat() for moment in settings.window] == ["22:00:00", "06:30:00"]
    assert settings.zone == dt_util.get_default_time_zone()


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"name": "  "}, {"name": "no_name"}),
        ({"pace": {"begins": "22:00:00", "verified_share": 3.5}}, {"base": "half_window"}),
        ({"pace": {"ends": "22:00:00", "verified_share": 3.5}}, {"base": "half_window"}),
    ],
)
async def test_what_cannot_be_meant_is_said_and_put_right(
    hass: HomeAssistant, lived: Household, wrong: dict[str, object], errors: dict[str, str]
) -> None:
    form = await forms.submit(hass, await forms.begin(hass, lived), **TYPED | wrong)
    assert form["errors"] == errors
    menu = await forms.submit(hass, form, **TYPED)
    assert menu["type"] is FlowResultType.MENU


async def test_albums_are_chosen_by_name(hass: HomeAssistant, lived: Household) -> None:
    web = lived.immich.browser
    album = web.make_album("Summer", web.upload(b"in the album", "IMG_1.jpg"))
    web.upload(b"elsewhere", "IMG_2.jpg")
    form = await forms.submit(hass, await forms.begin(hass, lived), **TYPED | {"originals": "albums"})
    assert form["step_id"] == "albums"
    assert form["data_schema"] is not None
    [chooser] = form["data_schema"].schema.values()
    assert chooser.config["options"] == [{"value": album, "label": "Summer (1)"}]
    form = await forms.submit(hass, form, albums=[])
    assert form["errors"] == {"albums": "no_album"}
    menu = await forms.submit(hass, form, albums=[album])
    form = await forms.submit(hass, menu, next_step_id="store_directory")
    disk = store_of(lived)
    done = await forms.submit(hass, form, directory=str(disk))
    assert done["data"]["albums"] == [album]
    await lived.becomes(lambda: copies(disk) == {b"in the album"})


async def test_a_key_that_may_not_see_albums_ends_the_form_with_the_reason(
    hass: HomeAssistant, lived: Household
) -> None:
    lived.allow(*REQUIRED)
    done = await forms.submit(hass, await forms.begin(hass, lived), **TYPED | {"originals": "albums"})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "no_albums")
    assert done["description_placeholders"] is not None
    assert "album.read" in done["description_placeholders"]["detail"]


async def test_no_two_replicas_share_a_place(hass: HomeAssistant, household: Household) -> None:
    household.make_entry(folders=False)
    disk = add_replica(household)
    await household.load()
    menu = await forms.submit(hass, await forms.begin(hass, household), **TYPED)
    form = await forms.submit(hass, menu, next_step_id="store_directory")
    form = await forms.submit(hass, form, directory=str(disk))
    assert form["errors"] == {"base": "store_taken"}
    done = await forms.submit(hass, form, directory=str(store_of(household, "other")))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_what_is_copied_is_changed_and_the_place_stays(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry(folders=False)
    album = household.immich.browser.make_album("Summer", household.immich.browser.upload(b"photo", "IMG_1.jpg"))
    disk = add_replica(household, originals="albums", albums=["gone", album], megabits=8, begins="01:00", ends="02:00")
    await household.load()
    form = await forms.change(hass, household, "settings")
    assert suggestions(form) == {
        "name": "Second house",
        "originals": "albums",
        "archived": True,
        "grace_days": 30,
    }
    assert form["data_schema"] is not None
    pace = form["data_schema"].schema["pace"]
    assert suggested(pace.schema) == {"megabits": 8, "begins": "01:00", "ends": "02:00", "verified_share": 3.5}
    assert not pace.options["collapsed"]
    form = await forms.submit(hass, form, **TYPED | {"originals": "albums"})
    assert suggestions(form) == {"albums": ["gone", album]}
    await forms.submit(hass, form, albums=["gone"])
    assert entry.subentries[REPLICA].data["albums"] == ["gone"]

    form = await forms.change(hass, household, "settings")
    done = await forms.submit(hass, form, **TYPED | {"name": "Cabin", "grace_days": 5})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    place = {"kind": "directory", "directory": str(disk)}
    assert entry.subentries[REPLICA].data == {**STORED, "grace_days": 5, "store": place}
    assert entry.subentries[REPLICA].title == "Cabin"


async def test_another_place_is_filled_from_the_beginning_and_the_old_one_stays(
    hass: HomeAssistant, household: Household
) -> None:
    household.immich.browser.upload(b"photo", "IMG_1.jpg")
    entry = household.make_entry(folders=False)
    disk, other = add_replica(household), store_of(household, "other")
    await household.load()
    await household.becomes(lambda: copies(disk) == {b"photo"})
    form = await forms.submit(hass, await forms.change(hass, household, "store"), next_step_id="store_directory")
    assert suggestions(form) == {"directory": str(disk)}
    await forms.submit(hass, form, directory=str(other))
    assert entry.subentries[REPLICA].data["store"] == {"kind": "directory", "directory": str(other)}
    await household.becomes(lambda: copies(other) == {b"photo"})
    assert copies(disk) == {b"photo"}


async def test_a_place_that_is_taken_again_is_no_earlier_one(hass: HomeAssistant, household: Household) -> None:
    """Else the owner could have the earlier places removed, and the copies would go that the replica has."""
    entry = household.make_entry(folders=False)
    one, two, three = ({"kind": "directory", "directory": str(store_of(household, name))} for name in "abc")
    add_replica(household, earlier_stores=[one, two])
    await household.load()
    form = await forms.submit(hass, await forms.change(hass, household, "store"), next_step_id="store_directory")
    subentry = entry.subentries[REPLICA]
    moved = dict(subentry.data) | {"store": three, "earlier_stores": [one, two], "grace_days": 7}
    hass.config_entries.async_update_subentry(entry, subentry, data=moved, title="Moved")
    await hass.async_block_till_done()

    await forms.submit(hass, form, directory=one["directory"])

    assert entry.subentries[REPLICA].data == moved | {"store": one, "earlier_stores": [two]}
    assert entry.subentries[REPLICA].title == "Moved"


@pytest.mark.parametrize("what", ["account", "replica"])
async def test_a_form_ends_in_words_when_what_it_is_about_was_removed(
    hass: HomeAssistant, household: Household, what: str
) -> None:
    entry = household.make_entry(folders=False)
    add_replica(household)
    await household.load()
    form = await forms.change(hass, household, "settings")
    begun = await forms.begin(hass, household)
    if what == "replica":
        hass.config_entries.async_remove_subentry(entry, REPLICA)
    else:
        await hass.config_entries.async_remove(entry.entry_id)
        done = await forms.submit(hass, begun, **TYPED | {"originals": "albums"})
        assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "removed")
    await hass.async_block_till_done()
    done = await forms.submit(hass, form, **TYPED)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "removed")
