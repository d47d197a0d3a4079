"""Names of other people mean nothing to Markdown, and read as they did."""

import pytest

from custom_components.immich_syncthing.markdown import MOST, as_code, as_text, one_line

from .hostile import NAMES, is_harmless, is_readable

USUAL = [
    "Phone",
    "My_Phone_2",
    "Anna's photos (2024) – DCIM & more!",
    "Семья #2",
    "照片",
    "Pixel 8 + tablet = {both}",
    "👩\u200d👧 Family",
    "admin@example.org @ 192.168.1.2:2283",
]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name_means_nothing(name: str) -> None:
    assert is_readable(one_line(name))
    assert is_harmless(as_text(name))


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_name_stays_as_it_is(name: str) -> None:
    assert (one_line(name), as_text(name)) == (name, name)


def test_what_is_too_long_says_so() -> None:
    assert one_line("x" * 101) == "x" * (MOST - 1) + "…"
    assert one_line("x" * 100) == "x" * MOST


def test_a_hostile_name_can_still_be_recognised() -> None:
    seen = as_text("*Anna* <3 [x](y)").replace("\u2060", "")
    assert seen == "\N{ASTERISK OPERATOR}Anna\N{ASTERISK OPERATOR} \u20393 [x](y)"


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_path_does_not_leave_its_backticks(name: str) -> None:
    assert not set(as_code(f"/media/{name}")) & set("`\n\r\u202e\u200b")


def test_a_usual_path_stays_as_it_is() -> None:
    assert as_code("/media/My_Phone/[2024] *new*/Ünïcode") == "/media/My_Phone/[2024] *new*/Ünïcode"
