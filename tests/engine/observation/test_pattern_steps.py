"""No path keeps a pattern busy, and what it fits is what pathspec's own expression does, trying every way there is."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from custom_components.immich_syncthing.engine import patterns
from custom_components.immich_syncthing.engine.errors import BadPatternError
from custom_components.immich_syncthing.engine.pattern_steps import steady
from custom_components.immich_syncthing.engine.patterns import parse_patterns

_NAMES = st.text("ab.", min_size=1, max_size=5)
_PATHS = st.builds("{}{}".format, st.lists(_NAMES, min_size=1, max_size=6).map("/".join), st.sampled_from(["", "/"]))
_GLOBS = st.lists(
    st.sampled_from(["*", "*", "?", "a", "b", ".", "[ab]", "[!a]", "[+-9]", "\\*"]), min_size=1, max_size=6
)
_LINES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "/", "**/"]),
    st.lists(_GLOBS.map("".join) | st.just("**"), min_size=1, max_size=5).map("/".join),
    st.sampled_from(["", "/", "/**"]),
)


@settings(max_examples=1_000)
@given(_LINES, st.lists(_PATHS, min_size=1, max_size=10))
@example("**/a/**/b", ["a/b/a/x/b", "b/a", "xa/b"])
@example("*a*a*b", ["aab", "aabb", "aba/aab", "aba"])
@example("*[!x]b*c", ["ab/bc", "abbc"])
def test_nothing_is_missed_and_nothing_added(line: str, paths: list[str]) -> None:
    regex, _ = GitIgnoreSpecPattern.pattern_to_regex(line)
    if regex is None:
        return
    # In git no class holds a slash.
    trying_all = re.compile(re.sub(r"\[\^[ax]\]|\[\+-9\]", r"(?!/)\g<0>", regex), re.DOTALL)
    once = re.compile(steady(regex), re.DOTALL)
    for path in paths:
        assert bool(once.fullmatch(path)) == bool(trying_all.fullmatch(path)), (once.pattern, path)


def test_plain_patterns_are_left_as_they_are() -> None:
    for line in ("*.jpg", "DCIM/", "/DCIM/*/a?b", "**/[ab]*c"):
        regex, _ = GitIgnoreSpecPattern.pattern_to_regex(line)
        assert regex is not None
        assert steady(regex) == regex


@pytest.mark.parametrize("line", ["[z-a].jpg", "a[b-a]*"])
def test_brackets_that_python_does_not_understand_are_refused(line: str) -> None:
    with pytest.raises(BadPatternError):
        parse_patterns([line])


_ENDLESS = [
    "*a*a*a*a*b",
    "*a" * 20 + "*b",
    "a*" * 100 + "b",
    "*" * 200 + "b",
    "*?*?*?*?*?*b",
    "*[ab]*[ab]*[ab]*[ab]*b",
    "**/a/**/a/**/a/**/a/**/b",
    "a/**/a/**/a/**/a/**/b/",
    "**/*a*a*a*/**/*a*a*/b",
    "/**/*/**/*/**/*/**/*/b",
    "*/" * 60 + "b",
]

_TRY_ALL = """
import json, sys
from custom_components.immich_syncthing.engine.patterns import parse_patterns
for line in json.load(sys.stdin):
    pattern = parse_patterns([line])
    for path in ("a" * 255, "a/" * 2000 + "a", ("a" * 255 + "/") * 15 + "a", "ab/" * 1300 + "a"):
        pattern.match(path, path + "/")
"""


def test_what_would_take_years_ends() -> None:
    """In a process of its own, which can be killed."""
    subprocess.run(
        [sys.executable, "-c", _TRY_ALL],
        input=json.dumps(_ENDLESS).encode(),
        env={"PYTHONPATH": str(Path(patterns.__file__).parents[3])},
        check=True,
        timeout=300,
    )
