"""Names say what a thing is, and nothing is left for later."""

import re

from .sources import PYTHON_FILES, ROOT

SAYS_NOTHING = {"common", "helper", "helpers", "manager", "misc", "tools", "util", "utils"}
LEFT_FOR_LATER = re.compile(r"#.*\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b|#\s*type:\s*ignore\s*$|NotImplemented" r"Error")
LEFT_OUT = re.compile(r"pytest\.(?:skip|xfail|importorskip)\(|@pytest\.mark\.(?:skip|skipif|xfail)\b")


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {part for path in PYTHON_FILES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & SAYS_NOTHING == set()


def test_nothing_is_left_for_later() -> None:
    assert _lines_with(LEFT_FOR_LATER) == []


def test_no_test_is_left_out() -> None:
    assert _lines_with(LEFT_OUT) == []


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in PYTHON_FILES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
