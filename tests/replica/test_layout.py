"""Names in the replica: readable, and nobody's name is anybody else's."""

import hashlib
from datetime import date

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.replica.layout import candidates, folded, original_name, sidecar_of

ONE, TWO = bytes(range(20)), bytes(range(20, 40))
MAY = date(2024, 5, 31)

names = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["IMG.jpg", "img.JPG", "Ä.jpg", "A\u0308.jpg", "a.xmp", "..", " ", f"IMG ({ONE.hex()[:10]}).jpg"]),
    st.text("aÄ.", min_size=200, max_size=255),
)
dates = st.none() | st.dates()


def test_a_name_stands_as_it_is_in_its_month() -> None:
    assert next(candidates("IMG_1.jpg", MAY, ONE)) == "originals/2024/05/IMG_1.jpg"
    assert next(candidates("IMG_1.jpg", None, ONE)) == "originals/undated/IMG_1.jpg"


def test_part_of_the_checksum_stands_in_front_of_the_ending() -> None:
    assert list(candidates("IMG_1.jpg", None, ONE))[1] == "originals/undated/IMG_1 (0001020304).jpg"


@pytest.mark.parametrize("name", ["IMG (0001020304).jpg", "", "IMG.jpg.xmp", "IMG.XMP"])
def test_a_name_that_would_be_read_as_something_else_never_stands_as_it_is(name: str) -> None:
    assert len(list(candidates(name, None, ONE))) == 2


@given(names, dates)
def test_every_name_is_read_again(name: str, taken_on: date | None) -> None:
    for key in candidates(name, taken_on, ONE):
        assert original_name(key) == name


@given(names, dates, names, dates)
def test_the_last_name_is_nobody_elses(name: str, day: date | None, other: str, other_day: date | None) -> None:
    *_, last = candidates(name, day, ONE)
    assert all(folded(last) != folded(key) for key in candidates(other, other_day, TWO))


@given(names, dates)
def test_no_original_is_taken_for_a_sidecar(name: str, taken_on: date | None) -> None:
    other = hashlib.sha1(name.encode("utf-8", "replace"), usedforsecurity=False).digest()
    sidecars = {folded(sidecar_of(key)) for key in candidates(name.removesuffix(".xmp"), taken_on, other)}
    assert not sidecars & {folded(key) for key in candidates(name, taken_on, ONE)}


def test_what_some_file_system_takes_for_the_same_is_the_same() -> None:
    assert folded("originals/Ä.jpg") == folded("originals/a\u0308.JPG")
    assert folded("originals/a.jpg. ") == folded("originals/A.jpg")
