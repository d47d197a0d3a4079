"""No name keeps the pattern of a rule busy, and what it finds is what Python's own expressions would."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from custom_components.immich_syncthing.engine.sorting import wildcards
from custom_components.immich_syncthing.engine.sorting.linear import MAX_PARTS, LinearRegex
from custom_components.immich_syncthing.engine.sorting.regex_tree import FLAGS
from custom_components.immich_syncthing.engine.sorting.wildcards import MAX_PATH, match, understand_pattern

_ATOMS = st.sampled_from(["a", "b", "x", ".", r"\d", "[^/]", "[ab]", r"\w", "/", "_", "K", r"\x61", "{", "[]a]", r"\."])
_PLACES = st.sampled_from(["^", "$", r"\b", r"\B", r"\A", r"\Z"])
_TIMES = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{,2}?", "{0}", "{2,3}"])
_NAMES = st.text("abx/_1AK\u212a{.\n", max_size=12)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    grouped = inner.map("({})".format) | inner.map("(?:{})".format)
    return (
        st.builds("{}{}".format, _ATOMS | grouped, _TIMES)
        | st.lists(inner, min_size=1, max_size=4).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map("|".join).map("(?:{})".format)
        | grouped
    )


_REGEXES = st.recursive(_ATOMS | _PLACES, _nested, max_leaves=12)
_PATTERNS = st.lists(st.sampled_from(["*", "?", "/", "a", "b", "_", "ab", "*a", "*/"]), min_size=1, max_size=8).map(
    "".join
)


def _understood[P](understand: Callable[[str], P], text: str) -> P | None:
    try:
        return understand(text)
    except ValueError:
        return None


@settings(max_examples=1_000)
@given(_REGEXES, st.lists(_NAMES, min_size=1, max_size=5))
def test_what_is_understood_means_what_it_means_in_python(text: str, names: list[str]) -> None:
    regex = _understood(LinearRegex.of, text)
    if regex is None:
        return
    for name in names:
        found = re.compile(text, FLAGS).fullmatch(name)
        assert regex.groups(name) == (None if found is None else found.groups())


@given(_PATTERNS, _NAMES)
def test_a_star_that_takes_nothing_back_misses_nothing(text: str, name: str) -> None:
    pattern = _understood(understand_pattern, text)
    if pattern is None or "**" in text:
        return
    anywhere = "" if "/" in text else "(?:.*/)?"
    taking_back = re.sub(r"\\\*", "([^/]*?)", re.escape(text.removeprefix("/"))).replace(r"\?", "[^/]")
    found = re.compile(anywhere + taking_back, FLAGS).fullmatch(name)
    assert pattern.groups(name) == (None if found is None else found.groups())


@contextmanager
def _counted() -> Iterator[list[int]]:
    """Count the functions that are called, which is more than one in each step."""
    calls = [0]

    def count(*_: object) -> None:
        calls[0] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


@settings(max_examples=300, deadline=None)
@given(_REGEXES, st.text("abx/_1", min_size=1, max_size=4), st.sampled_from(["", "!", "x"]))
def test_a_name_of_twice_the_length_takes_twice_the_steps_at_most(text: str, again: str, end: str) -> None:
    regex = _understood(LinearRegex.of, text)
    if regex is None:
        return
    for times in (4, 8, 16, 32):
        name = again * times + end
        with _counted() as calls:
            regex.groups(name)
        assert calls[0] <= 20 * len(text) * (len(name) + 2)


_ENDLESS = [
    ("regex", "(?:.|..)+x"),
    ("regex", "(.{0,9}){0,30}x"),
    ("regex", "(.{1,9}){0,30}x"),
    ("regex", "(a+)+b"),
    ("regex", "(?:a|a)*b"),
    ("regex", ".*.*.*.*.*.*.*x"),
    ("regex", "(?:.?){30}.{30}"),
    ("regex", "(?:a?" * 15 + ")" * 15 + "b"),
    ("regex", "(?:.*,){12}P"),
    ("regex", "a|" * 249 + "b"),
    ("path", "**a**a**a**b"),
    ("path", "**/**/**/**/**/x"),
    ("path", "**a*a**a*b"),
    ("path", "*a" * 19 + "*b"),
    ("path", "*_" * 19 + "*.png"),
    ("path", "*" + "a" * 240 + "*" + "a" * 240 + "b"),
    ("path", "*" + "?" * 240 + "*" + "?" * 240 + "b"),
]

_REFUSED = ["(.{0,9}){0,30}x", "(.{1,9}){0,30}x", "(?:.?){30}.{30}"]

_TRY_ALL = """
import json, sys
from sorting.wildcards import match, understand_pattern, understand_regex
for kind, text in json.load(sys.stdin):
    try:
        pattern = {"regex": understand_regex, "path": understand_pattern}[kind](text)
    except ValueError:
        continue
    print("understood", kind, text[:40], flush=True)
    for again in ("a", "_", "/", "a/", "ab", "aab", "a,"):
        for times in (8, 64, 1023 // len(again)):
            match(pattern, again * times + "!")
"""


def test_what_would_take_years_ends() -> None:
    """In a process of its own that can be killed, without Home Assistant."""
    tried = subprocess.run(
        [sys.executable, "-c", _TRY_ALL],
        input=json.dumps(_ENDLESS).encode(),
        env={"PYTHONPATH": str(Path(wildcards.__file__).parents[1])},
        capture_output=True,
        check=True,
        timeout=300,
    )
    assert tried.stdout.count(b"understood") == len(_ENDLESS) - len(_REFUSED)


def test_an_expression_is_as_large_as_it_may_be() -> None:
    assert LinearRegex.of("a" * (MAX_PARTS - 2)).groups("a" * (MAX_PARTS - 2)) == ()
    with pytest.raises(ValueError, match="a"):
        LinearRegex.of("a" * (MAX_PARTS - 1))
    assert match(understand_pattern("**"), "a" * MAX_PATH) == {"1": "a" * MAX_PATH}
