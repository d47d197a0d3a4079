"""Patterns mean what they mean to git."""

import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.errors import BadPatternError
from custom_components.immich_syncthing.engine.patterns import Filter, Patterns, parse_patterns
from custom_components.immich_syncthing.engine.settings import FolderSettings

ASKED_OF_GIT: list[tuple[list[str], list[str], list[str]]] = [
    # patterns, paths that git ignores, paths that it does not
    (["*.mp4"], ["a.mp4", "d/e/a.mp4", "x.mp4/a.jpg"], ["a.MP4", "a.mp4.jpg"]),
    (["*.[mM][pP]4"], ["a.mp4", "a.MP4"], ["a.mp3"]),
    (
        ["Screenshots/"],
        ["Screenshots/a.jpg", "DCIM/Screenshots/d/a.jpg"],
        ["Screenshots", "screenshots/a.jpg", "Screenshots.jpg"],
    ),
    (["/Download/"], ["Download/a.jpg"], ["DCIM/Download/a.jpg"]),
    (["DCIM/Camera"], ["DCIM/Camera/a.jpg"], ["x/DCIM/Camera/a.jpg", "DCIM/Camera.jpg"]),
    (["**/.thumbnails/"], [".thumbnails/a.jpg", "DCIM/.thumbnails/a.jpg"], ["DCIM/x.thumbnails/a.jpg"]),
    (["DCIM/**/b.jpg"], ["DCIM/b.jpg", "DCIM/x/b.jpg", "DCIM/x/y/b.jpg"], ["b.jpg"]),
    (["DCIM/**", "!DCIM/a.jpg"], ["DCIM/b.jpg", "DCIM/d/a.jpg"], ["DCIM/a.jpg", "x/DCIM/a.jpg"]),
    (["DCIM/**/"], ["DCIM/d/a.jpg", "DCIM/d/e/a.jpg"], ["DCIM/a.jpg"]),
    (["a/*"], ["a/b.jpg", "a/b/c.jpg"], ["x/a/b.jpg", "a"]),
    (["*.jpg", "!keep.jpg"], ["a.jpg"], ["keep.jpg", "d/keep.jpg"]),
    (["!keep.jpg", "*.jpg"], ["keep.jpg"], []),
    (["Private/", "!Private/keep.jpg"], ["Private/keep.jpg", "Private/a.jpg"], []),
    (["Private/*", "!Private/keep.jpg"], ["Private/a.jpg"], ["Private/keep.jpg"]),
    (["*", "!*/", "!*.jpg"], ["a.mp4", "d/a.mp4"], ["a.jpg", "d/a.jpg", "d/e/a.jpg"]),
    (["*", "!*.jpg"], ["d/a.jpg"], ["a.jpg"]),
    (
        ["/*", "!/DCIM/", "/DCIM/*", "!/DCIM/Camera/"],
        ["a.jpg", "DCIM/a.jpg", "DCIM/x/a.jpg"],
        ["DCIM/Camera/a.jpg", "DCIM/Camera/d/a.jpg"],
    ),
    (["*/"], ["d/a.jpg"], ["a.jpg"]),
    (["IMG_????.jpg"], ["IMG_0001.jpg", "d/IMG_0001.jpg"], ["IMG_00001.jpg", "IMG_0/1.jpg"]),
    (["[!a]*.jpg", "[^b].heic"], ["b.jpg", "bc.jpg", "c.heic"], ["a.jpg", "b.heic"]),
    (["x[!a]y", "u[+-9]v"], ["xby", "u0v"], ["x/y", "u/v", "xay"]),
    (["\\#1.jpg", "\\!2.jpg", "\\*.jpg"], ["#1.jpg", "!2.jpg", "*.jpg"], ["a.jpg"]),
    (["#1.jpg"], [], ["#1.jpg"]),
    (["a.jpg  ", "b.jpg\\ ", " c.jpg"], ["a.jpg", "b.jpg ", " c.jpg"], ["a.jpg ", "b.jpg", "c.jpg"]),
    (["foo"], ["foo", "foo/a.jpg", "d/foo/e/a.jpg"], ["foo.jpg", "d/foobar"]),
    (["(a)+.jpg", "{a,b}.jpg", "a.jpg$"], ["(a)+.jpg", "{a,b}.jpg", "a.jpg$"], ["aa.jpg", "a.jpg"]),
    (["Ferien in Köln/"], ["Ferien in Köln/a.jpg"], ["Ferien in Koln/a.jpg"]),
]
"""Answers of ``git check-ignore --no-index`` 2.39.5."""


@pytest.mark.parametrize(("lines", "ignored", "others"), ASKED_OF_GIT, ids=lambda one: " ".join(one)[:40])
def test_the_answers_are_those_of_git(lines: list[str], ignored: list[str], others: list[str]) -> None:
    asked = Filter.of(lines, ())
    assert [path for path in ignored if not asked.excludes(path)] == []
    assert [path for path in others if asked.excludes(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "!",
        "/",
        "!/",
        "//",
        "a//b",
        "[z-a].jpg",
        "[a.jpg",
        "[!",
        "a\\",
        "x[[:digit:]]",
        "[a--z]",
        "a\nb",
        "a\0",
        "\x1bA",
    ],
)
def test_a_line_that_is_no_pattern_is_refused(line: str) -> None:
    with warnings.catch_warnings(action="error"), pytest.raises(BadPatternError) as caught:
        parse_patterns(["*.mp4", line, "!"])
    assert (caught.value.line, caught.value.detail, caught.value.code) == (line, line, "bad_pattern")
    assert isinstance(caught.value, ValueError)


def test_a_folder_with_a_bad_pattern_cannot_be_set_up() -> None:
    folder = FolderSettings("camera", "camera", "Camera", Path("/media/camera"), ignore=("*.mp4",), include=("DCIM/",))
    assert folder.filter == Filter.of(["*.mp4"], ["DCIM/"])
    for bad in ({"ignore": ("!",)}, {"include": ("!",)}):
        with pytest.raises(BadPatternError):
            replace(folder, **bad)  # type: ignore[arg-type]


def test_blank_lines_and_comments_are_no_patterns() -> None:
    assert not parse_patterns(["", "   ", "# photos only", "#"])
    assert Filter.of(["# nothing"], ["", "# nothing"]) != Filter()
    assert not Filter.of(["# nothing"], ["", "# nothing"]).excludes("DCIM/a.jpg")


def test_equal_lines_are_equal_patterns() -> None:
    assert parse_patterns(["a", "b"]) == Patterns(("a", "b"))
    assert repr(Patterns(("a",))) == "Patterns(lines=('a',))"


@pytest.mark.parametrize(
    ("include", "seen", "hidden"),
    [
        (["DCIM/"], ["DCIM/a.jpg", "DCIM/Camera/b.jpg", "x/DCIM/c.jpg"], ["a.jpg", "Pictures/b.jpg"]),
        (["/DCIM/Camera/"], ["DCIM/Camera/a.jpg", "DCIM/Camera/d/a.jpg"], ["DCIM/a.jpg", "x/DCIM/Camera/a.jpg"]),
        (["DCIM/", "!Screenshots/"], ["DCIM/a.jpg"], ["DCIM/Screenshots/a.jpg", "Screenshots/a.jpg"]),
        (["DCIM/", "!DCIM/Screenshots/"], ["DCIM/a.jpg"], ["DCIM/Screenshots/a.jpg", "a.jpg"]),
        (["DCIM/", "!*.mp4", "keep/"], ["DCIM/a.jpg", "DCIM/keep/a.mp4"], ["DCIM/a.mp4"]),
        (["*.jpg", "*.heic"], ["a.jpg", "d/e/a.heic"], ["a.mp4", "d/a.JPG"]),
        (["!*.mp4"], [], ["a.mp4", "a.jpg"]),
    ],
)
def test_only_what_is_included_is_visible(include: list[str], seen: list[str], hidden: list[str]) -> None:
    asked = Filter.of((), include)
    assert [path for path in seen if asked.excludes(path)] == []
    assert [path for path in hidden if not asked.excludes(path)] == []


def test_what_is_ignored_is_hidden_even_if_it_is_included() -> None:
    asked = Filter.of(["*.mp4", "Private/"], ["DCIM/", "*.mp4"])
    assert not asked.excludes("DCIM/a.jpg")
    assert asked.excludes("DCIM/a.mp4")
    assert asked.excludes("DCIM/Private/a.jpg")
    assert asked.closes("DCIM/Private")
    assert not asked.closes("Pictures")


parts = st.sampled_from(["a", "b", "c.jpg", "a b", "DCIM", "ä", "x\ny", "[", "*"])
segments = st.sampled_from(["a", "b", "*", "**", "?", "[ab]", "[!a]", "*.jpg", "c*", "DCIM", "a b", "\\[", "x?y"])
paths = st.lists(parts, min_size=1, max_size=4).map("/".join)
some_lines = st.lists(
    st.builds(
        lambda taken_back, top, inside, end: f"{taken_back}{top}{'/'.join(inside)}{end}",
        st.sampled_from(["", "", "!"]),
        st.sampled_from(["", "/"]),
        st.lists(segments, min_size=1, max_size=3),
        st.sampled_from(["", "/"]),
    ),
    max_size=4,
)


@given(some_lines, some_lines, paths, paths)
def test_whatever_is_below_a_closed_directory_is_excluded(
    ignore: list[str], include: list[str], directory: str, below: str
) -> None:
    asked = Filter.of(ignore, include)
    if asked.closes(directory):
        assert asked.excludes(f"{directory}/{below}")
        assert asked.closes(f"{directory}/{below}")


@given(some_lines, some_lines, paths)
def test_ignoring_more_never_shows_more_and_including_everything_changes_nothing(
    ignore: list[str], more: list[str], path: str
) -> None:
    few, many = Filter.of(ignore, ()), Filter.of([*ignore, *(line.lstrip("!") for line in more)], ())
    assert many.excludes(path) >= few.excludes(path)
    assert Filter.of(ignore, ["**"]).excludes(path) == few.excludes(path)
    assert not Filter.of([*ignore, "!*"], ()).excludes(path)


def test_a_name_with_a_line_break_hides_no_less() -> None:
    asked = Filter.of(["Private/", "*.mp4"], ())
    assert asked.excludes("a\nb/Private/c.jpg")
    assert asked.excludes("a\nb.mp4")
    assert not asked.excludes("a.mp4\n.jpg")
