"""Files that are not like others."""

import unicodedata
from pathlib import Path

import pytest

from .photos import photo
from .sides import EMPTY, sha1
from .stage import DOMAIN, Stage

ODD_NAMES = {
    "emoji": "Odd/🌅 family 👩‍👩‍👧 🇳🇿.jpg",
    "decomposed": unicodedata.normalize("NFD", "Odd/Ünïcödé café.jpg"),
    "quotes": "Odd/'single' \"double\" `back`.jpg",
    "newline": "Odd/first line\nsecond line\ttab.jpg",
    "url": "Odd/100%25 & more? #1 +2 \\ \u202e.jpg",
}


@pytest.mark.parametrize("kind", ODD_NAMES)
async def test_a_name_may_be_odd_wherever_it_passes(stage: Stage, kind: str) -> None:
    name, content = ODD_NAMES[kind], photo(2000 + list(ODD_NAMES).index(kind))
    await stage.phone_takes_photo(name, content)
    await stage.active(sha1(content))
    sides = await stage.agree()
    # Syncthing gives decomposed names their composed form, on the phone, too.
    composed = unicodedata.normalize("NFC", name)
    assert sides.server[composed] == sha1(content)
    assert (await stage.asset(sha1(content)))["name"] == Path(composed).name

    await stage.immich_changes(sha1(content), "trashed")
    await stage.home.action(DOMAIN, "sync_now", {})
    await stage.on_phone(composed, there=False)
    await stage.agree()


async def test_an_empty_file_is_no_photo_until_something_is_in_it(stage: Stage) -> None:
    await stage.phone_takes_photo("Empty/IMG_1.jpg", b"")
    await stage.on_server("Empty/IMG_1.jpg")
    await stage.at_rest(2)
    assert (await stage.agree()).server["Empty/IMG_1.jpg"] == EMPTY
    assert EMPTY not in {asset["checksum"] for asset in await stage.immich.assets()}

    await stage.phone_takes_photo("Empty/IMG_1.jpg", photo(2100))

    await stage.active(sha1(photo(2100)))
    await stage.agree()


async def test_a_link_to_a_secret_is_never_followed(stage: Stage) -> None:
    link = stage.phone_dir / "Link" / "IMG_passwd.jpg"
    link.parent.mkdir()
    link.symlink_to("/etc/passwd")
    await stage.phone_notices("Link")
    await stage.on_server("Link/IMG_passwd.jpg")
    await stage.phone_takes_photo("Link/IMG_beside.jpg", photo(2200))
    await stage.active(sha1(photo(2200)))
    await stage.at_rest(2)

    sides = await stage.agree()

    assert sides.server["Link/IMG_passwd.jpg"] == "-> /etc/passwd"
    known = await stage.immich.assets()
    assert sha1(Path("/etc/passwd").read_bytes()) not in {asset["checksum"] for asset in known}
    assert "IMG_passwd.jpg" not in {asset["name"] for asset in known}
