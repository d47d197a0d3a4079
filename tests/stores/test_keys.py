"""Names of files as parts of keys, and back."""

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.stores.keys import (
    LONGEST,
    decode_name,
    encode_name,
)

NASTY = [
    "IMG 2026 (1).jpg",
    "Überfahrt 東京.jpg",
    "U\u0308berfahrt.jpg",
    "\udcff\udc80.jpg",
    "line\nbreak\r\t\x7f.jpg",
    "a%20b%",
    "a%2F",
    "#1",
    "a#1",
    "?*:|<>\"'`",
    "\\\\server\\share",
    "~$&+,;=@[]{}^",
    ".",
    "..",
    "...",
    " ",
    " both ends ",
    "ends in a dot.",
    ".hidden",
    "👨\u200d👩\u200d👧.jpg",
    "\u202egpj.exe",
    "x" * 255,
    "%" * 255,
    "ü" * 127,
    "😀" * 63,
    "\udcff" * 255,
    "x" * LONGEST + ".",
]

names = st.binary(min_size=1, max_size=255).filter(lambda raw: b"/" not in raw and b"\0" not in raw)


@given(names)
def test_any_name_of_a_file_survives(raw: bytes) -> None:
    name = raw.decode("utf-8", "surrogateescape")
    encoded = encode_name(name)

    assert decode_name(encoded) == name
    for part in encoded.split("/"):
        assert 0 < len(part.encode()) <= LONGEST + 1
        assert part not in {".", ".."}
        assert part.isprintable()
        assert part[-1] not in " ."


@given(names, names)
def test_two_names_never_share_a_key_and_none_is_the_directory_of_another(one: bytes, other: bytes) -> None:
    first, second = (encode_name(raw.decode("utf-8", "surrogateescape")) for raw in (one, other))
    assert (first == second) == (one == other)
    assert not second.startswith(f"{first}/")


@pytest.mark.parametrize("name", NASTY, ids=ascii)
def test_a_nasty_name_survives(name: str) -> None:
    assert decode_name(encode_name(name)) == name


def test_a_plain_name_stays_readable() -> None:
    for name in ("IMG_20261121_120000.jpg", "Photo (1).jpg", "Überfahrt 東京.jpg", ".hidden", "a+b=c,d@e-f"):
        assert encode_name(name) == name
    assert encode_name("50 % off?.jpg") == "50 %25 off%3F.jpg"


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        encode_name(name)


@pytest.mark.parametrize("encoded", ["", "a/b", "%", "a%", "%zz", "%2f", "%41", "a%/b", "a\nb", "..", "%00"])
def test_what_encoding_never_made_is_not_decoded(encoded: str) -> None:
    with pytest.raises(ValueError, match="not"):
        decode_name(encoded)
