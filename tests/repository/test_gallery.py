"""The gallery of incidents: each story that cost others their photos has its test, by its name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORIES = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", (ROOT / "docs/incidents.md").read_text(), re.MULTILINE)
NAMES = {name: int(number) for number, names in STORIES for name in re.findall(r"`(\w+)`", names)}
TESTS = "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("test_*.py")))


def test_the_gallery_is_whole() -> None:
    assert [int(number) for number, _ in STORIES] == list(range(1, 52))
    assert len(NAMES) >= 51


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_story_has_its_test(name: str) -> None:
    assert re.search(rf"def test_{name}(_\w+)?\(", TESTS)
