"""What the patterns and texts of rules mean."""

import pytest

from custom_components.immich_syncthing.engine.sorting.templates import MAX_TEXT, Template, UnknownPlaceError
from custom_components.immich_syncthing.engine.sorting.wildcards import (
    MAX_PATH,
    MAX_PATTERN,
    match,
    part_names,
    understand_pattern,
    understand_regex,
)


@pytest.mark.parametrize(
    ("pattern", "path", "parts"),
    [
        ("*.jpg", "a.jpg", ["a"]),
        ("*.jpg", "x/y/A.JPG", ["A"]),
        ("*.jpg", "a.png", None),
        ("a.jpg", "x/a.jpg", []),
        ("/a.jpg", "x/a.jpg", None),
        ("/a.jpg", "a.jpg", []),
        ("*/*/*_*_*", "North/Roof/2024-05-01_Ana_1_x.jpg", ["North", "Roof", "2024-05-01", "Ana", "1_x.jpg"]),
        ("*/*/*_*_*", "North/2024-05-01_Ana_1.jpg", None),
        ("*/*/*_*_*", "deep/North/Roof/2024_Ana_1.jpg", None),
        ("trip/**", "trip/a/b.jpg", ["a/b.jpg"]),
        ("**/raw/*.dng", "raw/a.dng", ["", "a"]),
        ("**/raw/*.dng", "x/y/raw/a.dng", ["x/y", "a"]),
        ("**/**/**/**/*.jpg", "x/y/a.jpg", ["x", "y", "", "", "a"]),
        ("**-?", "x/a-b/c-d", ["c"]),
        ("IMG_????.*", "IMG_0001.heic", ["heic"]),
        ("IMG_????.*", "IMG_001.heic", None),
        ("*-*.jpg", "a-b-c.jpg", ["a", "b-c"]),
        ("*x", "axbx", ["axb"]),
        ("a[1].jpg", "a[1].jpg", []),
        ("caf\u00e9/*", "cafe\u0301/a.jpg", ["a.jpg"]),
        ("*", "a\nb.jpg", ["a\nb.jpg"]),
    ],
)
def test_a_pattern_finds_its_paths_and_their_parts(pattern: str, path: str, parts: list[str] | None) -> None:
    found = match(understand_pattern(pattern), path)
    expected = None if parts is None else {str(number): part for number, part in enumerate(parts, 1)}
    assert found == expected


@pytest.mark.parametrize("pattern", ["", "/", "a//b", "dir/", "***", "*" * 3, "*a" * 21, "a" * 501])
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        understand_pattern(pattern)


def test_a_regular_expression_is_for_the_whole_path_and_names_its_parts() -> None:
    pattern = understand_regex(r"(?P<site>[^/]+)/(\d{4})?.*")
    assert part_names(pattern) == {"site", "1", "2"}
    assert match(pattern, "North/a.jpg") == {"site": "North", "1": "North", "2": ""}
    assert match(pattern, "North/2024 a.jpg") == {"site": "North", "1": "North", "2": "2024"}
    assert match(pattern, "a.jpg") is None
    assert match(understand_regex("[a-z(+]+(x)?"), "a+(x") == {"1": ""}


_BROKEN = ["", "(", "[a", "a**", "x{2}{3}", "a{5,2}", "a{99999999999}", "a" * (MAX_PATTERN + 1)]
_LOOKING_ELSEWHERE = [r"(a)\1", r"\07", "(?P<x>a)(?P=x)", "(?=a)a", "(?!a).", "(?<=a)b", "(?<!a)b", "(a)?(?(1)b|c)"]
_SPECIAL = ["(?i)a", "(?i:a)", "(?#a)b", "(?>a)b", "a++", "a{1,2}+"]
_EMPTY_MANY_TIMES = ["(a*)*", "(a?|b)+", "(?:){1000}", "(?:(?:a{0}){1000}){1000}", "(^)*"]
_TOO_LARGE = ["a{601}", "((a{9}){9}){9}", "(" * 21 + ")" * 21]


@pytest.mark.parametrize("text", [*_BROKEN, *_LOOKING_ELSEWHERE, *_SPECIAL, *_EMPTY_MANY_TIMES, *_TOO_LARGE])
def test_what_is_no_regular_expression_for_a_rule(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        understand_regex(text)


def test_no_phone_has_a_path_as_long_as_this() -> None:
    for pattern in (understand_pattern("*"), understand_regex("(.*)")):
        assert match(pattern, "_" * MAX_PATH) == {"1": "_" * MAX_PATH}
        assert match(pattern, "_" * (MAX_PATH + 1)) is None


def test_a_text_is_filled() -> None:
    template = Template.of("{{{year}}} {1} {site}", frozenset({"1", "site"}))
    assert template.needs_date
    assert template.fill({"year": "2024", "1": " a\nb ", "site": "x\u200b"}) == "{2024} a b x"
    assert not Template.of("{parent}", frozenset()).needs_date
    assert Template.of("{name}", frozenset()).fill({"name": "x" * 2 * MAX_TEXT}) == "x" * MAX_TEXT


@pytest.mark.parametrize("text", ["{2}", "{site}", "{}", "{year!r}", "{year:>9}", "{folder.x}", "{0[a]}"])
def test_a_place_that_nothing_fills(text: str) -> None:
    with pytest.raises(UnknownPlaceError):
        Template.of(text, frozenset({"1"}))


@pytest.mark.parametrize("text", ["{", "}", "{year", "x" * (MAX_TEXT + 1)])
def test_what_is_no_text(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Template.of(text, frozenset())
