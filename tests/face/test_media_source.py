"""The vault, and what waits for a decision, are looked through in Home Assistant's media browser."""

import io
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientPayloadError
from homeassistant.components.media_source.const import URI_SCHEME
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from PIL import Image
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.immich_syncthing import media_source, vault_shown
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.media_view import Part, Size, address
from custom_components.immich_syncthing.vault.model import VaultOrigin, VaultReason
from tests.checksums import sha1

from .household import Household

ROOT = f"{URI_SCHEME}{DOMAIN}"
COLOURS = {"red.jpg": (255, 0, 0), "green.png": (0, 255, 0), "blue.webp": (0, 0, 255), "white.gif": (255, 255, 255)}
FILM = b"a film that is none " * 100_000
PARTS = (
    ("bytes=0-1", 0, 2),
    ("bytes=0-", 0, len(FILM)),
    ("bytes=1500000-", 1_500_000, len(FILM)),
    ("bytes=5-99999999", 5, len(FILM)),
    ("bytes=-7", len(FILM) - 7, len(FILM)),
    ("bytes=-99999999", 0, len(FILM)),
)
NO_PARTS = (f"bytes={len(FILM)}-", "bytes=9-5", "bytes=-", "bytes=0-1,5-6", "photos=0-1")
A_DATE = "Sat, 21 Nov 2026 19:00:00 GMT"


class Browser:
    """What a person sees in the media browser."""

    def __init__(self, socket: Any, entry_id: str) -> None:
        self._socket = socket
        self.root = f"{ROOT}/{entry_id}"

    async def look(self, where: str = ROOT) -> dict[str, Any]:
        answer = await self.ask("browse_media", where)
        assert answer["success"], answer
        found: dict[str, Any] = answer["result"]
        return found

    async def children(self, where: str) -> dict[str, dict[str, Any]]:
        return {one["title"]: one for one in (await self.look(where))["children"]}

    async def ask(self, what: str, where: str) -> dict[str, Any]:
        await self._socket.send_json_auto_id({"type": f"media_source/{what}", "media_content_id": where})
        answer: dict[str, Any] = await self._socket.receive_json()
        return answer

    async def vaulted(self) -> list[dict[str, Any]]:
        """Return the photos of the one folder and month of the vault."""
        where = f"{self.root}/vault"
        for _ in range(2):
            [where] = [one["media_content_id"] for one in (await self.look(where))["children"]]
        found: list[dict[str, Any]] = (await self.look(where))["children"]
        return found


@pytest.fixture
async def browser(hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator) -> Browser:
    assert await async_setup_component(hass, "media_source", {})
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    for name, colour in COLOURS.items():
        Image.new("RGB", (1600, 1200), colour).save(household.photos / name)
    (household.photos / "film.mp4").write_bytes(FILM)
    entry = await household.set_up(preset="mirror")
    await household.notice()
    await household.immich.settle()
    return Browser(await hass_ws_client(), entry.entry_id)


async def delete(household: Household, *names: str) -> None:
    for name in names:
        (household.photos / name).unlink()
    await household.notice()


def colour_of(content: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(content)) as picture:
        assert max(picture.size) < 1600
        pixel = picture.convert("RGB").getpixel((5, 5))
    assert isinstance(pixel, tuple)
    return tuple(round(one / 255) for one in pixel)


async def vaulted_film(household: Household, browser: Browser) -> str:
    """Delete the film; return the address at which it is played from the vault."""
    await delete(household, "film.mp4")
    [film] = await browser.vaulted()
    return str((await browser.ask("resolve_media", film["media_content_id"]))["result"]["url"])


async def test_what_was_deleted_is_found_by_folder_and_month(household: Household, browser: Browser) -> None:
    await delete(household, "red.jpg", "film.mp4")

    assert [one["title"] for one in (await browser.look())["children"]] == ["Admin @ 127.0.0.1"]
    assert list(await browser.children(browser.root)) == ["Vault", "Waiting for your decision"]
    assert list(await browser.children(f"{browser.root}/vault")) == ["Phone (2)"]
    photos = {one["title"].partition(" ")[2]: one for one in await browser.vaulted()}
    assert {name: (one["media_content_type"], one["media_class"]) for name, one in photos.items()} == {
        "red.jpg": ("image/jpeg", "image"),
        "film.mp4": ("video/mp4", "video"),
    }
    assert not any("red" in one["media_content_id"] + one["thumbnail"] for one in photos.values())


async def test_its_picture_is_immichs_and_then_one_of_our_own(
    hass: HomeAssistant, household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()
    await delete(household, "red.jpg", "green.png")
    photos = {one["title"].partition(" ")[2]: one for one in await browser.vaulted()}
    for asked in ("by Immich", "without it"):
        if asked == "without it":
            household.allow(*REQUIRED)
        before = sum(request.path.endswith("/thumbnail") for request in household.immich.log)
        for name, colour in (("red.jpg", (1, 0, 0)), ("green.png", (0, 1, 0))):
            response = await client.get(photos[name]["thumbnail"])
            assert response.status == HTTPStatus.OK
            assert response.content_type == "image/jpeg" or asked == "by Immich"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert colour_of(await response.read()) == colour
        assert sum(request.path.endswith("/thumbnail") for request in household.immich.log) > before


async def test_a_photo_opens_with_an_address_that_is_signed_and_with_no_other(
    household: Household,
    browser: Browser,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    original = (household.photos / "red.jpg").read_bytes()
    await delete(household, "red.jpg")
    [photo] = await browser.vaulted()
    answer = await browser.ask("resolve_media", photo["media_content_id"])
    url, stranger = answer["result"]["url"], await hass_client_no_auth()
    assert answer["result"]["mime_type"] == "image/jpeg"

    response = await stranger.get(url)
    assert (response.status, await response.read(), response.content_type) == (HTTPStatus.OK, original, "image/jpeg")
    for unsigned in (url.partition("?")[0], photo["thumbnail"]):
        assert (await stranger.get(unsigned)).status == HTTPStatus.UNAUTHORIZED


async def test_who_plays_a_film_may_jump_in_it(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    url = await vaulted_film(household, browser)
    client = await hass_client()

    for wanted, start, end in PARTS:
        response = await client.get(url, headers={"Range": wanted})
        assert response.status == HTTPStatus.PARTIAL_CONTENT, wanted
        assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(FILM)}"
        assert await response.read() == FILM[start:end]
    for wanted in NO_PARTS:
        beyond = await client.get(url, headers={"Range": wanted})
        assert beyond.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, wanted
        assert beyond.headers["Content-Range"] == f"bytes */{len(FILM)}"


async def test_a_part_goes_with_what_the_browser_has_of_the_same_film_only(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    url = await vaulted_film(household, browser)
    client = await hass_client()
    tag = (await client.get(url)).headers["ETag"]

    for has, status in ((tag, HTTPStatus.PARTIAL_CONTENT), ('"another"', HTTPStatus.OK), (A_DATE, HTTPStatus.OK)):
        response = await client.get(url, headers={"Range": "bytes=5-", "If-Range": has})
        assert response.status == status, has
        assert await response.read() == (FILM[5:] if status is HTTPStatus.PARTIAL_CONTENT else FILM)
    for has, status in ((tag, HTTPStatus.NOT_MODIFIED), ('"another"', HTTPStatus.OK)):
        response = await client.get(url, headers={"If-None-Match": has})
        assert (response.status, response.headers["ETag"]) == (status, tag)


async def test_what_waits_for_a_decision_is_seen_before_it_is_answered(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    await delete(household, *COLOURS, "film.mp4")
    [(question, place)] = (await browser.children(f"{browser.root}/held")).items()
    assert question == "5 photos were deleted in Phone"
    photos = await browser.children(place["media_content_id"])
    assert set(photos) == {*COLOURS, "film.mp4"}

    client = await hass_client()
    picture = await client.get(photos["blue.webp"]["thumbnail"])
    assert colour_of(await picture.read()) == (0, 0, 1)
    answer = await browser.ask("resolve_media", photos["film.mp4"]["media_content_id"])
    assert await (await client.get(answer["result"]["url"])).read() == FILM


async def test_what_was_deleted_in_immich_is_shown_from_the_folder(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    """Its asset is in the trash or gone; the file is what is asked about."""
    immich = household.immich.browser
    immich.trash(*(asset.id for asset in immich.assets()))
    await household.notice()
    [place] = (await browser.children(f"{browser.root}/held")).values()
    photos = await browser.children(place["media_content_id"])
    answer = await browser.ask("resolve_media", photos["red.jpg"]["media_content_id"])
    response = await (await hass_client()).get(answer["result"]["url"])
    assert await response.read() == (household.photos / "red.jpg").read_bytes()


async def test_a_long_month_and_a_long_question_have_pages(
    household: Household, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_source, "PAGE", 2)
    await delete(household, "red.jpg", "green.png", "blue.webp")
    pages = await browser.vaulted()
    assert [one["title"] for one in pages] == ["1-2", "3-3"]
    shown = [list(await browser.children(page["media_content_id"])) for page in pages]
    assert [len(names) for names in shown] == [2, 1]
    assert {name.partition(" ")[2] for names in shown for name in names} == {"red.jpg", "green.png", "blue.webp"}

    await delete(household, "white.gif", "film.mp4")
    [place] = (await browser.children(f"{browser.root}/held")).values()
    first = await browser.children(place["media_content_id"])
    assert list(first) == ["film.mp4", "white.gif", "More"]
    assert await browser.children(first["More"]["media_content_id"]) == {}


@pytest.mark.parametrize(
    "where",
    [
        "nobody",
        "{entry}/nothing",
        "{entry}/vault/a/b/c",
        "{entry}/vault/a/b/0/d",
        "{entry}/held/none",
        "{entry}/held/none/xyz",
        "{entry}/held/..%2F..%2Fetc/0/1",
    ],
)
async def test_what_is_not_there_is_said_in_words(browser: Browser, where: str) -> None:
    entry_id = browser.root.removeprefix(f"{ROOT}/")
    answer = await browser.ask("browse_media", f"{ROOT}/{where.format(entry=entry_id)}")
    assert answer["error"]["message"] == "This is not there any more"


@pytest.mark.parametrize(
    "what",
    [
        "photo/vault/" + "0" * 40,
        "photo/held/" + "0" * 40,
        "photo/vault/..%2F..%2Fsecrets",
        "photo/x/" + "0" * 40,
        "vault",
    ],
)
async def test_what_is_no_photo_is_not_opened(browser: Browser, what: str) -> None:
    answer = await browser.ask("resolve_media", f"{browser.root}/{what}")
    assert not answer["success"]


async def test_only_photos_that_are_shown_are_served(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    """Nobody gets at another file, nor at a photo that does not wait for a decision."""
    client, entry_id = await hass_client(), browser.root.removeprefix(f"{ROOT}/")
    engine = household.runtime.engine
    await delete(household, "red.jpg")
    [photo] = await browser.vaulted()
    checksum = photo["thumbnail"].split("/")[-2]
    assert await engine.shown(bytes.fromhex(checksum), waiting=True) is None
    for part, entry, name in (
        (Part.HELD, entry_id, checksum),
        (Part.VAULT, entry_id, "0" * 40),
        (Part.VAULT, "nobody", checksum),
        (Part.VAULT, entry_id, "notes"),
    ):
        assert (await client.get(address(entry, part, name, Size.FULL))).status == HTTPStatus.NOT_FOUND


async def test_of_a_shared_vault_each_account_shows_its_own(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    await delete(household, "red.jpg")
    picture = b"a picture of somebody else"
    checksum = sha1(picture)

    async def chunks() -> AsyncIterator[bytes]:
        yield picture

    for account_id in ("somebody else", household.runtime.account.config_entry.unique_id or ""):
        origin = VaultOrigin(
            checksum, len(picture), "theirs", "Theirs", "theirs.jpg", 0, None, account_id, VaultReason.FREED
        )
        await household.runtime.vault.vaults.counted.store_stream(chunks(), origin)
        theirs = address(browser.root.rpartition("/")[2], Part.VAULT, checksum.hex(), Size.FULL)
        await household.runtime.shown.index.refresh([household.runtime.engine.vault])
        found = set(await browser.children(f"{browser.root}/vault"))
        status = (await (await hass_client()).get(theirs)).status
        if account_id == "somebody else":
            assert (found, status) == ({"Phone (1)"}, HTTPStatus.NOT_FOUND)
        else:
            assert (found, status) == ({"Phone (1)", "Theirs (1)"}, HTTPStatus.OK)


async def test_who_may_not_see_our_entities_sees_no_photo(
    household: Household,
    browser: Browser,
    hass_client: ClientSessionGenerator,
    hass_admin_user: MockUser,
) -> None:
    await delete(household, "red.jpg")
    [photo] = await browser.vaulted()
    hass_admin_user.groups = []
    hass_admin_user.mock_policy({"entities": {"domains": {"light": True}}})
    assert (await (await hass_client()).get(photo["thumbnail"])).status == HTTPStatus.FORBIDDEN


async def test_a_vault_that_is_away_is_shown_as_it_was_seen_last(
    household: Household, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_shown, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(vault_shown, "RESTS", 0.0)
    vault = household.photos.parent / ".immich-syncthing-vault"
    away = vault.with_name("away")
    await delete(household, "red.jpg")
    vault.rename(away)
    answer = await browser.ask("browse_media", f"{browser.root}/vault")
    assert not answer["success"]
    away.rename(vault)
    assert list(await browser.children(f"{browser.root}/vault")) == ["Phone (1)"]
    vault.rename(away)
    assert list(await browser.children(f"{browser.root}/vault")) == ["Phone (1)"]


async def test_of_an_account_that_is_not_loaded_nothing_is_shown(
    hass: HomeAssistant, household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    await delete(household, "red.jpg")
    [photo] = await browser.vaulted()
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    assert (await browser.look())["children"] == []
    assert not (await browser.ask("browse_media", f"{browser.root}/vault"))["success"]
    assert (await (await hass_client()).get(photo["thumbnail"])).status == HTTPStatus.NOT_FOUND


async def test_what_breaks_off_is_no_whole_film_with_something_else_in_it(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    url = await vaulted_film(household, browser)
    [content] = Path(household.runtime.vault.vaults.stored["directory"]).glob("objects/*/*")
    content.chmod(0o600)
    content.write_bytes(FILM[:1_500_000])

    response = await (await hass_client()).get(url)

    assert (response.status, response.content_length) == (HTTPStatus.OK, len(FILM))
    with pytest.raises(ClientPayloadError):
        await response.read()


async def test_a_film_that_immich_does_not_show_has_no_picture(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    await delete(household, "film.mp4")
    [film] = await browser.vaulted()
    household.allow(*REQUIRED)
    assert (await (await hass_client()).get(film["thumbnail"])).status == HTTPStatus.NOT_FOUND


async def test_a_photo_whose_vault_is_away_is_not_found(
    household: Household, browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    url = await vaulted_film(household, browser)
    vault, client = household.photos.parent / ".immich-syncthing-vault", await hass_client()
    vault.rename(vault.with_name("away"))
    assert (await client.get(url)).status == HTTPStatus.NOT_FOUND
    vault.with_name("away").rename(vault)
    assert await (await client.get(url)).read() == FILM
